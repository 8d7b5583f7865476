"""Exactly what is sent to a server, in what order: compared with `requests.json`, and valid by Qdrant's own models.

The stand-in has validated every body against the OpenAPI models of qdrant-client before it answered. To write the file
anew after a change that is meant: `python -m tests.emoretrieve.store.server.test_requests`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emoretrieve.secret import Secret
from emoretrieve.store import Where
from emoretrieve.store.collection import Collection
from emoretrieve.store.embeddings import Embedding
from emoretrieve.store.filter import filter_of
from emoretrieve.store.server.connection import Connection
from emoretrieve.store.server.engine import ServerEngine
from emoretrieve.store.server.place import ServerPlace
from emoretrieve.store.server.settings import ServerSettings
from tests.emoretrieve.store.fake_qdrant import FakeQdrant, Recorded
from tests.emoretrieve.store.samples import SIGNATURE, item, uniform

FILE = Path(__file__).with_name("requests.json")
KEY = "the-key-that-nobody-sees"
ONE = uniform("one", 10, 20, 30)


def created(place: ServerPlace) -> None:
    settings = replace(place.settings, shards=6, replicas=2, write_consistency=2)
    ServerPlace(settings).open("art", signature=SIGNATURE, create=True).close()


def written(store: Collection) -> None:
    store.upsert([ONE])


def removed(store: Collection) -> None:
    store.delete([ONE.id])


def searched(store: Collection) -> None:
    store.nearest("aligned", np.ones(15), where=Where("image"), limit=3)


def listed(store: Collection) -> None:
    list(store.scan(Where("image"), batch=10))


def counted(store: Collection) -> None:
    store.count(Where("audio"))


def embedded(store: Collection) -> None:
    store.add_embedding(Embedding("tiny", 2, {"model": "none"}))
    store.set_vectors("tiny", {ONE.id: [1.0, 0.0]})
    store.vectors("tiny", [ONE.id])
    store.remove_embedding("tiny")


def numbered(store: Collection) -> None:
    store.add_embedding(Embedding("sphere", 2, {"model": "none"}, numbers=("kappa",)))
    store.set_vectors("sphere", {ONE.id: [1.0, 0.0]}, {ONE.id: {"kappa": 2.5}})
    store.nearest_vectors("sphere", np.array([0.6, 0.8]), where=Where("image"), limit=3)
    store.number_bounds("sphere")
    store.count_vectors("sphere")
    store.remove_embedding("sphere")


def described(store: Collection) -> None:
    with store.recoloured({"perception": "another"}):
        pass


def noted(store: Collection) -> None:
    store.save_derived("null", b"numbers")
    store.load_derived("null")


def deleted(place: ServerPlace) -> None:
    place.delete("art")


def aliased(place: ServerPlace) -> None:
    place.set_alias("best", "art")
    place.delete_alias("best")


def kept(place: ServerPlace) -> None:
    snapshot = place.snapshots.create("art")
    place.snapshots.restore(snapshot, "copy", replace=False)
    place.snapshots.delete(snapshot)


WITH_A_PLACE: dict[str, Callable[[ServerPlace], None]] = {"remove": deleted, "alias": aliased, "snapshot": kept}

WITH_A_COLLECTION: dict[str, Callable[[Collection], None]] = {
    "write": written,
    "delete": removed,
    "search": searched,
    "list": listed,
    "count": counted,
    "embed": embedded,
    "embed with numbers": numbered,
    "recolour": described,
    "keep notes": noted,
}


def faceted(settings: ServerSettings) -> None:
    connection = Connection(settings)
    engine = ServerEngine(connection, "art")
    engine.facet("modality", filter_of(Where("image"), ()), 5)
    engine.indexes()
    engine.create_index('metadata.numbers."year"', "float")
    connection.close()


def requests_of(name: str) -> list[dict[str, Any]]:
    """What is sent for one operation, without what is random or the time."""
    with FakeQdrant(key=KEY) as fake:
        place = ServerPlace(ServerSettings(fake.url, Secret(KEY)))
        if name == "create":
            created(place)
        elif name in WITH_A_PLACE:
            created(place)
            fake.requests.clear()
            WITH_A_PLACE[name](place)
        else:
            with place.open("art", signature=SIGNATURE, create=True) as store:
                store.upsert([ONE, item("two")])
                store.flush()
                fake.requests.clear()
                if name == "facet":
                    faceted(place.settings)
                else:
                    WITH_A_COLLECTION[name](store)
                sent = list(fake.requests)
            fake.requests[:] = sent
        assert all(one.headers["api-key"] == KEY for one in fake.requests if one.path != "/readyz")
        assert KEY not in json.dumps([[one.path, dict(one.parameters), one.body] for one in fake.requests])
        return [_plain(one) for one in fake.requests]


def _plain(recorded: Recorded) -> dict[str, Any]:
    """Of what is random or the time only that it is there; numbers to six places."""
    parameters = "&".join(f"{name}={value}" for name, value in sorted(recorded.parameters.items()))
    text = json.dumps(_rounded(recorded.body))
    notes = recorded.path.startswith("/collections/_emoretrieve/")
    for pattern, instead in (*_CHANGING, *(_CHANGING_NOTES if notes else ())):
        text = re.sub(pattern, instead, text)
    request = f"{recorded.method} {recorded.path}" + (f"?{parameters}" if parameters else "")
    return {"request": request, "body": json.loads(text)}


_CHANGING = (
    (r"\d{4}-\d\d-\d\dT[0-9:]+\+00:00", "TIME"),
    (r"\b[0-9a-f]{32}\b", "RANDOM"),
    (r"\b[0-9a-f]{64}\b", "SHA256"),
)
_CHANGING_NOTES = (
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "ID"),
    (r'"(data|moments|marks)": "(?:[^"\\]|\\.)*"', r'"\1": "..."'),
)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return round(value, 6) if isinstance(value, float) else value


NAMES = ["create", *WITH_A_PLACE, "facet", *WITH_A_COLLECTION]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_sent_is_what_the_file_says(name: str) -> None:
    wanted = json.loads(FILE.read_text())[name]
    sent = requests_of(name)
    assert [one["request"] for one in sent] == [one["request"] for one in wanted]
    assert json.loads(json.dumps(sent)) == wanted


def test_large_writes_are_sent_in_bounded_requests() -> None:
    with FakeQdrant() as fake:
        place = ServerPlace(ServerSettings(fake.url, batch_points=7))
        with place.open("art", signature=SIGNATURE, create=True) as store:
            store.upsert([item(f"{number}") for number in range(20)])
        assert [len(one.body["points"]) for one in fake.sent("PUT /collections/art/points")] == [7, 7, 6]


def test_large_items_are_sent_in_requests_of_bounded_size() -> None:
    long = [replace(item(f"{number}"), metadata={"text": "x" * 200_000}) for number in range(5)]
    with FakeQdrant() as fake:
        place = ServerPlace(ServerSettings(fake.url, batch_mb=1))
        with place.open("art", signature=SIGNATURE, create=True) as store:
            store.upsert(long)
            assert store.count() == 5
        sizes = [len(json.dumps(one.body)) for one in fake.sent("PUT /collections/art/points")]
    assert len(sizes) == 5
    assert max(sizes) < 1_000_000


def test_long_lists_are_read_page_by_page() -> None:
    with FakeQdrant() as fake:
        place = ServerPlace(ServerSettings(fake.url, page_points=8))
        with place.open("art", signature=SIGNATURE, create=True) as store:
            items = [item(f"{number}") for number in range(20)]
            store.upsert(items)
            fake.requests.clear()
            ((ids, _),) = store.profiles()
        assert ids == sorted(one.id for one in items)
        assert [one.body["limit"] for one in fake.sent("POST /collections/art/points/scroll")] == [8, 8, 8]


if __name__ == "__main__":
    FILE.write_text(json.dumps({name: requests_of(name) for name in NAMES}, indent=1, ensure_ascii=False) + "\n")
