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

    def take_asked(self) -> Counter[tuple[str, str]]:
        """What was asked since the last time."""
        questions = Counter(asks(self.log))
        self.log.unlink(missing_ok=True)
        return questions

    def _run(self, collection: str, perception: Perception, workforce: Workforce[Job]) -> IndexReport:
        store = open_collection(self.home / "data", collection, signature=perception.signature, create=True)
        with closing(store):
            settings = IndexSettings(workers=_WORKERS)
            return run_index(store, workforce, expand([self.media]), settings, None)

    def items(self, collection: str = "ray") -> list[Item]:
        with closing(open_collection(self.home / "data", collection)) as store:
            return [item for items in store.scan() for item in items]


@dataclass
class Story:
    """What happened to one pile of media in several runs: starting and leaving the stages takes most of their time."""

    here: Counter[tuple[str, str]]
    """What the local engine asked."""
    asked: list[Counter[tuple[str, str]]]
    """What each run on Ray asked."""
    reports: list[IndexReport]
    same_items: bool


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Runs here, on Ray, on Ray with an empty collection once the model no longer refuses, and to retry what failed."""
    bench = RayBench(tmp_path_factory.mktemp("asked"), open_asked)
    _draw_for_models(bench.media)
    bad = bench.log.with_suffix(".bad")
    bad.touch()
    bench.index_here()
    here = bench.take_asked()
    reports, asked = [bench.index()], [bench.take_asked()]
    same_items = bench.items("ray") == bench.items("here")
    (bench.home / "data").rename(bench.home / "old")
    bad.unlink()
    for retry_failed in (False, True):
        reports.append(bench.index(retry_failed=retry_failed))
        asked.append(bench.take_asked())
    return Story(here, asked, reports, same_items)


@pytest.fixture(scope="module")
def misbehaved(tmp_path_factory: pytest.TempPathFactory) -> IndexReport:
    """Of files some of which fail, end their process or never end."""
    bench = RayBench(tmp_path_factory.mktemp("fake"), open_fake_anywhere, timeout_s=2.0)
    for name in ("a", "b", "fails", "bug", "exits", "c", "hangs", "d"):
        picture(bench.media / f"{name}.png", name)
    return bench.index()


@pytest.fixture
def asked(tmp_path: Path) -> RayBench:
    return RayBench(tmp_path, open_asked)


@pytest.fixture(scope="module")
def survived(tmp_path_factory: pytest.TempPathFactory) -> tuple[RayBench, IndexReport]:
    """A question about one picture ends the process of the model; another one is answered with the key's digest."""
    bench = RayBench(tmp_path_factory.mktemp("deadly"), open_deadly)
    for name in ("a", "key", "deadly", "c"):
        picture(bench.media / f"{name}.png", name)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("EMORETRIEVE_IMAGE_API_KEY", _KEY)
        return bench, bench.index()


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
    picture(media / "bad.png", "refused")


def test_models_are_asked_the_same(story: Story) -> None:
    assert story.asked[0] == story.here
    assert story.here.total() > 70


def test_models_give_the_same_items(story: Story) -> None:
    assert story.same_items


def test_nothing_is_asked_twice(story: Story) -> None:
    assert story.asked[1] == Counter()


def test_the_cost_is_told(story: Story) -> None:
    costs = [
        {role: (costs.items, costs.total.requests) for role, costs in report.costs.models.items()}
        for report in story.reports[:2]
    ]
    assert costs[0] == {"audio": (6, 30), "image": (6, 30), "colour": (12, 12)}
    assert costs[1] == {"audio": (6, 0), "image": (6, 0), "colour": (12, 0)}


def test_a_failure_that_lasts_is_reported_without_asking(story: Story) -> None:
    assert [kinds(report) for report in story.reports[:2]] == [{"bad.png": "refused_request"}] * 2


def test_a_failure_that_lasts_is_tried_again_when_that_is_wanted(story: Story) -> None:
    assert (story.reports[2].indexed, story.reports[2].failed) == (1, ())


def test_an_item_that_fails_fails_alone_with_its_reason(misbehaved: IndexReport) -> None:
    failed = {"fails.png": "not_described", "bug.png": "internal_error"}
    assert kinds(misbehaved) == failed | {"exits.png": "worker_died", "hangs.png": "worker_died"}


def test_files_beside_those_that_kill_or_hang_are_described(misbehaved: IndexReport) -> None:
    assert misbehaved.indexed == 4


def test_a_file_that_kills_every_process_is_given_up(misbehaved: IndexReport) -> None:
    assert "each of 3 attempts" in _sentence(misbehaved, "exits.png")


def test_a_file_that_hangs_is_given_up(misbehaved: IndexReport) -> None:
    assert "it took longer than 2 s" in _sentence(misbehaved, "hangs.png")


def _sentence(report: IndexReport, name: str) -> str:
    return next(failure.error for failure in report.failed if failure.path.endswith(name))


def test_a_question_that_kills_its_process_costs_only_its_item(survived: tuple[RayBench, IndexReport]) -> None:
    _, report = survived
    assert kinds(report) == {"deadly.png": "worker_died"}
    assert report.indexed == 3


def test_keys_reach_the_models_and_nothing_that_ray_writes_down(survived: tuple[RayBench, IndexReport]) -> None:
    bench, _ = survived
    assert any(key_digest(_KEY) in item.captions.whole for item in bench.items())
    assert not [file for file in _session_files() if _KEY.encode() in file.read_bytes()]


def test_a_server_that_is_gone_ends_the_run_with_its_sentence(asked: RayBench) -> None:
    asked.log.with_suffix(".bad").touch()
    for name in ("a", "gone", "c"):
        picture(asked.media / f"{name}.png", name)
    with pytest.raises(PerceptionError, match="start it again") as raised:
        asked.index()
    assert raised.value.kind == "server_gone"


def _session_files() -> list[Path]:
    """All logs and other files of the Ray instance."""
    session = Path(os.path.realpath("/tmp/ray/session_latest"))
    files = [file for file in session.rglob("*") if file.is_file()]
    assert files
    return files
