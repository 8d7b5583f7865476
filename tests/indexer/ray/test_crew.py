"""A run on a real Ray instance gives what a local run gives, item by item; whatever fails there fails alone."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.exchange import export_items
from emoretrieve.item import Item
from emoretrieve.library import Library
from emoretrieve.perception import Perception, PerceptionSettings
from emoretrieve.store.collections import open_collection
from emoretrieve_indexer.asking import Asking
from emoretrieve_indexer.describing import Job
from emoretrieve_indexer.pipeline import index, run_index
from emoretrieve_indexer.ray import open_crew
from emoretrieve_indexer.ray.briefing import OpenPerception
from emoretrieve_indexer.ray.contract import Contract
from emoretrieve_indexer.ray.settings import RaySettings
from emoretrieve_indexer.report import IndexReport
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.sources import expand
from emoretrieve_indexer.worker import Setup
from emoretrieve_indexer.workforce import Workforce
from tests.cli.media import draw_media
from tests.indexer.asked import asks, open_asked
from tests.indexer.conftest import kinds
from tests.indexer.fakes import picture, sound
from tests.indexer.ray.deadly import key_digest, open_deadly
from tests.indexer.ray.fake import open_fake_anywhere

pytestmark = pytest.mark.usefixtures("cluster")

_WORKERS = 2
_KEY = "sk-a-secret-of-the-tests"


@dataclass
class RayBench:
    """Collections of one data folder, filled on Ray or here."""

    home: Path
    open_perception: OpenPerception
    timeout_s: float = 60.0

    @property
    def media(self) -> Path:
        return self.home / "media"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def settings(self) -> PerceptionSettings:
        return PerceptionSettings("fake", options={"log": str(self.log)})

    def index(self, collection: str = "ray", *, retry_failed: bool = False) -> IndexReport:
        """Index the media folder on Ray."""
        ledger_file = self.home / f"{collection}.sqlite"
        with closing(self.open_perception(self.settings, ledger_file)) as perception:
            contract = Contract(
                perception,
                self.open_perception,
                ledger_file,
                RaySettings(),
                _WORKERS,
                self.timeout_s,
                retry_failed,
            )
            return self._run(collection, perception, open_crew(contract))

    def index_here(self) -> IndexReport:
        """Index the media folder as the local engine does, with models that `open_asked` opens."""
        settings = IndexSettings(workers=_WORKERS)
        with closing(open_asked(self.settings, self.home / "here.sqlite")) as perception:
            setup = Setup(open_asked, self.settings, self.timeout_s)
            return self._run("here", perception, Asking[Job](setup, perception, settings))

    def _run(self, collection: str, perception: Perception, workforce: Workforce[Job]) -> IndexReport:
        store = open_collection(self.home / "data", collection, signature=perception.signature, create=True)
        with closing(store):
            settings = IndexSettings(workers=_WORKERS)
            return run_index(store, workforce, expand([self.media]), settings, None)

    def items(self, collection: str = "ray") -> list[Item]:
        with closing(open_collection(self.home / "data", collection)) as store:
            return [item for items in store.scan() for item in items]


@pytest.fixture
def fake(tmp_path: Path) -> RayBench:
    return RayBench(tmp_path, open_fake_anywhere)


@pytest.fixture
def asked(tmp_path: Path) -> RayBench:
    return RayBench(tmp_path, open_asked)


@pytest.fixture
def deadly(tmp_path: Path) -> RayBench:
    return RayBench(tmp_path, open_deadly)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real pictures and sounds; one twice, one broken."""
    media = draw_media(tmp_path_factory.mktemp("drawn"))
    (media / "again.png").write_bytes((media / "storm.png").read_bytes())
    (media / "broken.png").write_bytes((media / "night.png").read_bytes()[:200])
    return media


def _index_drawn(home: Path, media: Path, settings: IndexSettings) -> tuple[bytes, list[tuple[str, str, str]]]:
    """The export of a new collection, and the failures."""
    with Library.open(home / "data", create=True) as library:
        report = index(library, [media], settings)
        export_items(library.store, home / "items.jsonl")
    failures = [(failure.path, failure.kind, failure.error) for failure in report.failed]
    return (home / "items.jsonl").read_bytes(), failures


