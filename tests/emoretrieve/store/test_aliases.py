"""Aliases: other names of collections, switched in one step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from emoretrieve.errors import StoreError
from emoretrieve.library import Library
from emoretrieve.store.place import EmbeddedPlace, Place, place_of
from emoretrieve.store.server.place import ServerPlace
from emoretrieve.store.server.settings import ServerSettings
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.samples import SIGNATURE, item


@pytest.fixture(params=["folder", "fake server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Three collections of one item each, called like the item."""
    if request.param == "folder":
        yield filled(EmbeddedPlace(tmp_path))
        return
    with FakeQdrant() as fake:
        yield filled(place_of(tmp_path, ServerSettings(fake.url)))


def filled(place: Place) -> Place:
    for name in ("first", "second", "third"):
        with place.open(name, signature=SIGNATURE, create=True) as store:
            store.upsert([item(name)])
    return place


def held_by(place: Place, name: str) -> list[str]:
    with place.open(name) as store:
        return [one.paths[0] for batch in store.scan() for one in batch]


@contextmanager
def refused(kind: str) -> Iterator[None]:
    with pytest.raises(StoreError) as caught:
        yield
    assert caught.value.kind == kind


def test_an_alias_opens_the_collection_that_it_leads_to(place: Place) -> None:
    place.set_alias("best", "first")
    assert held_by(place, "best") == ["/media/first"]
    place.set_alias("best", "second")
    assert held_by(place, "best") == ["/media/second"]
    assert place.names() == ["first", "second", "third"]
    assert place.address("best") == place.address("second")


def test_a_library_takes_an_alias_and_makes_no_collection_of_its_name(place: Place, tmp_path: Path) -> None:
    server = place.settings if isinstance(place, ServerPlace) else None
    place.set_alias("best", "first")
    with Library.open(tmp_path, "best", server=server) as library:
        assert library.count() == 1
    place.delete("second")
    place.open("second", signature={"perception": "lite"}, create=True).close()
    place.set_alias("best", "second")
    with Library.open(tmp_path, "best", create=True, server=server) as library:
        assert library.perception.settings.name == "lite"
    assert place.names() == ["first", "second", "third"]


def test_switching_back_leads_where_it_led_before_and_forth_again(place: Place) -> None:
    place.set_alias("best", "first")
    place.set_alias("best", "second")
    assert place.switch_back("best").collection == "first"
    assert held_by(place, "best") == ["/media/first"]
    assert place.switch_back("best").collection == "second"


def test_setting_an_alias_again_to_the_same_collection_forgets_nothing(place: Place) -> None:
    place.set_alias("best", "first")
    place.set_alias("best", "second")
    assert place.set_alias("best", "second").previous == "first"


def test_an_alias_of_an_alias_leads_to_its_collection(place: Place) -> None:
    place.set_alias("best", "first")
    assert place.set_alias("finest", "best").collection == "first"
    place.set_alias("best", "second")
    assert place.resolve("finest") == "first"


def test_an_alias_never_hides_a_collection(place: Place) -> None:
    with refused("taken"):
        place.set_alias("second", "first")
    assert place.aliases() == {}


@pytest.mark.parametrize("name", ["", "../first", "a b"])
def test_an_alias_is_named_as_collections_are(place: Place, name: str) -> None:
    with refused("bad_name"):
        place.set_alias(name, "first")


def test_an_alias_is_not_set_to_what_cannot_be_opened(tmp_path: Path) -> None:
    place = filled(EmbeddedPlace(tmp_path))
    place.set_alias("best", "first")
    (tmp_path / "collections" / "second" / "collection.json").write_text("nonsense")
    with refused("corrupt"):
        place.set_alias("best", "second")
    assert place.resolve("best") == "first"


def test_an_alias_is_not_set_to_what_is_not_there(place: Place) -> None:
    place.set_alias("best", "first")
    with refused("no_collection"):
        place.set_alias("best", "fourth")
    assert place.resolve("best") == "first"


def test_there_is_no_way_back_to_a_collection_that_is_gone(place: Place) -> None:
    place.set_alias("best", "first")
    with refused("no_previous"):
        place.switch_back("best")
    place.set_alias("best", "second")
    place.delete("first")
    with refused("no_collection"):
        place.switch_back("best")
    assert place.resolve("best") == "second"


def test_a_collection_is_not_deleted_while_an_alias_leads_to_it(place: Place) -> None:
    place.set_alias("best", "first")
    for name in ("first", "best"):
        with refused("aliased"):
            place.delete(name)
    assert place.delete_alias("best").collection == "first"
    place.delete("first")
    assert place.names() == ["second", "third"]


def test_what_is_no_alias_can_be_neither_switched_nor_deleted(place: Place) -> None:
    for change in (place.switch_back, place.delete_alias):
        with refused("no_alias"):
            change("best")


@pytest.mark.parametrize("text", ["{", "[1]", '{"best": 3}', '{"best": {}}', "\x00"])
def test_a_damaged_list_of_aliases_is_said_to_be_that(tmp_path: Path, text: str) -> None:
    place = filled(EmbeddedPlace(tmp_path))
    (tmp_path / "aliases.json").write_text(text)
    with refused("damaged_aliases"):
        place.open("first")


def test_a_server_is_asked_to_switch_in_one_request(tmp_path: Path) -> None:
    with FakeQdrant() as fake:
        place = filled(place_of(tmp_path, ServerSettings(fake.url)))
        place.set_alias("best", "first")
        place.set_alias("best", "second")
        assert [one.body for one in fake.sent("POST /collections/aliases")] == [
            {"actions": [{"create_alias": {"collection_name": "first", "alias_name": "best"}}]},
            {
                "actions": [
                    {"delete_alias": {"alias_name": "best"}},
                    {"create_alias": {"collection_name": "second", "alias_name": "best"}},
                ]
            },
        ]


def test_an_open_collection_stays_itself_while_its_alias_is_switched(tmp_path: Path) -> None:
    """A server would resolve an alias anew at every request."""
    with FakeQdrant() as fake:
        place = filled(place_of(tmp_path, ServerSettings(fake.url)))
        place.set_alias("best", "first")
        with place.open("best") as store:
            place.set_alias("best", "second")
            assert [one.paths[0] for batch in store.scan() for one in batch] == ["/media/first"]


def test_a_key_that_may_not_list_aliases_opens_collections_by_their_names(tmp_path: Path) -> None:
    with FakeQdrant() as fake:
        place = filled(place_of(tmp_path, ServerSettings(fake.url)))
        fake.fail("GET /aliases", status=403, error="Forbidden: Global access is required", times=100)
        assert held_by(place, "first") == ["/media/first"]
