"""Recolouring changes all items or none, and a collection where it broke off is opened for nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.emotion.vectors import colours, vectors
from emoretrieve.errors import PerceptionError, StoreError
from emoretrieve.exchange import export_items
from emoretrieve.item import Captions, Item
from emoretrieve.library import Library
from emoretrieve.perception import PerceptionChoice, PerceptionSettings
from emoretrieve.perception.lexicon import LexiconMapper
from emoretrieve.search.null import _default, _load
from emoretrieve.search.population import moments_of
from emoretrieve.store.collections import open_collection
from emoretrieve.store.edge import EdgeStore
from emoretrieve_indexer.recolouring import RecolourReport, RecolourSettings, recolour
from tests.indexer.conftest import fill
from tests.indexer.mappers import Mappers, register

COUNT = 12
LEXICON = PerceptionChoice(mapper="lexicon")


def item(number: int, text: str | None = None) -> Item:
    """A song in grey; the mapper `length` tells it from the others."""
    caption = text or f"calm, sad and slow {'x' * number}"
    grey = EmotionProfile.uniform(Rgb(100, 100, 100))
    captions = Captions(caption, (caption, caption, caption, caption))
    return Item(None, "audio", grey, captions, coverage=0.5, name=f"song {number}", metadata={"year": number})


@pytest.fixture
def mappers(monkeypatch: pytest.MonkeyPatch) -> Mappers:
    return register(monkeypatch)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a collection of grey items whose colours were given."""
    settings = PerceptionSettings("captions", mapper="given")
    with Library.open(tmp_path, create=True, perception=settings) as library:
        library.store.upsert([item(number) for number in range(COUNT)])
    return tmp_path


def add(data: Path, one: Item) -> None:
    with open_collection(data, "default") as store:
        store.upsert([one])


def items(data: Path, collection: str = "default") -> list[Item]:
    with Library.open(data, collection) as library:
        return list(library.items())


def run(data: Path, mapper: str, **more: object) -> RecolourReport:
    settings = replace(RecolourSettings(PerceptionChoice(mapper=mapper)), **more)  # type: ignore[arg-type]  # any field
    return recolour(data, "default", settings)


def broken_off(data: Path, signature: dict[str, str] | None = None) -> None:
    """Leave the collection as a crash does that comes after the first written item."""

    def half_way(store: EdgeStore) -> None:
        with store.recoloured(signature or lexicon_signature(store)):
            store.upsert([replace(item(0), profile=EmotionProfile.uniform(Rgb(1, 2, 3)))])
            raise KeyboardInterrupt

    with open_collection(data, "default") as store, pytest.raises(KeyboardInterrupt):
        half_way(store)


def lexicon_signature(store: EdgeStore) -> dict[str, str]:
    kept = {key: value for key, value in store.signature.items() if not key.startswith("mapper")}
    return kept | {f"mapper.{key}": value for key, value in LexiconMapper().signature.items()}


def test_items_get_the_colours_of_the_mapper_and_keep_all_else(data: Path) -> None:
    before = items(data)
    report = run(data, "lexicon")
    mapper = LexiconMapper()
    assert (report.recoloured, report.failed) == (COUNT, ())
    assert items(data) == [replace(one, profile=mapper.colour(one.captions)) for one in before]


def test_the_collection_is_the_new_mappers_afterwards(data: Path) -> None:
    run(data, "lexicon")
    with Library.open(data) as library:
        assert library.perception.settings.mapper == "lexicon"
        assert library.query_text("a sad and slow evening").query.text is not None
        assert library.store.signature["captioner.name"] == "captions"


def test_it_is_exported_like_a_collection_that_had_these_colours_from_the_beginning(data: Path) -> None:
    recolour(data, "default", RecolourSettings(LEXICON))
    recoloured = items(data)
    with Library.open(data, "fresh", create=True, perception=PerceptionSettings("captions")) as library:
        library.store.upsert(recoloured)
        export_items(library.store, data / "fresh.jsonl")
    with Library.open(data) as library:
        export_items(library.store, data / "recoloured.jsonl")
    assert (data / "recoloured.jsonl").read_bytes() == (data / "fresh.jsonl").read_bytes()


def test_moments_and_null_distributions_are_of_the_new_colours(data: Path) -> None:
    with Library.open(data) as library:
        library.store.moments("aligned", "audio")  # known before, so that they would be updated
    run(data, "lexicon")
    with Library.open(data) as library:
        kept = library.store.moments("aligned", "audio")
        counted = moments_of(vectors("aligned", colours(one.profile for one in library.items())))
        np.testing.assert_allclose(kept.mean, counted.mean, atol=1e-12)
        np.testing.assert_allclose(kept.covariance, counted.covariance, atol=1e-12)
        assert _load(library.store, _default("audio")) is not None


