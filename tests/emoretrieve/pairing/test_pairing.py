"""From a collection to pairs."""

from __future__ import annotations

import random

import pytest

from emoretrieve.errors import QueryError
from emoretrieve.item import MODALITIES, Item
from emoretrieve.pairing import methods, sparse
from emoretrieve.pairing.methods import check_size
from emoretrieve.pairing.options import METHODS, Method, PairOptions
from emoretrieve.pairing.pairing import Pairing, pair
from emoretrieve.search.filters import parse_filters
from tests.emoretrieve.search.collection import brute_score, item, random_items, store_of

SONGS, PICTURES = random_items("audio", 12, 1), random_items("image", 9, 2)


def paired(items: list[Item], options: PairOptions | None = None) -> Pairing:
    with store_of(items) as store:
        return pair(store, options or PairOptions(draws=100))


def links(pairing: Pairing) -> list[tuple[str, str, float]]:
    return [(one.source.id, one.target.id, one.score) for one in pairing.pairs]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("capacity", [1, 2])
def test_the_order_of_insertion_changes_nothing(method: str, capacity: int) -> None:
    equal = [item("audio", 100 + number, SONGS[0].profile) for number in range(3)]
    items = [*SONGS, *equal, *PICTURES, *[item("image", 100 + number, PICTURES[0].profile) for number in range(3)]]
    shuffled = random.Random(0).sample(items, len(items))
    options = PairOptions(method=method, capacity=capacity, draws=50)
    assert paired(items, options).to_json() == paired(shuffled, options).to_json()


def test_pairs_are_ranked_by_score_and_carry_it() -> None:
    pairing = paired([*SONGS, *PICTURES])
    assert [one.rank for one in pairing.pairs] == list(range(1, 10))
    assert sorted((one.score for one in pairing.pairs), reverse=True) == [one.score for one in pairing.pairs]
    for one in pairing.pairs:
        expected = brute_score(pairing.options.matching.weights, one.source.profile, one.target.profile)
        assert one.score == pytest.approx(expected, abs=1e-12)


def test_who_is_left_over_is_named() -> None:
    pairing = paired([*SONGS, *PICTURES])
    taken = {one.source.id for one in pairing.pairs}
    assert set(pairing.unpaired_sources) == {one.id for one in SONGS} - taken
    assert len(pairing.unpaired_sources) == 3
    assert pairing.unpaired_targets == ()


def test_pictures_can_look_for_songs() -> None:
    pairing = paired([*SONGS, *PICTURES], PairOptions(source="image", target="audio", method="argmax", draws=10))
    assert {one.source.modality for one in pairing.pairs} == {"image"}
    assert len(pairing.pairs) == 9


def test_filters_narrow_each_side() -> None:
    options = PairOptions(
        source_where=parse_filters(["year=1800..1803"]), target_where=parse_filters(["school=old"]), draws=10
    )
    pairing = paired([*SONGS, *PICTURES], options)
    assert (pairing.sources, pairing.targets) == (4, 5)
    assert all(one.target.metadata["school"] == "old" for one in pairing.pairs)


def test_the_prices_are_in_the_order_they_must_be() -> None:
    pairing = paired([*SONGS, *PICTURES])
    price = {one.method: one for one in (pairing.price, *pairing.others)}
    assert set(price) == set(METHODS)
    assert pairing.random.mean < price["greedy"].mean == price["stable"].mean <= price["hungarian"].mean
    assert price["argmax"].own_best == price["argmax"].pairs == 12
    assert price["argmax"].targets <= 9
    assert price["hungarian"].targets == 9


def test_one_song_and_one_picture_are_a_pair_like_any_other() -> None:
    pairing = paired([SONGS[0], PICTURES[0]])
    assert (len(pairing.pairs), pairing.price.p, pairing.price.z, pairing.random.deviation) == (1, 1.0, None, 0.0)
    assert pairing.price.mean == pytest.approx(pairing.random.mean)


def test_items_in_which_nothing_was_felt_score_nothing_and_are_no_nan() -> None:
    black = SONGS[0].profile.of([(0, 0, 0)] * 5)
    pairing = paired(
        [item("audio", 1, black), item("audio", 2, black), item("image", 1, black), item("image", 2, black)]
    )
    assert [one.score for one in pairing.pairs] == [0.0, 0.0]
    assert pairing.price.z is None


