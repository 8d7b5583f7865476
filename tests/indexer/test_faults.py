"""After every fault, what was reported indexed is still there, and the next run completes it without duplicates."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from emoretrieve.errors import StoreError
from emoretrieve.item import Item
from emoretrieve.perception import PerceptionSettings
from emoretrieve.store import Store
from emoretrieve.store.local import LocalStore
from emoretrieve_indexer.pipeline import run_index
from emoretrieve_indexer.report import IndexReport, Progress
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.sources import expand
from emoretrieve_indexer.worker import Setup
from tests.indexer.conftest import Bench, kinds, open_bench_collection
from tests.indexer.fakes import open_fake, picture
from tests.indexer.running import running, wait_until_done, workers_of

_FILES = 12


@pytest.fixture
def slow_media(bench: Bench) -> Bench:
    """Twelve pictures that take 0.3 s each, so that a run can be stopped in the middle."""
    for number in range(_FILES):
        picture(bench.media / f"{number}.png", f"slow {number}")
    bench.store.close()
    return bench


def _complete(bench: Bench) -> IndexReport:
    """Run again, and check that every file is there exactly once."""
    report = bench.index(settings=IndexSettings(workers=4))
    assert sorted(path for item in bench.items for path in item.paths) == sorted(map(str, bench.media.iterdir()))
    assert len(bench.items) == report.indexed + report.unchanged == _FILES
    return report


def test_a_killed_run_keeps_what_it_reported_and_is_completed(slow_media: Bench) -> None:
    with running(slow_media.data, slow_media.media) as process:
        reported = wait_until_done(process, 3)
        process.kill()
        process.wait()
    slow_media.store = open_bench_collection(slow_media.data)
    kept = len(slow_media.items)
    assert reported <= kept < _FILES
    assert _complete(slow_media).unchanged == kept


def test_a_run_that_is_killed_while_files_change_is_completed(slow_media: Bench) -> None:
    slow_media.store = open_bench_collection(slow_media.data)
    slow_media.index(settings=IndexSettings(workers=4))
    slow_media.store.close()
    for number in range(_FILES):
        picture(slow_media.media / f"{number}.png", f"slow again {number}")
    with running(slow_media.data, slow_media.media) as process:
        wait_until_done(process, 3)
        process.kill()
        process.wait()
    slow_media.store = open_bench_collection(slow_media.data)
    _complete(slow_media)


def test_the_workers_of_a_killed_run_end(slow_media: Bench) -> None:
    with running(slow_media.data, slow_media.media) as process:
        wait_until_done(process, 1)
        workers = workers_of(process)
        process.kill()
    assert workers
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{worker}/cmdline").exists() for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [worker for worker in workers if Path(f"/proc/{worker}/cmdline").exists()]


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_reports_what_it_stored(slow_media: Bench, wish: signal.Signals) -> None:
    with running(slow_media.data, slow_media.media) as process:
        wait_until_done(process, 3)
        workers = workers_of(process)
        process.send_signal(wish)
        said, _ = process.communicate(timeout=20)
    report = json.loads(said.splitlines()[-1])
    slow_media.store = open_bench_collection(slow_media.data)
    assert process.returncode == 130
    assert 3 <= report["indexed"] == len(slow_media.items) < _FILES
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]
    _complete(slow_media)


def test_a_second_process_cannot_write_meanwhile(bench: Bench) -> None:
    picture(bench.media / "a.png", "x")
    picture(bench.media / "b.png", "hangs")
    bench.store.close()
    with running(bench.data, bench.media) as process:
        wait_until_done(process, 1)
        with pytest.raises(StoreError) as raised:
            open_bench_collection(bench.data)
    assert raised.value.kind == "locked"
    bench.store = open_bench_collection(bench.data)
    assert bench.names == [["a.png"]]


@pytest.mark.parametrize("deed", ["killed", "segfault", "exits"])
def test_a_file_that_kills_its_worker_costs_only_itself(bench: Bench, deed: str) -> None:
    for number in range(6):
        picture(bench.media / f"{number}.png", str(number))
    picture(bench.media / "3 bad.png", deed)
    for _ in range(2):
        report = bench.index(settings=IndexSettings(workers=2))
        assert kinds(report) == {"3 bad.png": "worker_died"}
        assert report.indexed + report.unchanged == len(bench.items) == 6


def test_a_file_that_hangs_costs_only_itself(bench: Bench) -> None:
    picture(bench.media / "a.png", "hangs")
    picture(bench.media / "b.png", "x")
    report = bench.index(settings=IndexSettings(workers=1, timeout_s=0.5))
    assert (kinds(report), report.indexed) == ({"a.png": "worker_died"}, 1)


def test_equal_files_that_cannot_be_described_are_all_failures(bench: Bench) -> None:
    for name in ("a.png", "b.png"):
        picture(bench.media / name, "fails")
    assert kinds(bench.index()) == {"a.png": "not_described", "b.png": "not_described"}


class _FailingStore(LocalStore):
    """A store whose disk gives way after the first write."""

    writes = 0
    kind = ""

    def upsert(self, items: Sequence[Item]) -> None:
        if self.kind and self.writes:
            raise StoreError("The disk gave way.", kind=self.kind)
        super().upsert(items)
        self.writes += 1


@pytest.mark.parametrize("kind", ["storage_full", "read_only"])
def test_a_store_that_fails_in_the_middle_ends_the_run_and_the_next_one_completes_it(
    slow_media: Bench, kind: str
) -> None:
    settings = PerceptionSettings("fake")
    store = _FailingStore.in_memory(open_fake(settings).signature)
    assert isinstance(store, _FailingStore)
    with closing(store):
        slow_media.store = store
        store.kind = kind
        seen: list[Progress] = []
        with pytest.raises(StoreError, match="gave way"):
            slow_media.index(on_progress=seen.append)
        assert 0 < seen[-1].done == len(slow_media.items) < _FILES
        store.kind = ""
        _complete(slow_media)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 128 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk takes root's rights")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def _fill(disk: Path) -> None:
    free = os.statvfs(disk)
    with (disk / "filler").open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, free.f_bavail * free.f_frsize)


def test_a_disk_that_fills_up_in_the_middle_loses_nothing(bench: Bench, small_disk: Path) -> None:
    for number in range(_FILES):
        picture(bench.media / f"{number}.png", f"slow {number}")
    setup = Setup(open_fake, PerceptionSettings("fake"), 60.0)
    done = 0

    def fill_after_the_first_batch(progress: Progress) -> None:
        nonlocal done
        if progress.done and not done:
            _fill(small_disk)
        done = progress.done

    with pytest.raises(StoreError) as raised, closing(_opened(small_disk)) as store:
        run_index(store, setup, expand([bench.media]), IndexSettings(workers=1), fill_after_the_first_batch)
    assert raised.value.kind == "storage_full"
    (small_disk / "filler").unlink()
    bench.store.close()
    bench.store = _opened(small_disk)
    assert 0 < done <= len(bench.items) < _FILES
    _complete(bench)
    bench.reopen()


def _opened(folder: Path) -> Store:
    return open_bench_collection(folder / "data")
