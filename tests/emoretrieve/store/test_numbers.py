"""Vectors with numbers beside them, which are searched by, on every engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import StoreError
from emoretrieve.item import Item
from emoretrieve.store import Embedding, Equals, Store, Where
from tests.emoretrieve.store.conftest import OpenStore
from tests.emoretrieve.store.samples import assorted, item

EMBEDDING = Embedding("sphere", 24, {"model": "made up"}, numbers=("kappa", "A"))
ITEMS = assorted(40)


def drawn(items: list[Item], seed: int = 0) -> tuple[dict[str, Floats], dict[str, dict[str, float]]]:
    random = np.random.default_rng(seed)
    rows = {one.id: random.normal(size=24) for one in items}
    return rows, {id: {"kappa": round(random.uniform(1, 900), 9), "A": round(random.uniform(), 12)} for id in rows}


def fill(
    store: Store, items: list[Item] = ITEMS, seed: int = 0
) -> tuple[dict[str, Floats], dict[str, dict[str, float]]]:
    store.upsert(ITEMS)
    store.add_embedding(EMBEDDING)
    rows, numbers = drawn(items, seed)
    assert store.set_vectors("sphere", rows, numbers) == len(items)
    return rows, numbers


def test_numbers_come_back_as_they_were_given(store: Store) -> None:
    _, numbers = fill(store, ITEMS[:30])
    assert store.numbers("sphere", [one.id for one in ITEMS]) == numbers


def test_vectors_with_numbers_keep_the_digits_of_float32(store: Store) -> None:
    rows, _ = fill(store)
    for id, row in store.vectors("sphere", list(rows)).items():
        assert row == pytest.approx(rows[id] / np.linalg.norm(rows[id]), abs=1e-7)


def test_the_nearest_are_those_of_the_best_cosines_among_the_items_that_have_the_vector(store: Store) -> None:
    rows, numbers = fill(store, ITEMS[:30])
    query = np.random.default_rng(7).normal(size=24)
    query /= np.linalg.norm(query)
    cosines = {id: float(row @ query / np.linalg.norm(row)) for id, row in rows.items()}
    best = sorted(cosines, key=lambda id: -cosines[id])
    hits = store.nearest_vectors("sphere", query, limit=12)
    assert [hit.id for hit in hits] == best[:12]
    assert [hit.cosine for hit in hits] == pytest.approx([cosines[hit.id] for hit in hits], abs=1e-6)
    assert all(hit.numbers == numbers[hit.id] for hit in hits)
    assert len(store.nearest_vectors("sphere", query, limit=1_000)) == 30


def test_the_nearest_meet_the_conditions_and_are_none_of_those_left_out(store: Store) -> None:
    fill(store)
    where = Where("image", (Equals("artist", "A1"),))
    wanted = {one.id for one in ITEMS if one.modality == "image" and one.metadata["artist"] == "A1"}
    query = np.ones(24) / np.sqrt(24)
    assert {hit.id for hit in store.nearest_vectors("sphere", query, where=where, limit=99)} == wanted
    first = store.nearest_vectors("sphere", query, where=where, limit=1)[0].id
    second = store.nearest_vectors("sphere", query, where=where, limit=1, exclude=[first])
    assert second[0].id in wanted - {first}


def test_the_bounds_of_the_first_number_are_those_of_all_items(store: Store) -> None:
    store.add_embedding(EMBEDDING)
    assert store.number_bounds("sphere") is None
    _, numbers = fill(store)
    kappas = [row["kappa"] for row in numbers.values()]
    assert store.number_bounds("sphere") == (min(kappas), max(kappas))
    greatest = max(numbers, key=lambda id: numbers[id]["kappa"])
    store.delete([greatest])
    assert store.number_bounds("sphere") == (min(kappas), sorted(kappas)[-2])


def test_vectors_and_numbers_stay_when_items_are_written_again(store: Store) -> None:
    rows, numbers = fill(store, ITEMS[:30])
    before = store.vectors("sphere", list(rows))
    store.upsert([replace(one, profile=EmotionProfile.uniform(Rgb(1, 2, 3))) for one in ITEMS])
    assert store.numbers("sphere", [one.id for one in ITEMS]) == numbers
    after = store.vectors("sphere", list(rows))
    assert all(np.array_equal(after[id], before[id]) for id in rows)
    assert [one.metadata for one in store.get([ITEMS[0].id])] == [ITEMS[0].metadata]


def test_both_survive_reopening_and_what_they_are_is_remembered(open_store: OpenStore) -> None:
    with open_store() as store:
        rows, numbers = fill(store)
    with open_store() as store:
        assert store.embeddings["sphere"].numbers == ("kappa", "A")
        assert store.numbers("sphere", list(rows)) == numbers
        assert len(store.nearest_vectors("sphere", np.ones(24), limit=50)) == len(ITEMS)
        store.optimise()
        assert store.vectors("sphere", [ITEMS[3].id])[ITEMS[3].id] == pytest.approx(
            rows[ITEMS[3].id] / np.linalg.norm(rows[ITEMS[3].id]), abs=1e-7
        )


def test_the_items_that_have_the_vector_are_counted(store: Store) -> None:
    fill(store, ITEMS[:30])
    assert store.count_vectors("sphere") == 30
    assert store.count_vectors("sphere", Where("audio", (Equals("artist", "A1"),))) == sum(
        one.modality == "audio" and one.metadata["artist"] == "A1" for one in ITEMS[:30]
    )


def test_numbers_go_with_the_vectors_when_those_are_removed(store: Store) -> None:
    fill(store)
    store.remove_embedding("sphere")
    store.add_embedding(replace(EMBEDDING, signature={"model": "another"}))
    assert store.numbers("sphere", [one.id for one in ITEMS]) == {}
    assert (store.count_vectors("sphere"), store.number_bounds("sphere")) == (0, None)
    assert store.nearest_vectors("sphere", np.ones(24), limit=5) == []
    assert store.get([ITEMS[0].id]) == [ITEMS[0]]


def test_vectors_without_numbers_beside_such_with_them_stay_as_they_are(store: Store) -> None:
    fill(store)
    store.add_embedding(Embedding("plain", 3, {}))
    store.set_vectors("plain", {ITEMS[0].id: [1.0, 0.0, 0.0]})
    assert store.numbers("plain", [ITEMS[0].id]) == {}


def test_numbers_keep_15_digits_exactly(store: Store) -> None:
    store.upsert(ITEMS)
    store.add_embedding(EMBEDDING)
    random = np.random.default_rng(3)
    numbers = {one.id: {"kappa": float(random.lognormal(5, 3)), "A": float(random.normal() * 1e3)} for one in ITEMS}
    store.set_vectors("sphere", {id: np.ones(24) for id in numbers}, numbers)
    kept = {id: {name: float(f"{number:.15g}") for name, number in row.items()} for id, row in numbers.items()}
    assert store.numbers("sphere", list(numbers)) == kept


@pytest.mark.parametrize(
    "numbers",
    [{}, {"kappa": 1.0}, {"kappa": 1.0, "A": float("nan")}, {"kappa": 1.0, "A": 0.5, "more": 1.0}],
    ids=["none", "less", "nan", "more"],
)
def test_other_numbers_than_the_embedding_has_write_nothing(store: Store, numbers: dict[str, float]) -> None:
    good, bad = item("good"), item("bad")
    store.upsert([good, bad])
    store.add_embedding(EMBEDDING)
    rows = {good.id: np.ones(24), bad.id: np.ones(24)}
    with pytest.raises(StoreError, match="kappa, A") as caught:
        store.set_vectors("sphere", rows, {good.id: {"kappa": 1.0, "A": 0.5}, bad.id: numbers})
    assert caught.value.kind == "bad_vector"
    assert store.vectors("sphere", list(rows)) == {}
    assert store.numbers("sphere", list(rows)) == {}


def test_another_model_is_refused_with_how_to_replace_the_vectors(store: Store) -> None:
    store.add_embedding(EMBEDDING)
    with pytest.raises(StoreError, match=r"index --space sphere --model DIR --replace") as caught:
        store.add_embedding(replace(EMBEDDING, signature={"model": "another"}))
    assert caught.value.kind == "other_embedder"
