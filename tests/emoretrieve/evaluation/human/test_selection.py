"""Which pairs a study shows."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile
from emoretrieve.errors import QueryError
from emoretrieve.evaluation.human.design import FittedOptions
from emoretrieve.evaluation.human.selection import ChosenPair, choose
from emoretrieve.item import Captions, Item
from emoretrieve.pairing.options import PairOptions
from emoretrieve.pairing.pairing import Pairing, pair
from emoretrieve.store.local import LocalStore

SIDE = 24


@pytest.fixture(scope="module")
def store() -> LocalStore:
    random = np.random.default_rng(5)
    captions = Captions("", ("", "", "", ""))
    filled = LocalStore.in_memory({"perception": "captions"})
    for modality in ("audio", "image"):
        profiles = (EmotionProfile.of(random.integers(0, 256, (5, 3)).tolist()) for _ in range(SIDE))
        filled.upsert([Item(None, modality, one, captions, name=f"{modality}{n}") for n, one in enumerate(profiles)])
    return filled


@pytest.fixture(scope="module")
def pairing(store: LocalStore) -> Pairing:
    return pair(store, PairOptions(draws=10))


def chosen(store: LocalStore, pairing: Pairing, seed: int, each: int = 5) -> tuple[ChosenPair, ...]:
    return choose(store, pairing, FittedOptions(each, 0, seed), lambda _: True)


def test_every_song_and_picture_is_shown_once(store: LocalStore, pairing: Pairing) -> None:
    pairs = chosen(store, pairing, 1)
    assert Counter(one.kind for one in pairs) == {"best": 5, "random": 5, "worst": 5}
    assert len({item.id for one in pairs for item in (one.song, one.picture)}) == 30
    assert all((one.song.modality, one.picture.modality) == ("audio", "image") for one in pairs)


def test_the_best_and_worst_are_those_of_the_pairing_that_chance_left(store: LocalStore, pairing: Pairing) -> None:
    pairs = chosen(store, pairing, 2)
    drawn = {item.id for one in pairs if one.kind == "random" for item in (one.song, one.picture)}
    left = [one.score for one in pairing.pairs if drawn.isdisjoint((one.source.id, one.target.id))]
    assert sorted((one.score for one in pairs if one.kind == "best"), reverse=True) == left[:5]
    assert sorted(one.score for one in pairs if one.kind == "worst") == left[::-1][:5]


def test_random_pairs_are_any_song_with_any_picture(store: LocalStore, pairing: Pairing) -> None:
    """Their mean over many studies is the exact mean over all pairs."""
    scores = [one.score for seed in range(150) for one in chosen(store, pairing, seed) if one.kind == "random"]
    error = np.std(scores) / np.sqrt(len(scores))
    assert abs(np.mean(scores) - pairing.random.mean) < 3 * error


def test_the_score_of_a_random_pair_is_that_of_its_items(store: LocalStore, pairing: Pairing) -> None:
    known = {(one.source.id, one.target.id): one.score for one in pair(store, PairOptions(method="argmax")).pairs}
    found = {
        (o.song.id, o.picture.id): o.score for s in range(40) for o in chosen(store, pairing, s) if o.kind == "random"
    }
    common = known.keys() & found.keys()
    assert common
    assert all(found[one] == known[one] for one in common)


def test_the_same_seed_makes_the_same_study(store: LocalStore, pairing: Pairing) -> None:
    assert chosen(store, pairing, 3) == chosen(store, pairing, 3)
    assert chosen(store, pairing, 3) != chosen(store, pairing, 4)


def test_the_order_of_the_pairs_tells_nothing(store: LocalStore, pairing: Pairing) -> None:
    """Over many studies each kind stands in the middle on average, and at each end as often as the others."""
    studies = [[one.kind for one in chosen(store, pairing, seed, each=2)] for seed in range(300)]
    for kind in ("best", "random", "worst"):
        places = [place for study in studies for place, one in enumerate(study) if one == kind]
        assert abs(np.mean(places) - 2.5) < 0.2
        assert 70 < sum(study[0] == kind for study in studies) < 130


def test_what_cannot_be_shown_is_left_out(store: LocalStore, pairing: Pairing) -> None:
    hidden = {one.source.id for one in pairing.pairs[:3]}
    pairs = choose(store, pairing, FittedOptions(4, 0, 1), lambda item: item.id not in hidden)
    assert all(one.song.id not in hidden for one in pairs)


@pytest.mark.parametrize("each", [9, 30])
def test_too_few_pairs_are_told(store: LocalStore, pairing: Pairing, each: int) -> None:
    with pytest.raises(QueryError, match="pairs can be shown") as caught:
        chosen(store, pairing, 1, each)
    assert caught.value.kind == "too_few_pairs"


def test_of_an_argmax_pairing_no_picture_is_shown_twice(store: LocalStore) -> None:
    pairs = chosen(store, pair(store, PairOptions(method="argmax", draws=10)), 1, each=3)
    assert len({one.picture.id for one in pairs}) == 9
