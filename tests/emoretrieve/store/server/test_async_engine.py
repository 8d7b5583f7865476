"""A program that awaits gets the answers, the order and the refusals that one that waits gets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest

from emoretrieve.errors import StoreError
from emoretrieve.store import Where
from emoretrieve.store.filter import Filter, filter_of
from emoretrieve.store.server.async_connection import AsyncConnection
from emoretrieve.store.server.async_engine import AsyncServerEngine
from emoretrieve.store.server.connection import Connection
from emoretrieve.store.server.engine import ServerEngine
from emoretrieve.store.server.place import ServerPlace
from emoretrieve.store.server.settings import ServerSettings
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.samples import SIGNATURE, assorted

T = TypeVar("T")
ITEMS = assorted(60)
IMAGES = filter_of(Where("image"), ())


@pytest.fixture
def settings(fake: FakeQdrant) -> ServerSettings:
    settings = ServerSettings(fake.url, timeout_s=5, retries=2, page_points=7)
    with ServerPlace(settings).open("art", signature=SIGNATURE, create=True) as store:
        store.upsert(ITEMS)
    return settings


@pytest.fixture
def engine(settings: ServerSettings) -> Iterator[ServerEngine]:
    engine = ServerEngine(Connection(settings), "art")
    yield engine
    engine.close()


def awaited(settings: ServerSettings, ask: Callable[[AsyncServerEngine], Awaitable[T]]) -> T:
    async def run() -> T:
        async with await AsyncConnection.open(settings) as connection:
            return await ask(AsyncServerEngine(connection, "art"))

    return asyncio.run(run())


def test_what_is_read_is_the_same(settings: ServerSettings, engine: ServerEngine) -> None:
    ids = [item.id for item in ITEMS[:20]]
    query = np.linspace(0.1, 1.0, 15).tolist()
    assert awaited(settings, lambda other: other.retrieve(ids)) == engine.retrieve(ids)
    assert awaited(settings, lambda other: other.count(IMAGES)) == engine.count(IMAGES) == 30
    assert awaited(settings, lambda other: other.scroll(Filter(), 20)) == engine.scroll(Filter(), 20)
    assert awaited(settings, lambda other: other.search("aligned", query, IMAGES, 9, ["colour_key"])) == engine.search(
        "aligned", query, IMAGES, 9, ["colour_key"]
    )
    assert awaited(settings, lambda other: other.facet("modality", Filter(), 9)) == engine.facet(
        "modality", Filter(), 9
    )


def test_vectors_of_embedders_are_the_same(settings: ServerSettings, engine: ServerEngine) -> None:
    engine.add_vector("tiny", 2)
    engine.set_vectors("tiny", {ITEMS[0].id: [0.6, 0.8]})
    ids = [item.id for item in ITEMS[:2]]
    assert awaited(settings, lambda other: other.vectors("tiny", ids)) == engine.vectors("tiny", ids)


def test_several_questions_are_asked_at_a_time(settings: ServerSettings, fake: FakeQdrant) -> None:
    fake.fail("POST /collections/art/points/count", times=4, delay_s=0.4)

    async def four(engine: AsyncServerEngine) -> list[int]:
        started = asyncio.get_running_loop().time()
        counts = await asyncio.gather(*(engine.count(Filter()) for _ in range(4)))
        assert asyncio.get_running_loop().time() - started < 1.2
        return list(counts)

    assert awaited(settings, four) == [60] * 4


@pytest.mark.parametrize(
    ("fault", "kind"),
    [({"status": 401}, "refused_key"), ({"cut": True}, "server_unreachable"), ({"garbage": True}, "not_qdrant")],
    ids=str,
)
def test_a_refusal_is_the_same(
    settings: ServerSettings, engine: ServerEngine, fake: FakeQdrant, fault: dict[str, object], kind: str
) -> None:
    fake.fail("POST /collections/art/points/count", times=99, **fault)
    with pytest.raises(StoreError) as awaiting:
        awaited(settings, lambda other: other.count(Filter()))
    with pytest.raises(StoreError) as waiting:
        engine.count(Filter())
    assert awaiting.value.kind == waiting.value.kind == kind
    assert str(awaiting.value) == str(waiting.value)


def test_what_passes_is_tried_again(settings: ServerSettings, fake: FakeQdrant) -> None:
    fake.fail("POST /collections/art/points/count", times=2, status=503)
    assert awaited(settings, lambda engine: engine.count(Filter())) == 60


def test_an_older_server_is_told(settings: ServerSettings, fake: FakeQdrant) -> None:
    fake.version = "1.9.0"
    with pytest.raises(StoreError) as caught:
        awaited(replace(settings, retries=0), lambda engine: engine.count(Filter()))
    assert caught.value.kind == "old_server"
