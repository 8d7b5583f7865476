"""A request that was carried out and whose answer was lost is repeated, and the repetition is no failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from emoretrieve.store.server.place import ServerPlace
from emoretrieve.store.server.settings import ServerSettings
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.samples import SIGNATURE, assorted

ITEMS = assorted(12)


@pytest.fixture
def fake() -> Iterator[FakeQdrant]:
    """A server with the collections `art` and `songs`, a snapshot of `art` and an alias that leads to it."""
    with FakeQdrant() as fake:
        place = place_on(fake)
        for name in ("art", "songs"):
            with place.open(name, signature=SIGNATURE, create=True) as store:
                store.upsert(ITEMS)
        place.snapshots.create("art")
        place.set_alias("best", "art")
        yield fake


def place_on(fake: FakeQdrant) -> ServerPlace:
    return ServerPlace(ServerSettings(fake.url, retries=1, ready_s=1.0))


def write_again(place: ServerPlace) -> None:
    with place.open("art") as store:
        store.upsert(ITEMS)


@pytest.mark.parametrize(
    ("request_line", "do"),
    [
        ("PUT /collections/art/points", write_again),
        ("PUT /collections/new", lambda place: place.open("new", signature=SIGNATURE, create=True).close()),
        ("DELETE /collections/songs", lambda place: place.delete("songs")),
        ("POST /collections/aliases", lambda place: place.set_alias("new", "art")),
        ("POST /collections/aliases", lambda place: place.set_alias("best", "songs")),
        ("POST /collections/aliases", lambda place: place.delete_alias("best")),
        ("POST /collections/art/snapshots", lambda place: place.snapshots.create("art")),
        (
            "PUT /collections/art/snapshots/recover",
            lambda place: place.snapshots.restore(place.snapshots.known("art")[0], "art", replace=True),
        ),
        (
            "DELETE /collections/art/snapshots",
            lambda place: place.snapshots.delete(place.snapshots.known("art")[0]),
        ),
    ],
    ids=["write", "create", "remove", "new alias", "switch", "remove alias", "snapshot", "restore", "remove snapshot"],
)
def test_a_lost_answer_is_no_failure(request_line: str, do: Callable[[ServerPlace], object], fake: FakeQdrant) -> None:
    fake.fail(request_line, cut=True, done=True)
    do(place_on(fake))
    assert [fault.times for fault in fake.faults] == [0]
    assert len(fake.sent(request_line)) >= 2
    with place_on(fake).open("art") as store:
        assert store.count() == len(ITEMS)
