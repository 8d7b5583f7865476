"""A collection on the real engine, and runs of the indexer on it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from emoretrieve.item import Item
from emoretrieve.perception import PerceptionSettings
from emoretrieve.store import Store
from emoretrieve.store.collections import open_collection
from emoretrieve_indexer.costs import Costs
from emoretrieve_indexer.describing import Job
from emoretrieve_indexer.pipeline import run_index
from emoretrieve_indexer.report import IndexReport, OnProgress
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.sources import expand
from emoretrieve_indexer.worker import Setup
from emoretrieve_indexer.workers import Workers
from tests.indexer.fakes import open_fake


@dataclass
class Bench:
    """A collection that the fake perception fills, and a folder for media."""

    data: Path
    media: Path
    store: Store
    use_descriptions: bool = False

    def index(
        self,
        *paths: str | os.PathLike[str],
        settings: IndexSettings | None = None,
        on_progress: OnProgress | None = None,
    ) -> IndexReport:
        """Index paths, or the media folder."""
        settings = settings or IndexSettings(workers=1)
        setup = Setup(open_fake, PerceptionSettings("fake", self.use_descriptions), settings.timeout_s)
        workforce = Workers[Job](setup, settings.workers)
        return run_index(self.store, workforce, expand(paths or [self.media]), settings, on_progress)

    @property
    def items(self) -> list[Item]:
        return [item for items in self.store.scan() for item in items]

    @property
    def names(self) -> list[list[str]]:
        """The file names of every item, sorted."""
        return sorted([Path(path).name for path in item.paths] for item in self.items)

    def reopen(self) -> None:
        """Close the collection and open it again, as the next process would."""
        self.store.close()
        self.store = open_bench_collection(self.data)


def open_bench_collection(data: Path) -> Store:
    settings = PerceptionSettings("fake")
    return open_collection(data, "default", signature=open_fake(settings).signature, create=True)


def kinds(report: IndexReport) -> dict[str, str]:
    """Name of every failed path and the kind of its failure."""
    return {Path(failure.path).name: failure.kind for failure in report.failed}


def without_time(report: IndexReport) -> IndexReport:
    return replace(report, seconds=0.0, costs=Costs())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    media = tmp_path / "media"
    media.mkdir()
    bench = Bench(tmp_path / "data", media, open_bench_collection(tmp_path / "data"))
    yield bench
    bench.store.close()


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user can reach; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(os.path.realpath(name))
        folder.chmod(0o755)
        yield folder


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Be somebody whom file permissions bind, also where the tests run as root."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(me)


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


def fill(disk: Path) -> None:
    """Leave no free space."""
    free = os.statvfs(disk)
    with (disk / "filler").open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, free.f_bavail * free.f_frsize)