@pytest.mark.parametrize("items", [[], SONGS, PICTURES])
def test_a_side_without_items_is_told(items: list[Item]) -> None:
    with pytest.raises(QueryError, match="nothing to pair") as caught:
        paired(items)
    assert caught.value.kind == "nothing_to_pair"


def test_filters_that_leave_nothing_are_told() -> None:
    with pytest.raises(QueryError, match="No picture of the collection passes the filters"):
        paired([*SONGS, *PICTURES], PairOptions(target_where=parse_filters(["school=none"])))


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"method": "psychic"}, "bad_method", "'psychic'; choose one of hungarian, greedy, stable, argmax"),
        ({"capacity": 0}, "bad_capacity", "at least 1, not 0"),
        ({"draws": 0}, "bad_draws", "not 0"),
        ({"source": "image"}, "bad_target", "from 'image' to 'image'"),
        ({"match": "vibes"}, "bad_match", "no match 'vibes'"),
        ({"weights": [0, 0, 0, 0, 0]}, "bad_weights", "Weights are five numbers"),
        ({"weights": [float("nan"), 0, 0, 0, 1]}, "bad_weights", "Weights are five numbers"),
    ],
)
def test_options_without_sense_are_refused(options: dict[str, object], kind: str, said: str) -> None:
    with pytest.raises(QueryError, match=said) as caught:
        PairOptions(**options)  # type: ignore[arg-type]  # wrong values are the point
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("method", "sources", "targets", "capacity", "said"),
    [
        ("greedy", 11_001, 11_000, 1, "use the method hungarian, or narrow the sides"),
        ("stable", 20_000, 20_000, 1, "'stable' sorts all scores"),
        ("argmax", 50_001, 50_000, 1, "more than 2,500,000,000 possible pairs"),
        ("hungarian", 20_000, 20_000, 10_000, "lower the capacity"),
    ],
)
def test_sides_that_are_too_large_are_refused(
    method: Method, sources: int, targets: int, capacity: int, said: str
) -> None:
    with pytest.raises(QueryError, match=said) as caught:
        check_size(method, sources, targets, capacity)
    assert caught.value.kind == "too_many_pairs"


@pytest.mark.parametrize("method", METHODS)
def test_ten_thousand_of_each_are_not_refused(method: Method) -> None:
    check_size(method, 10_000, 10_000, 1)


@pytest.mark.parametrize(("cells", "proven"), [(10_000, True), (100, False)])
def test_what_is_not_proven_is_solved_with_the_matrix_or_stated_with_its_gap(
    cells: int, proven: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [*random_items("audio", 90, 2), *random_items("image", 90, 3)]
    highest = paired(items).price.mean
    monkeypatch.setattr(sparse, "NEAREST", 2)
    monkeypatch.setattr(sparse, "_JOINING", 1)
    monkeypatch.setattr(methods, "QUICK_CELLS", 100)
    monkeypatch.setattr(methods, "MATRIX_CELLS", cells)
    price = paired(items).price
    assert (price.gap == 0) is proven
    assert price.mean == pytest.approx(highest, abs=1e-12) or highest <= price.mean + price.gap
    assert (price.mean >= highest - 1e-12) is proven


def test_items_that_share_their_colours_are_paired_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods, "QUICK_CELLS", 100)
    items = [item(one, number, SONGS[number % 4].profile) for one in MODALITIES for number in range(20)]
    assert paired(items).price.mean == pytest.approx(1)


@pytest.mark.parametrize("method", METHODS)
def test_large_sides_give_the_same_pairs_without_the_matrix(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [*random_items("audio", 60, 4), *random_items("image", 50, 5)]
    options = PairOptions(method=method, draws=10)
    small = paired(items, options)
    monkeypatch.setattr("emoretrieve.pairing.pairing.COMPARED_CELLS", 100)
    monkeypatch.setattr(methods, "QUICK_CELLS", 100)
    large = paired(items, options)
    assert links(large) == links(small)
    assert large.price == small.price
    assert [other.method for other in large.others] == ([] if method == "argmax" else ["argmax"])
