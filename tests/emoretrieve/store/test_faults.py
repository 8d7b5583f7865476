"""What survives killed processes, full disks and folders that cannot be written."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from emoretrieve.errors import StoreError
from emoretrieve.item import Item
from emoretrieve.store import Store
from emoretrieve.store.collections import list_collections, open_collection
from tests.emoretrieve.store.samples import SIGNATURE, assorted, item
from tests.emoretrieve.store.test_conformance import assert_moments

ROOT = Path(__file__).parents[3]
BATCH = 25

WRITER = f"""
import sys
from pathlib import Path
from emoretrieve.store.collections import open_collection
from tests.emoretrieve.store.samples import SIGNATURE, assorted
store = open_collection(Path(sys.argv[1]), "test", signature=SIGNATURE, create=True)
print("open", flush=True)
items = assorted(5_000)
for start in range(0, len(items), {BATCH}):
    store.upsert(items[start : start + {BATCH}])
    if start % 200 == 0:
        store.flush()
    print(start, flush=True)
"""


def started(script: str, data: Path) -> subprocess.Popen[str]:
    """A Python process that runs a script with the data folder as its argument."""
    return subprocess.Popen([sys.executable, "-c", script, str(data)], stdout=subprocess.PIPE, text=True, cwd=ROOT)


def killed_after(process: subprocess.Popen[str], lines: int) -> list[str]:
    """Kill a process once it has printed some lines; all it printed."""
    assert process.stdout is not None
    printed = [process.stdout.readline() for _ in range(lines)]
    process.send_signal(signal.SIGKILL)
    printed += process.stdout.readlines()
    process.stdout.close()
    process.wait()
    return [line.strip() for line in printed if line.endswith("\n")]


def contents(store: Store) -> list[Item]:
    return [one for batch in store.scan() for one in batch]


@pytest.mark.parametrize("acknowledged", [1, 7, 40, 90])
def test_a_killed_writer_loses_nothing_that_was_acknowledged(tmp_path: Path, acknowledged: int) -> None:
    printed = killed_after(started(WRITER, tmp_path), 1 + acknowledged)
    items = assorted(5_000)
    acked = items[: int(printed[-1]) + BATCH]
    with open_collection(tmp_path, "test", signature=SIGNATURE) as store:
        kept = contents(store)
        assert store.get([one.id for one in acked]) == acked
        assert len({one.id for one in kept}) == len(kept) == store.count()
        assert store.count() - len(acked) in (0, BATCH)  # a batch that was not acknowledged is there or not
        assert_moments(store, kept)
        store.upsert(items[:3_000])
        assert store.count() == 3_000


def test_a_killed_writer_leaves_a_new_version(tmp_path: Path) -> None:
    with open_collection(tmp_path, "test", signature=SIGNATURE, create=True) as store:
        before = store.version
    killed_after(started(WRITER, tmp_path), 5)
    with open_collection(tmp_path, "test") as store:
        assert store.version != before


@pytest.mark.parametrize("delay_s", [0.05, 0.12, 0.16, 0.20, 0.24, 0.28, 0.34, 0.40, 0.50])
def test_a_creation_killed_at_any_time_can_be_repeated(tmp_path: Path, delay_s: float) -> None:
    process = started(WRITER, tmp_path)
    time.sleep(delay_s)
    killed_after(process, 0)
    with open_collection(tmp_path, "test", signature=SIGNATURE, create=True) as store:
        store.upsert([item("after")])
        assert store.get([item("after").id]) == [item("after")]
    assert list_collections(tmp_path) == ["test"]


def test_what_a_killed_creation_left_counts_as_absent(tmp_path: Path) -> None:
    with open_collection(tmp_path, "test", signature=SIGNATURE, create=True) as store:
        store.upsert([item("lost before it was there")])
    (tmp_path / "collections" / "test" / "collection.json").unlink()  # it is written last
    assert list_collections(tmp_path) == []
    with open_collection(tmp_path, "test", signature=SIGNATURE, create=True) as store:
        assert store.count() == 0


def test_a_second_process_is_refused_and_does_no_harm(tmp_path: Path) -> None:
    process = started(WRITER, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    with pytest.raises(StoreError) as caught:
        open_collection(tmp_path, "test", wait_s=0.1)
    assert caught.value.kind == "locked"
    assert str(process.pid) in str(caught.value)
    assert process.stdout.readlines()[-1] == f"{5_000 - BATCH}\n"
    process.stdout.close()
    assert process.wait() == 0
    with open_collection(tmp_path, "test") as store:
        assert store.count() == 5_000


def test_a_file_system_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_locks = Mock(side_effect=OSError(errno.ENOLCK, os.strerror(errno.ENOLCK)))
    open_collection(tmp_path, "test", signature=SIGNATURE, create=True).close()
    descriptors = len([*Path("/proc/self/fd").iterdir()])
    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(StoreError, match=r"could not lock the collection 'test': .*No locks available") as caught:
        open_collection(tmp_path, "test")
    assert caught.value.kind == "unlockable"
    assert len([*Path("/proc/self/fd").iterdir()]) == descriptors


def test_a_short_holder_is_waited_for(tmp_path: Path) -> None:
    script = WRITER.replace("assorted(5_000)", "[]") + "import time; time.sleep(0.5)"
    process = started(script, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    with open_collection(tmp_path, "test", wait_s=30.0) as store:
        assert store.count() == 0
    process.stdout.close()
    assert process.wait() == 0


@contextmanager
def mounted(folder: Path, *arguments: str) -> Iterator[None]:
    """Something mounted on a folder; skips where this machine or user may not mount."""
    try:
        subprocess.run(["mount", *arguments, str(folder)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs the right to mount file systems (root on Linux)")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """A folder that cannot be written: by its permissions, or for root by a read-only mount."""
    if os.geteuid() == 0:
        with mounted(folder, "--bind", "-o", "ro", str(folder)):
            yield
        return
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        yield
    finally:
        for path in paths:
            path.chmod(path.stat().st_mode | 0o200)


def test_a_read_only_folder_is_refused_and_keeps_its_items(tmp_path: Path) -> None:
    items = assorted(10)
    with open_collection(tmp_path, "test", signature=SIGNATURE, create=True) as store:
        store.upsert(items)
    with unwritable(tmp_path):
        for name, create in (("test", False), ("test", True), ("new", True)):
            with pytest.raises(StoreError) as caught:
                open_collection(tmp_path, name, create=create)
            assert caught.value.kind == "read_only"
    with open_collection(tmp_path, "test") as store:
        assert store.count() == len(items)


def test_a_disk_too_small_for_a_collection_is_reported_as_full(tmp_path: Path) -> None:
    with mounted(tmp_path, "-t", "tmpfs", "-o", "size=8m", "tmpfs"):
        with pytest.raises(StoreError) as caught:
            open_collection(tmp_path, "test", create=True)
        assert caught.value.kind == "storage_full"
        assert "free at least 42 MB" in str(caught.value)
        assert list_collections(tmp_path) == []


def test_a_disk_that_fills_up_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    with mounted(tmp_path, "-t", "tmpfs", "-o", "size=120m", "tmpfs"):
        with open_collection(tmp_path, "test", signature=SIGNATURE, create=True) as store:
            acked = written_until_full(store)
            assert sorted(one.id for one in acked) == [one.id for one in contents(store)]
        with open_collection(tmp_path, "test") as store:
            assert store.get([one.id for one in acked]) == acked
            assert_moments(store, acked)
            assert store.nearest("aligned", np.ones(15), limit=3)


def written_until_full(store: Store) -> list[Item]:
    """Write items until the store refuses, as it must; those it acknowledged."""
    items = assorted(30_000)
    for start in range(0, len(items), 500):
        if (kind := refusal_of(store, items[start : start + 500])) is not None:
            assert kind == "storage_full"
            return items[:start]
    raise AssertionError("the disk never filled up")


def refusal_of(store: Store, items: list[Item]) -> str | None:
    try:
        store.upsert(items)
    except StoreError as error:
        return error.kind
    return None


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_creation_without_space_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    with largest_file(1_000_000), pytest.raises(StoreError) as caught:
        open_collection(tmp_path, "test", create=True)
    assert caught.value.kind == "storage_full"
    with open_collection(tmp_path, "test", create=True) as store:
        assert store.count() == 0


def test_derived_data_that_finds_no_space_is_simply_not_kept(tmp_path: Path) -> None:
    with open_collection(tmp_path, "test", create=True) as store:
        with largest_file(1_000):
            store.save_derived("null", b"x" * 10_000)
        assert store.load_derived("null") is None


def test_a_failed_write_leaves_a_usable_store(tmp_path: Path) -> None:
    items = assorted(40)
    with open_collection(tmp_path, "test", signature=SIGNATURE, create=True) as store:
        store.upsert(items[:20])
        with largest_file(1_000), suppress(StoreError):
            store.flush()
        store.upsert(items[20:])
        assert store.count() == 40
        assert_moments(store, items)
    with open_collection(tmp_path, "test") as store:
        assert store.count() == 40
