"""Archives of files that are mostly holes."""

from __future__ import annotations

import filecmp
import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from emoretrieve.store.sparse_tar import pack, read_first, unpack

HOLE = 4 * 2**20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files with holes at all places, without any, empty and with a long name."""
    folder = tmp_path / "files"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "empty").touch()
    (folder / "plain").write_bytes(b"plain" * 1_000)
    for name, places in {"begins": [0], "ends": [HOLE], "between": [0, HOLE], "both": [HOLE // 2], "none": []}.items():
        with (folder / "deep" / "er" / name).open("wb") as file:
            for place in places:
                file.seek(place)
                file.write(b"data" * 2_000)
            file.truncate(HOLE + 8_000)
    shutil.copy(folder / "plain", folder / "deep" / f"{'long' * 50}.dat")
    (folder / "secret").write_text("left out")
    return folder


def packed(folder: Path, file: Path) -> Path:
    with file.open("wb") as archive:
        pack(folder, archive, ("about", b"what it is"), frozenset({"secret"}))
    return file


def assert_equal(folder: Path, other: Path) -> None:
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.name != "secret"]
    assert len(names) == 8
    assert filecmp.cmpfiles(folder, other, map(str, names), shallow=False) == (list(map(str, names)), [], [])
    assert not (other / "secret").exists()


def test_files_come_back_as_they_were(folder: Path, tmp_path: Path) -> None:
    archive = packed(folder, tmp_path / "archive.tar")
    assert read_first(archive) == ("about", b"what it is")
    unpack(archive, tmp_path / "other")
    assert_equal(folder, tmp_path / "other")


def test_holes_take_no_space(folder: Path, tmp_path: Path) -> None:
    archive = packed(folder, tmp_path / "archive.tar")
    assert archive.stat().st_size < 200_000
    unpack(archive, tmp_path / "other")
    assert sum(512 * file.stat().st_blocks for file in (tmp_path / "other").rglob("*") if file.is_file()) < 200_000


@pytest.mark.skipif(shutil.which("tar") is None, reason="there is no tar")
def test_gnu_tar_reads_the_same(folder: Path, tmp_path: Path) -> None:
    archive = packed(folder, tmp_path / "archive.tar")
    (tmp_path / "other").mkdir()
    subprocess.run(["tar", "xf", archive, "-C", tmp_path / "other"], check=True)
    assert_equal(folder, tmp_path / "other")


@pytest.mark.parametrize("name", ["/absolute", "../outside", "a/../../outside"])
def test_nothing_is_written_outside_the_folder(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "archive.tar", "w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 4
        tar.addfile(entry, io.BytesIO(b"evil"))
    with pytest.raises(tarfile.ReadError, match="no place in it"):
        unpack(tmp_path / "archive.tar", tmp_path / "folder")


def test_a_link_is_not_unpacked(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "archive.tar", "w") as tar:
        entry = tarfile.TarInfo("link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(entry)
    with pytest.raises(tarfile.ReadError, match="no place in it"):
        unpack(tmp_path / "archive.tar", tmp_path / "folder")
