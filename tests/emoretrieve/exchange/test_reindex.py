"""Collections that are built anew while others use them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.errors import StoreError
from emoretrieve.exchange import sync as module
from emoretrieve.exchange.reindex import reindex
from emoretrieve.item import Item
from emoretrieve.store import Embedding
from emoretrieve.store.place import EmbeddedPlace, Place, place_of
from emoretrieve.store.server.settings import ServerSettings
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.samples import SIGNATURE, assorted, item, uniform

ITEMS = [uniform(f"{number}", 1, 2, 3) for number in range(300)]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedPlace:
    """A collection `art` and its alias `best`; it is read in three pages."""
    monkeypatch.setattr(module, "PAGE", 100)
    place = EmbeddedPlace(tmp_path)
    with place.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert(ITEMS)
        store.save_derived("perception", b"settings")
    place.set_alias("best", "art")
    return place


def all_items(place: EmbeddedPlace, name: str) -> list[Item]:
    with place.open(name) as store:
        return [one for batch in store.scan() for one in batch]


def recoloured(place: EmbeddedPlace) -> Callable[[str], None]:
    """Gives all items of a new collection one other colour, as another mapper would."""

    def finish(name: str) -> None:
        with place.open(name) as store, store.recoloured({**SIGNATURE, "mapper": "other"}):
            for batch in store.scan():
                store.upsert([replace(one, profile=uniform("", 9, 9, 9).profile) for one in batch])

    return finish


def test_the_alias_leads_to_an_equal_collection_and_back(place: EmbeddedPlace) -> None:
    done = reindex(place, "best")
    assert (done.collection, done.previous, done.rounds) == ("art-2", "art", 1)
    assert done.verification.items == {"audio": 0, "image": 300}
    assert place.resolve("best") == "art-2"
    assert all_items(place, "best") == all_items(place, "art")
    with place.open("best") as store:
        assert (store.signature, store.load_derived("perception")) == (SIGNATURE, b"settings")
    place.switch_back("best")
    assert place.resolve("best") == "art"


def test_each_time_the_number_grows(place: EmbeddedPlace) -> None:
    assert [reindex(place, "best").collection for _ in range(2)] == ["art-2", "art-3"]
    assert place.names() == ["art", "art-2", "art-3"]


def test_a_number_at_the_end_of_a_name_is_counted_on(place: EmbeddedPlace) -> None:
    assert reindex(place, "best", "art-2026").collection == "art-2026"
    assert reindex(place, "best").collection == "art-2027"


def test_the_new_collection_can_be_named(place: EmbeddedPlace) -> None:
    assert reindex(place, "best", "other").collection == "other"
    assert place.resolve("best") == "other"


def test_the_new_collection_is_not_called_as_an_alias(place: EmbeddedPlace) -> None:
    with pytest.raises(StoreError, match="'best' is an alias") as caught:
        reindex(place, "best", "best")
    assert caught.value.kind == "taken"
    assert (place.names(), place.resolve("best")) == (["art"], "art")


def test_queries_go_on_and_never_see_a_mixture(place: EmbeddedPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new collection has other colours; every query sees all of one kind."""
    monkeypatch.setattr(module, "PAGE", 20)
    seen: list[tuple[frozenset[str], int]] = []
    with repeated(lambda: seen.append(looked_at(place))):
        reindex(place, "best", finish=recoloured(place))
    seen.append(looked_at(place))
    assert set(seen) == {(frozenset({"010203" * 5}), 300), (frozenset({"090909" * 5}), 300)}
    assert len(seen) > 10


def looked_at(place: EmbeddedPlace) -> tuple[frozenset[str], int]:
    """All colours of the collection that the alias leads to, and the number of its items."""
    with place.open("best", wait_s=30) as store:
        nearest = store.nearest("aligned", np.ones(15), limit=300)
        items = store.get([hit.id for hit in nearest])
    colours = {bytes(number for part in one.profile.parts for number in part).hex() for one in items}
    return frozenset(colours), len(items)


@contextmanager
def repeated(act: Callable[[], None]) -> Iterator[None]:
    """Do something again and again in another thread, until the block ends; its errors end the test."""
    errors: list[BaseException] = []
    over = threading.Event()

    def run() -> None:
        try:
            while not over.is_set():
                act()
                time.sleep(0.01)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert errors == []


