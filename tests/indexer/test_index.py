"""`index` as a person meets it: a real library, real pictures and sounds, and the broken files that folders hold."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from emoretrieve.errors import SourceError, StoreError
from emoretrieve.library import Library
from emoretrieve.perception import PerceptionSettings
from emoretrieve_indexer import IndexReport, IndexSettings, index
from tests.emoretrieve.store.samples import uniform

_RATE_HZ = 16_000


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One picture and one sound, and everything that goes wrong with others."""
    folder = tmp_path_factory.mktemp("media")
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (60, 80, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "good picture ünï.png")
    tone = np.sin(np.arange(2 * _RATE_HZ) * 0.1).astype(np.float32)
    soundfile.write(folder / "good.wav", tone, _RATE_HZ)
    Image.fromarray(pixels).save(folder / "cut.jpg")
    _keep_share(folder / "cut.jpg", 0.3)
    soundfile.write(folder / "cut.flac", tone, _RATE_HZ)
    _keep_share(folder / "cut.flac", 0.05)
    tone[100] = np.nan
    soundfile.write(folder / "nan.wav", tone, _RATE_HZ, subtype="FLOAT")
    (folder / "bomb.png").write_bytes(_picture_header(60_000, 60_000))
    (folder / "empty.png").touch()
    (folder / "text.mp3").write_text("These are words, and plenty of them.")
    (folder / "notes.txt").write_text("These are words, and plenty of them.")
    return folder


def _keep_share(path: Path, share: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


def _picture_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be enormous."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1_000)))


@pytest.fixture(scope="module")
def indexed(media: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, IndexReport]]:
    with Library.open(tmp_path_factory.mktemp("data"), create=True) as library:
        yield library, index(library, [media], IndexSettings(workers=2))


def test_good_files_are_indexed_among_broken_ones(indexed: tuple[Library, IndexReport]) -> None:
    library, report = indexed
    names = {Path(path).name for item in library.items() for path in item.paths}
    assert {"good picture ünï.png", "good.wav"} <= names
    assert report.indexed == library.count()


@pytest.mark.parametrize(
    ("name", "kind"), [("bomb.png", "too_large"), ("empty.png", "empty_file"), ("text.mp3", "not_media")]
)
def test_a_broken_file_is_listed_with_its_kind(
    indexed: tuple[Library, IndexReport], media: Path, name: str, kind: str
) -> None:
    assert {failure.kind for failure in indexed[1].failed if failure.path == str(media / name)} == {kind}


@pytest.mark.parametrize("name", ["cut.jpg", "cut.flac", "nan.wav"])
def test_a_damaged_file_is_listed_with_a_sentence_that_names_it(
    indexed: tuple[Library, IndexReport], media: Path, name: str
) -> None:
    [failure] = [failure for failure in indexed[1].failed if failure.path == str(media / name)]
    assert name in failure.error
    assert failure.kind != "internal_error"


def test_the_report_is_json_of_the_documented_shape(indexed: tuple[Library, IndexReport]) -> None:
    value = json.loads(json.dumps(indexed[1].to_json()))
    assert list(value) == ["indexed", "unchanged", "removed", "skipped", "failed", "seconds", "costs"]
    assert all(set(failure) == {"path", "error", "kind"} for failure in value["failed"])
    assert value["skipped"] == 1


def test_the_next_run_changes_nothing_and_names_the_same_failures(
    indexed: tuple[Library, IndexReport], media: Path
) -> None:
    library, first = indexed
    again = index(library, [media], IndexSettings(workers=1))
    assert (again.indexed, again.unchanged) == (0, first.indexed)
    assert {failure.path for failure in again.failed} == {failure.path for failure in first.failed}


def test_a_missing_path_alone_is_an_error(indexed: tuple[Library, IndexReport]) -> None:
    with pytest.raises(SourceError) as raised:
        index(indexed[0], ["/no/such/path"])
    assert raised.value.kind == "not_found"


def test_another_perception_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with Library.open(tmp_path, create=True) as library:
        library.store.upsert([uniform("a picture", 1, 2, 3)])
    other = PerceptionSettings(use_descriptions=True)
    with pytest.raises(StoreError) as raised:
        Library.open(tmp_path, create=True, perception=other)
    assert raised.value.kind == "other_perception"


def test_a_script_needs_no_main_guard(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "a.png")
    script = tmp_path / "script.py"
    script.write_text(
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "from emoretrieve import Library\n"
        "from emoretrieve_indexer import index\n"
        f"with Library.open({str(tmp_path / 'data')!r}, create=True) as library:\n"
        f"    print(index(library, [{str(tmp_path / 'a.png')!r}]).indexed)\n"
    )
    run = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("1\n", "")


def test_importing_the_indexer_loads_nothing_heavy() -> None:
    heavy = "{'pandas', 'pyarrow', 'PIL', 'scipy', 'soundfile', 'qdrant_edge'}"
    program = f"import sys; sys.path[:0] = {sys.path!r}; import emoretrieve_indexer; print({heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
