"""Statistics of the similarities of given pairs: the study's from its own scores, ours from vectors."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import SourceError, StoreError
from emoretrieve.evaluation.pair_list import ListedPair, read_pairs
from emoretrieve.evaluation.similarity import paired_similarity, random_pairs, stated_similarity
from emoretrieve.item import Location
from emoretrieve.store import Embedding, Store
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.store.samples import SIGNATURE, item

STUDY = Path(__file__).parents[4] / "shared" / "seed_study"
NAMES = [f"{number:06d}" for number in range(6)]


def unit(rows: Floats) -> Floats:
    units: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units


SONGS, PICTURES = (unit(np.random.default_rng(seed).normal(size=(6, 24)) + 0.3) for seed in (1, 2))


@pytest.fixture
def store() -> Store:
    """Six songs and six pictures with vectors, and one picture without."""
    store = LocalStore.in_memory(SIGNATURE)
    songs = [
        replace(item(f"song {name}", modality="audio"), locations=(Location(f"/m/{name}.mp3", 1, 1),)) for name in NAMES
    ]
    pictures = [replace(item(f"picture {name}"), locations=(Location(f"/p/{name}.jpg", 1, 1),)) for name in NAMES]
    bare = replace(item("bare"), locations=(Location("/p/bare.jpg", 1, 1),))
    store.upsert([*songs, *pictures, bare])
    store.add_embedding(Embedding("imagebind", 24, {"embedder": "made up", "caution": "made up"}))
    store.set_vectors("imagebind", {song.id: row for song, row in zip(songs, SONGS, strict=True)})
    store.set_vectors("imagebind", {picture.id: row for picture, row in zip(pictures, PICTURES, strict=True)})
    return store


def in_order(*, scores: bool = False) -> list[ListedPair]:
    products = (SONGS * PICTURES).sum(axis=1)
    return [
        ListedPair(f"{name}.mp3", f"{name}.jpg", float(score) if scores else None)
        for name, score in zip(NAMES, products, strict=True)
    ]


@pytest.mark.skipif(not STUDY.is_dir(), reason="the study's tables are not beside the checkout")
def test_the_scores_of_the_study_give_its_table_vi() -> None:
    spread = stated_similarity(read_pairs(STUDY / "imagebind_scores.csv")).stated
    with (STUDY / "imagebind_similarity_statistics.csv").open(encoding="utf-8") as file:
        published = [float(row["Valore"]) for row in csv.DictReader(file)]
    assert spread
    ours = spread.distribution
    assert [ours.count, 0, ours.mean, ours.median, ours.deviation, ours.lowest, ours.highest] == pytest.approx(
        published, abs=1e-12
    )


@pytest.mark.skipif(not STUDY.is_dir(), reason="the study's tables are not beside the checkout")
@pytest.mark.parametrize("name", ["imagebind_scores.csv", "pairs.csv"])
def test_the_tables_of_pairs_of_the_study_are_read(name: str) -> None:
    pairs = read_pairs(STUDY / name)
    assert len(pairs) == 100
    assert pairs[0].first == "000211.mp3"
    assert pairs[0].second.startswith("lucian-freud_naked-man")


def test_the_statistics_are_those_of_the_cosines(store: Store) -> None:
    products = (SONGS * PICTURES).sum(axis=1)
    found = paired_similarity(store, "imagebind", in_order(scores=True))
    assert found.computed
    assert found.computed.distribution.mean == pytest.approx(products.mean(), abs=1e-3)
    assert found.computed.distribution.deviation == pytest.approx(products.std(), abs=1e-3)
    assert found.computed.quartiles == pytest.approx(np.quantile(products, (0.25, 0.5, 0.75)), abs=1e-3)
    assert found.largest_difference == pytest.approx(0, abs=1e-3)
    assert (found.skipped, found.caution) == ((), "made up")


def test_chance_is_that_of_all_ways_to_pair_the_same_members() -> None:
    products = SONGS @ PICTURES.T
    means = np.array(
        [np.mean([products[row, column] for row, column in enumerate(way)]) for way in permutations(range(6))]
    )
    chance = random_pairs(SONGS, PICTURES)
    assert chance.mean == pytest.approx(means.mean(), abs=1e-12)
    assert chance.deviation == pytest.approx(means.std(), abs=1e-12)


def test_pairs_that_cannot_be_compared_are_skipped_with_a_reason(store: Store) -> None:
    twice = [
        replace(item(f"again {number}"), locations=(Location(f"/{number}/twice.jpg", 1, 1),)) for number in range(2)
    ]
    store.upsert(twice)
    others = [
        ListedPair("000000.mp3", name, None) for name in ("nowhere.jpg", "bare.jpg", "twice.jpg", "/p/000001.jpg")
    ]
    found = paired_similarity(store, "imagebind", others)
    assert [pair.second for pair in found.skipped] == ["nowhere.jpg", "bare.jpg", "twice.jpg"]
    reasons = [pair.reason for pair in found.skipped]
    assert "not in the collection" in reasons[0]
    assert "no vector 'imagebind'" in reasons[1]
    assert "several items" in reasons[2]
    assert found.computed
    assert found.computed.distribution.count == 1


def test_where_no_pair_can_be_compared_nothing_is_computed(store: Store) -> None:
    found = paired_similarity(store, "imagebind", [ListedPair("a", "b", None)])
    assert (found.computed, found.chance) == (None, None)


def test_vectors_that_the_collection_lacks_are_told(store: Store) -> None:
    with pytest.raises(StoreError) as caught:
        paired_similarity(store, "pe-av", in_order())
    assert caught.value.kind == "no_embedding"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("song,picture\n", "no rows"),
        ("a,b\n1,2\n", "no columns 'Audio Filename'"),
        ("song,picture,score\nx,y,z\n", "no number"),
        ("song,picture,score\nx,y,nan\n", "no number"),
        ("song,picture\nx,\n", "no picture"),
    ],
)
def test_a_table_that_holds_no_pairs_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(SourceError, match=fault) as caught:
        read_pairs(tmp_path / "t.csv")
    assert caught.value.kind == "bad_pairs"