def test_what_is_written_meanwhile_is_brought_over(place: EmbeddedPlace) -> None:
    def write(name: str) -> None:
        if not written:
            written.append(name)
            with place.open("art") as store:
                store.upsert([item("later")])
                store.delete([ITEMS[0].id])

    written: list[str] = []
    assert reindex(place, "best", finish=write).rounds == 2
    assert all_items(place, "art-2") == all_items(place, "art")
    assert item("later") in all_items(place, "best")


def test_vectors_that_are_written_meanwhile_are_brought_over(place: EmbeddedPlace) -> None:
    def embed(_: str) -> None:
        if not done:
            done.append(True)
            with place.open("art") as store:
                store.add_embedding(Embedding("picture", 4, {"model": "made up"}))
                store.set_vectors("picture", {ITEMS[0].id: [1.0, 0.0, 0.0, 0.0]})

    done: list[bool] = []
    assert reindex(place, "best", finish=embed).rounds == 2
    with place.open("best") as store:
        assert list(store.vectors("picture", [one.id for one in ITEMS])) == [ITEMS[0].id]


def test_a_collection_that_is_written_to_all_the_time_is_held_for_the_last_round(place: EmbeddedPlace) -> None:
    """In a data folder nobody can write then; the writer here can only write between the rounds."""

    def write(_: str) -> None:
        numbers.append(len(numbers))
        if len(numbers) < 4:
            with place.open("art") as store:
                store.upsert([item(f"later {numbers[-1]}")])

    numbers: list[int] = []
    assert reindex(place, "best", finish=write).rounds == 4
    assert all_items(place, "best") == all_items(place, "art")


def test_a_run_that_broke_off_goes_on_where_it_stopped(place: EmbeddedPlace) -> None:
    def fail(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(place, "best", finish=fail)
    assert place.resolve("best") == "art"
    assert place.names() == ["art", "art-2"]
    assert reindex(place, "best").collection == "art-2"


def test_a_run_that_broke_off_while_recolouring_begins_anew(place: EmbeddedPlace) -> None:
    def half(name: str) -> None:
        with place.open(name) as store, store.recoloured({**SIGNATURE, "mapper": "other"}):
            store.upsert([replace(ITEMS[0], profile=uniform("", 9, 9, 9).profile)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(place, "best", finish=half)
    assert reindex(place, "best", finish=recoloured(place)).collection == "art-2"
    assert looked_at(place) == (frozenset({"090909" * 5}), 300)


def test_a_collection_of_another_origin_is_never_overwritten(place: EmbeddedPlace) -> None:
    with place.open("art-2", signature=SIGNATURE, create=True) as store:
        store.upsert(assorted(5))
    assert reindex(place, "best").collection == "art-3"
    place.switch_back("best")
    for name in ("art-2", "art-3"):  # the second was finished once, and may have been written to since
        with pytest.raises(StoreError) as caught:
            reindex(place, "best", name)
        assert caught.value.kind == "taken"
    assert len(all_items(place, "art-2")) == 5


def test_only_an_alias_can_be_switched(place: EmbeddedPlace) -> None:
    with pytest.raises(StoreError) as caught:
        reindex(place, "art")
    assert caught.value.kind == "no_alias"


def test_a_server_builds_the_new_one_as_it_is_told_to(tmp_path: Path) -> None:
    """Such as with more shards; the old one is open all the time, and others may write to it."""
    with FakeQdrant() as fake:
        place = place_of(tmp_path, ServerSettings(fake.url, shards=3))
        with place.open("art", signature=SIGNATURE, create=True) as store:
            store.upsert(ITEMS[:50])
        place.set_alias("best", "art")
        done = reindex(place, "best", finish=once(lambda: write_to(place)))
        assert (done.collection, done.rounds, place.resolve("best")) == ("art-2", 2, "art-2")
        assert [one.body["shard_number"] for one in fake.sent("PUT /collections/art-2")[:1]] == [3]
        with place.open("best") as store:
            assert store.count() == 51
        assert place.switch_back("best").collection == "art"


def once(act: Callable[[], None]) -> Callable[[str], None]:
    acts = [act]
    return lambda _: acts.pop()() if acts else None


def write_to(place: Place) -> None:
    with place.open("art") as store:
        store.upsert([item("later")])
