"""After every fault, what was reported indexed is still there, and the next run completes it without duplicates."""

from __future__ import annotations

import contextlib
import json
import signal
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from emoretrieve.errors import StoreError
from emoretrieve.item import Item
from emoretrieve.perception import PerceptionSettings
from emoretrieve.store.local import LocalStore
from emoretrieve_indexer.report import IndexReport, Progress
from emoretrieve_indexer.settings import IndexSettings
from tests.indexer.conftest import Bench, fill, kinds, open_bench_collection
from tests.indexer.fakes import open_fake, picture
from tests.indexer.running import running, wait_until_done, workers_of

_FILES = 12


@pytest.fixture
def stuck(bench: Bench) -> Bench:
    """Eleven pictures, and one that is never finished: a run can only be stopped. The collection is closed."""
    _draw_with_one_that_hangs(bench.media, "")
    bench.store.close()
    return bench


def _draw_with_one_that_hangs(media: Path, words: str) -> None:
    for number in range(_FILES - 1):
        picture(media / f"{number}.png", f"{number}{words}")
    picture(media / "stuck.png", f"hangs{words}")


def _complete(bench: Bench) -> IndexReport:
    """Run again, with nothing that hangs any more, and check that every file is there exactly once."""
    if (bench.media / "stuck.png").exists():
        picture(bench.media / "stuck.png", "loose")
    report = bench.index(settings=IndexSettings(workers=2))
    assert sorted(path for item in bench.items for path in item.paths) == sorted(map(str, bench.media.iterdir()))
    assert len(bench.items) == report.indexed + report.unchanged == _FILES
    return report


def _run_until_killed(bench: Bench, files: int) -> int:
    """Kill a run after it reported so many files as done; the number that it reported."""
    with running(bench.data, bench.media) as process:
        reported = wait_until_done(process, files)
        process.kill()
        process.wait()
    bench.store = open_bench_collection(bench.data)
    return reported


def test_a_killed_run_keeps_what_it_reported_and_is_completed(stuck: Bench) -> None:
    reported = _run_until_killed(stuck, 3)
    kept = len(stuck.items)
    assert reported <= kept < _FILES
    assert _complete(stuck).unchanged == kept


def test_a_run_that_is_killed_while_files_change_is_completed(stuck: Bench) -> None:
    _run_until_killed(stuck, 3)
    _complete(stuck)
    stuck.store.close()
    _draw_with_one_that_hangs(stuck.media, " changed")
    _run_until_killed(stuck, 3)
    report = _complete(stuck)
    assert report.indexed < _FILES


def test_the_workers_of_a_killed_run_end_with_their_file(bench: Bench) -> None:
    for number in range(_FILES):
        picture(bench.media / f"{number}.png", f"slow {number}")
    bench.store.close()
    with running(bench.data, bench.media) as process:
        wait_until_done(process, 1)
        workers = workers_of(process)
        process.kill()
    assert workers
    deadline = time.monotonic() + 20
    while _alive(workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(workers)
    bench.reopen()


def _alive(pids: list[int]) -> list[int]:
    """Those of these processes that have not ended; a dead one nobody waited for has no command line."""
    alive = []
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if Path(f"/proc/{pid}/cmdline").read_bytes():
                alive.append(pid)
    return alive


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_reports_what_it_stored(stuck: Bench, wish: signal.Signals) -> None:
    with running(stuck.data, stuck.media) as process:
        wait_until_done(process, 3)
        workers = workers_of(process)
        process.send_signal(wish)
        said, _ = process.communicate(timeout=30)
    report = json.loads(said.splitlines()[-1])
    stuck.store = open_bench_collection(stuck.data)
    assert process.returncode == 130
    assert 3 <= report["indexed"] == len(stuck.items) < _FILES
    assert not _alive(workers)
    _complete(stuck)


def test_a_second_process_cannot_write_meanwhile(stuck: Bench) -> None:
    with running(stuck.data, stuck.media) as process:
        wait_until_done(process, 3)
        with pytest.raises(StoreError) as raised:
            open_bench_collection(stuck.data)
    assert raised.value.kind == "locked"
    stuck.store = open_bench_collection(stuck.data)
    _complete(stuck)


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


@pytest.fixture
def slow(bench: Bench) -> Bench:
    """Twelve pictures that take a while, so that they are written in several batches."""
    for number in range(_FILES):
        picture(bench.media / f"{number}.png", f"slow {number}")
    return bench


@pytest.mark.parametrize("kind", ["storage_full", "read_only"])
def test_a_store_that_fails_in_the_middle_ends_the_run_and_the_next_one_completes_it(slow: Bench, kind: str) -> None:
    slow.store.close()
    store = slow.store = _FailingStore.in_memory(open_fake(PerceptionSettings("fake")).signature)
    assert isinstance(store, _FailingStore)
    store.kind = kind
    seen: list[Progress] = []
    with pytest.raises(StoreError, match="gave way"):
        slow.index(on_progress=seen.append)
    assert 0 < seen[-1].done == len(slow.items) < _FILES
    store.kind = ""
    _complete(slow)


def test_a_disk_that_fills_up_in_the_middle_loses_nothing(slow: Bench, small_disk: Path) -> None:
    slow.store.close()
    slow.store = open_bench_collection(small_disk)
    done = 0

    def fill_after_the_first_batch(progress: Progress) -> None:
        nonlocal done
        if progress.done and not done:
            fill(small_disk)
        done = progress.done

    with pytest.raises(StoreError) as raised, closing(slow.store):
        slow.index(on_progress=fill_after_the_first_batch)
    assert raised.value.kind == "storage_full"
    (small_disk / "filler").unlink()
    slow.store = open_bench_collection(small_disk)
    assert 0 < done <= len(slow.items) < _FILES
    _complete(slow)
    slow.reopen()