def test_the_export_of_a_collection_is_the_same_to_the_byte(tmp_path: Path, drawn: Path) -> None:
    (tmp_path / "ray").mkdir()
    (tmp_path / "here").mkdir()
    on_ray = _index_drawn(tmp_path / "ray", drawn, IndexSettings(workers=_WORKERS, ray=RaySettings()))
    here = _index_drawn(tmp_path / "here", drawn, IndexSettings(workers=_WORKERS))
    assert on_ray == here
    assert on_ray[0].count(b"\n") > 7


def _draw_for_models(media: Path) -> None:
    for number in range(6):
        picture(media / f"{number}.png", f"picture {number}")
        sound(media / f"{number}.flac", f"sound {number}")
    picture(media / "again.png", "picture 3")


def test_models_are_asked_the_same_and_give_the_same_items(asked: RayBench) -> None:
    _draw_for_models(asked.media)
    asked.index_here()
    questions = Counter(asks(asked.log))
    asked.log.unlink()
    asked.index()
    assert Counter(asks(asked.log)) == questions
    assert asked.items("ray") == asked.items("here")


def test_nothing_is_asked_twice_and_the_cost_is_told(asked: RayBench) -> None:
    _draw_for_models(asked.media)
    first = asked.index()
    questions = len(asks(asked.log))
    (asked.home / "data").rename(asked.home / "old")
    second = asked.index()
    assert len(asks(asked.log)) == questions
    costs = [
        {role: (costs.items, costs.total.requests) for role, costs in report.costs.models.items()}
        for report in (first, second)
    ]
    assert costs[0] == {"audio": (6, 30), "image": (6, 30), "colour": (12, 12)}
    assert costs[1] == {"audio": (6, 0), "image": (6, 0), "colour": (12, 0)}


def test_an_item_that_fails_fails_alone_with_its_reason(fake: RayBench) -> None:
    for name in ("a", "b", "fails", "bug", "c"):
        picture(fake.media / f"{name}.png", name)
    report = fake.index()
    assert kinds(report) == {"fails.png": "not_described", "bug.png": "internal_error"}
    assert report.indexed == 3


def test_a_file_that_kills_every_process_is_given_up_and_the_others_are_described(fake: RayBench) -> None:
    for name in ("a", "b", "exits", "c", "d"):
        picture(fake.media / f"{name}.png", name)
    report = fake.index()
    assert kinds(report) == {"exits.png": "worker_died"}
    assert "each of 3 attempts" in report.failed[0].error
    assert report.indexed == 4


def test_a_file_that_hangs_is_given_up(fake: RayBench) -> None:
    fake.timeout_s = 1.0
    for name in ("a", "hangs"):
        picture(fake.media / f"{name}.png", name)
    report = fake.index()
    assert kinds(report) == {"hangs.png": "worker_died"}
    assert "it took longer than 1 s" in report.failed[0].error


def test_a_question_that_kills_its_process_costs_only_its_item(deadly: RayBench) -> None:
    for name in ("a", "b", "deadly", "c"):
        picture(deadly.media / f"{name}.png", name)
    report = deadly.index()
    assert kinds(report) == {"deadly.png": "worker_died"}
    assert report.indexed == 3


def test_a_server_that_is_gone_ends_the_run_with_its_sentence(asked: RayBench) -> None:
    asked.log.with_suffix(".bad").touch()
    for name in ("a", "gone", "c"):
        picture(asked.media / f"{name}.png", name)
    with pytest.raises(PerceptionError, match="start it again") as raised:
        asked.index()
    assert raised.value.kind == "server_gone"


def test_a_failure_that_lasts_is_reported_without_asking_until_it_is_to_be_tried_again(asked: RayBench) -> None:
    bad = asked.log.with_suffix(".bad")
    bad.touch()
    picture(asked.media / "a.png", "refused")
    assert kinds(asked.index()) == {"a.png": "refused_request"}
    bad.unlink()
    assert kinds(asked.index()) == {"a.png": "refused_request"}
    assert asked.index(retry_failed=True).indexed == 1


def test_keys_reach_the_models_and_nothing_that_ray_writes_down(
    deadly: RayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMORETRIEVE_IMAGE_API_KEY", _KEY)
    picture(deadly.media / "a.png", "key")
    deadly.index()
    [item] = deadly.items()
    assert key_digest(_KEY) in item.captions.whole
    assert not [file for file in _session_files() if _KEY.encode() in file.read_bytes()]


def _session_files() -> list[Path]:
    """All logs and other files of the Ray instance."""
    session = Path(os.path.realpath("/tmp/ray/session_latest"))
    files = [file for file in session.rglob("*") if file.is_file()]
    assert files
    return files
