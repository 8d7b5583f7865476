"""Collections of an alias that are built anew, recoloured and optimised before the switch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception import PerceptionChoice
from emoretrieve.store import edge
from emoretrieve.store.place import EmbeddedPlace
from emoretrieve_indexer.recolouring import RecolourSettings
from emoretrieve_indexer.reindexing import ReindexSettings, reindex_alias
from tests.emoretrieve.store.samples import assorted
from tests.indexer.mappers import register

LITE = {"perception": "lite", "captioner.name": "lite", "mapper.name": "lexicon"}


@pytest.fixture
def place(tmp_path: Path) -> EmbeddedPlace:
    """A collection of captions whose colours have nothing to do with them, and its alias."""
    place = EmbeddedPlace(tmp_path)
    with place.open("art", signature=LITE, create=True) as store:
        store.upsert([replace(one, captions=Captions("a wild dance", ("joy",) * 4)) for one in assorted(30)])
    place.set_alias("best", "art")
    return place


def test_the_new_collection_has_other_colours_and_the_old_one_its_own(place: EmbeddedPlace) -> None:
    done = reindex_alias(place.data, "best", ReindexSettings(colours=RecolourSettings()))
    with place.open("art") as old, place.open("best") as new:
        assert done.collection == "art-2"
        assert len({one.profile for batch in new.scan() for one in batch}) == 1
        assert len({one.profile for batch in old.scan() for one in batch}) > 10
        assert new.signature != old.signature


def test_the_alias_stays_where_captions_cannot_be_coloured(
    place: EmbeddedPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch)
    with place.open("art") as store:
        store.upsert([replace(assorted(1)[0], captions=Captions("nothing", ("",) * 4))])
    colours = RecolourSettings(PerceptionChoice(mapper="length"))
    with pytest.raises(PerceptionError, match="1 items cannot be coloured, so the alias was not switched") as caught:
        reindex_alias(place.data, "best", ReindexSettings(colours=colours))
    assert caught.value.kind == "bad_colours"
    assert place.resolve("best") == "art"


def test_a_mapper_that_there_is_not_is_noticed_before_anything_is_copied(place: EmbeddedPlace) -> None:
    colours = RecolourSettings(PerceptionChoice(mapper="nonsense"))
    with pytest.raises(PerceptionError, match="no emotion mapper called 'nonsense'"):
        reindex_alias(place.data, "best", ReindexSettings(colours=colours))
    assert place.names() == ["art"]


def test_the_new_collection_is_optimised_before_the_switch(
    place: EmbeddedPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "GRAPH_FROM", 30)
    reindex_alias(place.data, "best", ReindexSettings(optimise=True))
    with place.open("art") as old, place.open("best") as new:
        assert (old.has_graph, new.has_graph) == (False, True)
