"""Folded segments and graphs: the same items and answers in another form, whenever the process is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.emotion.vectors import query_vector
from emoretrieve.item import Item
from emoretrieve.store import EVERYTHING, Equals, Hit, Store, Where, edge, segments
from emoretrieve.store.collections import open_collection
from emoretrieve.store.edge import EdgeEngine
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.store import reference
from tests.emoretrieve.store.samples import SIGNATURE, assorted, uniform

ROOT = Path(__file__).parents[3]
WEIGHTS = (0.5, 0.125, 0.125, 0.125, 0.125)
ITEMS = assorted(1_500)
SMALL = "from emoretrieve.store import edge, segments; segments._FOLDED_FROM, edge._LOOKED_AFTER = 400, 200"

OPTIMISER = f"""
import sys
from pathlib import Path
from emoretrieve.store.collections import open_collection
{SMALL}
edge.GRAPH_FROM, segments._LEAST_GRAPH_KB = 1_000, 10
with open_collection(Path(sys.argv[1]), "test") as store:
    print("open", flush=True)
    while True:
        store.optimise()
        edge.GRAPH_FROM = 10**9 if edge.GRAPH_FROM == 1_000 else 1_000  # so that there is always something to do
"""


@pytest.fixture(autouse=True)
def _small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fold from hundreds of items on, and build a graph from a thousand."""
    monkeypatch.setattr(segments, "_FOLDED_FROM", 400)
    monkeypatch.setattr(segments, "_LEAST_GRAPH_KB", 10)
    monkeypatch.setattr(edge, "_LOOKED_AFTER", 200)
    monkeypatch.setattr(edge, "GRAPH_FROM", 1_000)


def opened(folder: Path) -> Store:
    return open_collection(folder, "test", signature=SIGNATURE, create=True)


def write(store: Store, items: list[Item]) -> None:
    for start in range(0, len(items), 100):
        store.upsert(items[start : start + 100])


def folded(folder: Path) -> int:
    """Vectors in folded segments."""
    engine = EdgeEngine.load(folder / "collections" / "test" / "shard")
    try:
        return engine._shard.info().indexed_vectors_count
    finally:
        engine.close()


def answers(store: Store, where: Where = EVERYTHING, *, exact: bool = True) -> list[list[Hit]]:
    queries = [query_vector("aligned", one.profile, WEIGHTS) for one in ITEMS[::100]]
    return [store.nearest("aligned", query, where=where, limit=10, exact=exact) for query in queries]


def expected(where: Where = EVERYTHING) -> list[list[Hit]]:
    queries = [query_vector("aligned", one.profile, WEIGHTS) for one in ITEMS[::100]]
    found = [reference.nearest(ITEMS, "aligned", query, where, 10) for query in queries]
    return [[Hit(id, score) for id, score in hits] for hits in found]