@pytest.mark.usefixtures("mappers")
def test_where_one_item_cannot_be_coloured_nothing_is_changed(data: Path) -> None:
    add(data, item(99, "nothing"))
    before = items(data)
    report = run(data, "length")
    assert report.recoloured == 0
    assert [(failure.path, failure.kind, failure.answer) for failure in report.failed] == [
        ("song 99", "bad_colours", "I cannot.")
    ]
    assert items(data) == before


@pytest.mark.usefixtures("mappers")
def test_into_another_collection_all_others_go(data: Path) -> None:
    add(data, item(99, "nothing"))
    before = items(data)
    for _ in range(2):
        report = run(data, "length", into="other")
        assert (report.collection, report.recoloured, len(report.failed)) == ("other", COUNT, 1)
    assert items(data) == before
    assert {one.name for one in items(data, "other")} == {f"song {number}" for number in range(COUNT)}


@pytest.mark.usefixtures("mappers")
def test_a_server_that_is_gone_changes_nothing(data: Path) -> None:
    add(data, item(99, "gone"))
    before = items(data)
    with pytest.raises(PerceptionError, match="start it again"):
        run(data, "pretending")
    assert items(data) == before


def test_models_are_asked_about_many_items_at_once_and_again_on_request(data: Path, mappers: Mappers) -> None:
    mapper = mappers.pretending
    mapper.failed.add(item(3).captions.whole)
    assert run(data, "pretending").recoloured == 0
    report = run(data, "pretending", retry_failed=True)
    assert report.recoloured == COUNT
    assert mapper.most_at_once > 1
    assert items(data)[0].spread == tuple((1.0, 2.0, 3.0) for _ in range(5))


def test_colours_from_files_cannot_be_made_again(data: Path) -> None:
    with pytest.raises(PerceptionError, match="--mapper") as refused:
        recolour(data, "default", RecolourSettings())
    assert refused.value.kind == "no_mapper"


def test_what_broke_off_is_opened_for_nothing_else(data: Path) -> None:
    broken_off(data)
    with pytest.raises(StoreError, match="run the same 'emoretrieve recolour' again") as refused:
        Library.open(data)
    assert refused.value.kind == "unfinished_recolouring"


def test_a_disk_that_is_full_already_leaves_the_collection_open_to_everything(small_disk: Path) -> None:
    with Library.open(small_disk, create=True, perception=PerceptionSettings("captions", mapper="given")) as library:
        library.store.upsert([item(0)])
    fill(small_disk)
    with pytest.raises(StoreError) as refused:
        run(small_disk, "lexicon")
    assert refused.value.kind == "storage_full"
    (small_disk / "filler").unlink()
    assert items(small_disk) == [item(0)]


@pytest.mark.usefixtures("mappers")
def test_what_broke_off_is_finished_by_the_same_recolouring_alone(data: Path) -> None:
    broken_off(data)
    with pytest.raises(StoreError) as refused:
        run(data, "length")
    assert refused.value.kind == "unfinished_recolouring"
    assert run(data, "lexicon").recoloured == COUNT
    mapper = LexiconMapper()
    assert all(one.profile == mapper.colour(one.captions) for one in items(data))


_KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from emoretrieve.perception import PerceptionChoice
from emoretrieve.store.edge import EdgeStore
from emoretrieve_indexer import recolouring

write = EdgeStore.upsert
def written_once(store, items):
    write(store, items)
    os.kill(os.getpid(), signal.SIGKILL)

EdgeStore.upsert = written_once
recolouring._BATCH = 5
recolouring.recolour(Path(sys.argv[1]), "default", recolouring.RecolourSettings(PerceptionChoice(mapper="lexicon")))
"""


def test_a_run_that_is_killed_while_it_writes_is_finished_by_the_next(data: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED_WHILE_WRITING, str(data)], check=False)
    assert killed.returncode == -signal.SIGKILL
    with pytest.raises(StoreError) as refused:
        Library.open(data)
    assert refused.value.kind == "unfinished_recolouring"
    assert run(data, "lexicon").recoloured == COUNT
    assert {one.profile == LexiconMapper().colour(one.captions) for one in items(data)} == {True}


def test_ctrl_c_while_captions_are_coloured_changes_nothing(
    data: Path, mappers: Mappers, monkeypatch: pytest.MonkeyPatch
) -> None:
    colour: Callable[[Captions], EmotionProfile] = mappers.length.colour
    before = items(data)

    def interrupting(captions: Captions) -> EmotionProfile:
        os.kill(os.getpid(), signal.SIGINT)
        return colour(captions)

    monkeypatch.setattr(mappers.length, "colour", interrupting)
    with pytest.raises(KeyboardInterrupt):
        run(data, "length")
    assert items(data) == before
