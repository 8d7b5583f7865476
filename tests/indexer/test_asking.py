"""Describing through models: many items in flight, every answer kept, failures told apart."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.item import Item
from emoretrieve.perception import Perception, PerceptionSettings
from emoretrieve.store import Store
from emoretrieve.store.collections import open_collection
from emoretrieve_indexer.asking import Asking
from emoretrieve_indexer.describing import Job
from emoretrieve_indexer.pipeline import run_index
from emoretrieve_indexer.report import IndexInterrupted, IndexReport, OnProgress
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.sources import expand
from emoretrieve_indexer.worker import Setup
from tests.indexer.asked import AskedModel, asks, open_asked
from tests.indexer.asked_running import running
from tests.indexer.conftest import kinds
from tests.indexer.fakes import picture, sound

PARTS = 5


@dataclass
class AskedBench:
    """Collections of one data folder that a perception with models fills."""

    home: Path
    options: dict[str, str] = field(default_factory=dict)
    collection: str = "default"

    def __post_init__(self) -> None:
        self.media.mkdir()

    @property
    def media(self) -> Path:
        return self.home / "media"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def settings(self) -> PerceptionSettings:
        return PerceptionSettings("asked", options={"log": str(self.log), **self.options})

    def open_perception(self) -> Perception:
        return open_asked(self.settings, self.home / "data" / "answers.sqlite")

    def open_store(self) -> Store:
        signature = open_asked(self.settings).signature
        return open_collection(self.home / "data", self.collection, signature=signature, create=True)

    def index(
        self,
        settings: IndexSettings | None = None,
        on_progress: OnProgress | None = None,
        look_at: Callable[[Perception], None] = lambda _perception: None,
    ) -> IndexReport:
        settings = settings or IndexSettings(workers=1)
        perception = self.open_perception()
        try:
            with self.open_store() as store:
                setup = Setup(open_asked, self.settings, settings.timeout_s)
                asking = Asking[Job](setup, perception, settings)
                return run_index(store, asking, expand([self.media]), settings, on_progress)
        finally:
            look_at(perception)
            perception.close()

    def index_and_kill(self, answers: int) -> None:
        """Index in a process of its own, and kill it once so many answers were given, if it is not done before."""
        with running(self.home, self.settings.options) as process:
            while len(asks(self.log, "answers")) < answers and process.poll() is None:
                time.sleep(0.01)
            process.kill()
            process.wait()

    @property
    def items(self) -> list[Item]:
        with self.open_store() as store:
            return [item for items in store.scan() for item in items]

    @property
    def names(self) -> list[str]:
        return sorted(Path(item.paths[0]).name for item in self.items)

    @property
    def prepared(self) -> list[str]:
        """Names of the files that were decoded, in order."""
        return self.log.with_suffix(".prepared").read_text().split()

    def make_models_bad(self) -> None:
        """From now on they refuse, are late or gone where a text says so."""
        self.log.with_suffix(".bad").touch()

    def make_models_good(self) -> None:
        self.log.with_suffix(".bad").unlink()


@pytest.fixture
def bench(tmp_path: Path) -> AskedBench:
    return AskedBench(tmp_path)


def _mixed(bench: AskedBench, pairs: int) -> None:
    for number in range(pairs):
        picture(bench.media / f"{number:03}.png", f"picture {number}")
        sound(bench.media / f"{number:03}.flac", f"sound {number}")


def test_sounds_and_pictures_are_captioned_and_coloured(bench: AskedBench) -> None:
    _mixed(bench, 3)
    report = bench.index()
    assert (report.indexed, report.failed) == (6, ())
    assert all("0: " in item.captions.whole and item.coverage == 0.5 for item in bench.items)
    assert len({item.profile for item in bench.items}) == 6


def test_results_do_not_depend_on_workers_and_requests_in_flight(tmp_path: Path) -> None:
    collections = []
    for number, (workers, concurrency) in enumerate([(1, "1"), (2, "64")]):
        home = tmp_path / str(number)
        home.mkdir()
        bench = AskedBench(home, {"concurrency": concurrency})
        _mixed(bench, 8)
        bench.index(IndexSettings(workers=workers))
        collections.append([replace(item, locations=()) for item in bench.items])
    assert collections[0] == collections[1]


def test_nothing_is_asked_twice(bench: AskedBench) -> None:
    _mixed(bench, 3)
    picture(bench.media / "copy.png", "picture 1")
    bench.index()
    assert Counter(asks(bench.log)).most_common(1)[0][1] == 1
    assert len(asks(bench.log)) == 6 * (PARTS + 1)


def test_another_collection_of_the_same_folder_asks_nothing_and_decodes_nothing(bench: AskedBench) -> None:
    _mixed(bench, 2)
    bench.index()
    asked, prepared = asks(bench.log), bench.prepared
    bench.collection = "other"
    report = bench.index()
    assert report.indexed == 4
    assert (asks(bench.log), bench.prepared) == (asked, prepared)
    paid = {role: (costs.total.requests, costs.total.recalled) for role, costs in report.costs.models.items()}
    assert paid == {"audio": (0, 10), "image": (0, 10), "colour": (0, 4)}


def test_a_limit_is_exact_with_many_in_flight(bench: AskedBench) -> None:
    _mixed(bench, 6)
    assert bench.index(IndexSettings(workers=2, limit=5)).indexed == 5
    assert bench.names == ["000.flac", "000.png", "001.flac", "001.png", "002.flac"]


def test_pictures_do_not_wait_behind_many_sounds(bench: AskedBench) -> None:
    bench.options["answer_s"] = "0.02"
    for number in range(40):
        sound(bench.media / f"a{number}.flac", f"sound {number}")
    picture(bench.media / "z.png", "picture")
    bench.index()
    roles = [role for role, _ in asks(bench.log)]
    assert roles.index("image") < [index for index, role in enumerate(roles) if role == "audio"][100]


def test_the_models_have_as_many_requests_as_they_take(bench: AskedBench) -> None:
    bench.options |= {"answer_s": "0.05", "concurrency": "20"}
    for number in range(40):
        picture(bench.media / f"{number}.png", f"picture {number}")
    seen: list[int] = []
    bench.index(look_at=lambda perception: seen.append(_model(perception).most_at_once))
    assert seen == [20]


def _model(perception: Perception) -> AskedModel:
    model = vars(perception.captioner)["_observers"]["image"].model
    assert isinstance(model, AskedModel)
    return model


def test_models_that_take_turns_are_asked_one_after_another(bench: AskedBench) -> None:
    bench.options["exclusive"] = "yes"
    _mixed(bench, 10)
    assert bench.index(IndexSettings(workers=2)).indexed == 20
    roles = [role for role, _ in asks(bench.log)]
    changes = [after for before, after in zip(["", *roles], roles, strict=False) if after != before]
    assert sorted(changes[:2]) == ["audio", "image"]
    assert changes[2:] == ["colour"]


def test_a_limit_is_exact_where_models_take_turns(bench: AskedBench) -> None:
    bench.options["exclusive"] = "yes"
    _mixed(bench, 6)
    assert bench.index(IndexSettings(workers=1, limit=5)).indexed == 5


def test_an_item_that_fails_costs_only_itself_and_keeps_the_model_s_answer(bench: AskedBench) -> None:
    bench.make_models_bad()
    picture(bench.media / "bad.png", "refused")
    picture(bench.media / "defect.png", "defect")
    picture(bench.media / "good.png", "good")
    report = bench.index()
    assert kinds(report) == {"bad.png": "refused_request", "defect.png": "internal_error"}
    assert report.failed[0].to_json()["answer"] == "I would rather not."
    assert "answer" not in report.failed[1].to_json()
    assert bench.names == ["good.png"]


def test_a_lasting_failure_is_reported_again_without_asking_until_it_is_retried(bench: AskedBench) -> None:
    bench.make_models_bad()
    picture(bench.media / "bad.png", "refused")
    bench.index()
    asked = asks(bench.log)
    bench.make_models_good()
    report = bench.index()
    assert kinds(report) == {"bad.png": "refused_request"}
    assert report.failed[0].answer == "I would rather not."
    assert asks(bench.log) == asked
    assert bench.index(IndexSettings(workers=1, retry_failed=True)).indexed == 1


def test_colours_that_cannot_be_read_are_retried_without_captioning_again(bench: AskedBench) -> None:
    picture(bench.media / "bad.png", "colourless")
    assert kinds(bench.index()) == {"bad.png": "bad_colours"}
    asked = len(asks(bench.log))
    assert kinds(bench.index()) == {"bad.png": "bad_colours"}
    assert len(asks(bench.log)) == asked
    bench.index(IndexSettings(workers=1, retry_failed=True))
    assert {role for role, _ in asks(bench.log)[asked:]} == {"colour"}


def test_another_failure_is_tried_again_by_the_next_run(bench: AskedBench) -> None:
    bench.make_models_bad()
    picture(bench.media / "late.png", "late")
    assert kinds(bench.index()) == {"late.png": "model_timeout"}
    bench.make_models_good()
    assert bench.index().indexed == 1


def test_a_server_that_is_gone_ends_the_run_and_the_next_one_goes_on(bench: AskedBench) -> None:
    bench.make_models_bad()
    bench.options["concurrency"] = "1"
    for number in range(30):
        picture(bench.media / f"{number:02}.png", "gone" if number == 20 else f"picture {number}")
    with pytest.raises(PerceptionError, match="server is gone") as caught:
        bench.index()
    assert caught.value.kind == "server_gone"
    stored = len(bench.names)
    assert stored >= 10
    bench.make_models_good()
    assert bench.index().indexed == 30 - stored


@pytest.mark.parametrize("deed", ["killed", "segfault"])
def test_a_worker_that_dies_while_preparing_costs_one_file(bench: AskedBench, deed: str) -> None:
    picture(bench.media / "bad.png", deed)
    _mixed(bench, 3)
    report = bench.index()
    assert kinds(report) == {"bad.png": "worker_died"}
    assert report.indexed == 6


def test_the_time_limit_of_a_file_does_not_count_the_time_of_models(bench: AskedBench) -> None:
    bench.options["answer_s"] = "1.5"
    picture(bench.media / "good.png", "good")
    picture(bench.media / "hangs.png", "hangs")
    report = bench.index(IndexSettings(workers=1, timeout_s=1.0))
    assert kinds(report) == {"hangs.png": "worker_died"}
    assert report.indexed == 1


def test_what_waits_for_captions_is_bounded_in_bytes(bench: AskedBench, monkeypatch: pytest.MonkeyPatch) -> None:
    large = 5 * 500_000
    monkeypatch.setattr("emoretrieve_indexer.load.PREPARED_BYTES", 3 * large)
    bench.options |= {"concurrency": "64", "answer_s": "0.02"}
    for number in range(20):
        picture(bench.media / f"{number:02}.png", f"large {number}")
    seen: list[int] = []
    bench.index(look_at=lambda perception: seen.append(_model(perception).most_at_once))
    assert PARTS <= seen[0] <= 3 * PARTS
    assert len(bench.names) == 20


def test_costs_are_counted_by_role_and_item(bench: AskedBench) -> None:
    _mixed(bench, 2)
    costs = bench.index().costs.to_json()
    assert json.loads(json.dumps(costs)) == costs
    models, seconds = costs["models"], costs["seconds"]
    assert isinstance(models, dict)
    assert isinstance(seconds, dict)
    assert list(models) == ["audio", "colour", "image"]
    assert models["audio"]["items"] == 2
    assert models["audio"]["requests"] == 2 * PARTS
    assert models["audio"]["prompt_tokens_per_item"] == 100 * PARTS
    assert models["colour"]["completion_tokens"] == 4 * 20
    assert list(seconds) == ["find", "examine", "prepare", "caption", "colour", "store"]
    assert all(spent > 0 for spent in seconds.values())


def test_killed_at_any_point_the_next_run_asks_only_what_was_not_answered(bench: AskedBench) -> None:
    bench.options |= {"answer_s": "0.05"}
    for number in range(40):
        picture(bench.media / f"{number:02}.png", f"picture {number}")
    moments = (3, 40, 120, 200)
    for answers in moments:
        bench.index_and_kill(answers)
    bench.index()
    asked, answered = asks(bench.log), asks(bench.log, "answers")
    assert len(set(asked)) == 40 * (PARTS + 1)
    assert len(answered) - len(set(answered)) <= len(moments)  # each kill may meet one answer that is just being kept
    assert len(asked) - len(answered) <= len(moments) * 2 * 8  # what pictures' and colours' model had in hand
    assert len(bench.names) == len(set(bench.names)) == 40


def test_the_progress_counts_answers_before_items_are_done(bench: AskedBench) -> None:
    picture(bench.media / "a.png", "slow picture")
    told: list[tuple[int, int]] = []
    bench.index(on_progress=lambda progress: told.append((progress.answers, progress.done)))
    assert any(answers and not done for answers, done in told)
    assert told[-1] == (PARTS + 1, 1)


def test_it_works_inside_a_running_event_loop(bench: AskedBench) -> None:
    picture(bench.media / "a.png", "a picture")

    async def cell_of_a_notebook() -> int:
        return bench.index().indexed

    assert asyncio.run(cell_of_a_notebook()) == 1


def test_ctrl_c_keeps_the_answers_that_still_come(bench: AskedBench) -> None:
    for number in range(20):
        picture(bench.media / f"{number:02}.png", f"slow {number}")

    def interrupt() -> None:
        while not asks(bench.log, "answers"):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(IndexInterrupted):
        bench.index()
    asked, answered = asks(bench.log), asks(bench.log, "answers")
    assert 0 < len(asked) < 20 * (PARTS + 1)
    assert sorted(asked) == sorted(answered)
    bench.index()
    assert Counter(asks(bench.log)).most_common(1)[0][1] == 1
    assert len(bench.names) == 20


def test_the_models_are_closed_with_the_perception(bench: AskedBench) -> None:
    _mixed(bench, 1)
    bench.index()
    assert sorted(role for role, _ in asks(bench.log, "closed")) == ["audio", "colour", "image"]