def test_many_items_are_folded_while_they_are_written(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        write(store, ITEMS)
        assert answers(store) == expected()
    assert folded(tmp_path) >= 7 * 800


def test_items_in_folded_segments_are_replaced_and_deleted_like_any(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        write(store, ITEMS)
        changed = [uniform(f"{number}", 9, 8, 7) for number in range(300)]
        write(store, changed)
        write(store, changed)
        store.delete([one.id for one in ITEMS[:1_000]])
        assert store.count() == 800
        assert store.get([one.id for one in changed]) == changed
        assert store.get([one.id for one in ITEMS[:1_000]]) == []


def test_optimised_items_are_all_there_and_as_they_were(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        write(store, ITEMS)
        version = store.version
        store.optimise()
        assert store.version == version
        assert store.get([one.id for one in ITEMS]) == ITEMS
        assert store.count(Where("audio")) == sum(one.modality == "audio" for one in ITEMS)
    assert folded(tmp_path) == 7 * len(ITEMS)


@pytest.mark.parametrize(
    "where", [EVERYTHING, Where("audio"), Where("image"), Where(None, (Equals("artist", "A1"),))], ids=str
)
def test_a_graph_answers_as_a_full_scan_does(tmp_path: Path, where: Where) -> None:
    with opened(tmp_path) as store:
        write(store, ITEMS)
        store.optimise()
        assert store.has_graph
        assert answers(store, where, exact=False) == answers(store, where) == expected(where)


def test_a_match_of_one_part_is_scanned_although_there_is_a_graph(tmp_path: Path) -> None:
    query = query_vector("aligned", ITEMS[7].profile, (0.0, 0.0, 1.0, 0.0, 0.0))
    with opened(tmp_path) as store:
        write(store, ITEMS)
        store.optimise()
        found = store.nearest("aligned", query, limit=40, exact=False)
    assert [(hit.id, hit.score) for hit in found] == reference.nearest(ITEMS, "aligned", query, EVERYTHING, 40)


def test_a_graph_survives_reopening_and_holds_what_is_written_later(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        write(store, ITEMS[:1_100])
        store.optimise()
    with opened(tmp_path) as store:
        assert store.has_graph
        write(store, ITEMS[1_100:])
        assert answers(store, exact=False) == expected()


def test_the_boundary_of_equal_items_is_drawn_by_id_with_a_graph_as_well(tmp_path: Path) -> None:
    equal = [uniform(f"equal {number}", 9, 7, 3) for number in range(1_200)]
    query = query_vector("aligned", equal[0].profile, WEIGHTS)
    with opened(tmp_path) as store:
        write(store, equal + ITEMS[:500])
        store.optimise()
        found = store.nearest("aligned", query, limit=8, exact=False)
    assert [hit.id for hit in found] == sorted(one.id for one in equal)[:8]


def test_few_items_get_no_graph(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        write(store, ITEMS[:900])
        store.optimise()
        assert not store.has_graph
        query = query_vector("aligned", ITEMS[3].profile, WEIGHTS)
        found = store.nearest("aligned", query, limit=10, exact=False)
        assert [(hit.id, hit.score) for hit in found] == reference.nearest(
            ITEMS[:900], "aligned", query, EVERYTHING, 10
        )


def test_vectors_of_embedders_survive(tmp_path: Path) -> None:
    row = np.linspace(-1, 1, 8, dtype=np.float16).tolist()
    engine = EdgeEngine.create(tmp_path / "shard")
    from emoretrieve.store.schema import points_of

    points = points_of(ITEMS[:1_200])
    engine.upsert(points)
    engine.add_vector("added", 8)
    engine.set_vectors("added", {point.id: row for point in points[:700]})
    engine.optimise()
    assert engine.vector_sizes() == {"added": 8}
    kept = engine.vectors("added", [point.id for point in points])
    engine.close()
    assert kept == {point.id: row for point in points[:700]}


@pytest.mark.parametrize("delay_s", [0.0, 0.2, 0.5])
@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGINT], ids=["kill", "ctrl-c"])
def test_nothing_is_lost_or_doubled_where_optimising_ends_at_any_time(
    tmp_path: Path, delay_s: float, ended_by: signal.Signals
) -> None:
    with opened(tmp_path) as store:
        write(store, ITEMS)
    process = subprocess.Popen(
        [sys.executable, "-c", OPTIMISER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    time.sleep(delay_s)
    process.send_signal(ended_by)
    process.stdout.close()
    assert process.wait() != 0
    with opened(tmp_path) as store:
        assert store.count() == len(ITEMS)
        assert [one for batch in store.scan() for one in batch] == sorted(ITEMS, key=lambda one: one.id)
        assert answers(store) == answers(store, exact=False) == expected()
        store.optimise()
        assert answers(store, exact=False) == expected()


def test_an_engine_without_forms_has_nothing_to_optimise() -> None:
    with LocalStore.in_memory(SIGNATURE) as store:
        store.upsert(ITEMS[:20])
        store.optimise()
        assert not store.has_graph
        assert store.count() == 20
