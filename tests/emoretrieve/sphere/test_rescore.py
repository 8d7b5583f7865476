"""The re-score of a shortlist and its certificate, held against looking at everything."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from emoretrieve.errors import QueryError
from emoretrieve.sphere.rescore import DISTANCES, Rescorer, Shortlist, closed_form, rescore

Floats = NDArray[np.float64]

CLOSED = [name for name in DISTANCES if name != "ssw"]


def gallery(seed: int, count: int, size: int = 32) -> tuple[Floats, Floats]:
    """Cosines to a query, the best first, and concentrations that have nothing to do with them."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, size)) + 0.7
    query = random.normal(size=size) + 0.7
    cosines = rows @ query / np.linalg.norm(rows, axis=1) / np.linalg.norm(query)
    return -np.sort(-cosines), random.lognormal(4.5, 0.6, count)


def shortened(cosines: Floats, kappas: Floats, length: int) -> Shortlist:
    ids = [f"{place:06d}" for place in range(length)]
    return Shortlist(ids, cosines[:length], kappas[:length], complete=length >= len(cosines))


@pytest.mark.parametrize("distance", CLOSED)
@pytest.mark.parametrize("seed", range(6))
def test_what_is_certified_is_what_looking_at_everything_finds(distance: str, seed: int) -> None:
    cosines, kappas = gallery(seed, 3_000)
    rescorer = Rescorer(150.0, 32, closed_form(distance))
    bounds = (float(kappas.min()), float(kappas.max()))
    everything = rescore(rescorer, shortened(cosines, kappas, 3_000), 10, bounds)
    certified = []
    for length in (50, 200, 800, 2_400):
        found = rescore(rescorer, shortened(cosines, kappas, length), 10, bounds)
        if found.exact:
            certified.append(length)
            assert found.order[:10].tolist() == everything.order[:10].tolist()
    assert everything.exact
    assert certified or distance in ("kl", "kl_xq")


def test_a_cosine_shortlist_of_200_is_nearly_always_enough_for_elk_where_concentrations_are_alike() -> None:
    exact = 0
    for seed in range(20):
        cosines, _ = gallery(seed, 3_000)
        kappas = np.random.default_rng(seed).uniform(140, 160, 3_000)
        found = rescore(Rescorer(150.0, 32, closed_form("elk")), shortened(cosines, kappas, 200), 10, (140.0, 160.0))
        exact += found.exact
    assert exact == 20


def test_a_sure_item_beyond_a_shortlist_keeps_it_from_being_certified() -> None:
    cosines, kappas = np.array([0.6, 0.5, 0.49]), np.array([2.0, 2.0, 50.0])
    rescorer = Rescorer(100.0, 32, closed_form("elk"))
    found = rescore(rescorer, shortened(cosines, kappas, 2), 1, (2.0, 50.0))
    everything = rescore(rescorer, shortened(cosines, kappas, 3), 1, (2.0, 50.0))
    assert everything.order[0] == 2
    assert not found.exact


@pytest.mark.parametrize("distance", CLOSED)
@pytest.mark.parametrize("size", [8, 128, 512])
def test_the_bound_is_the_maximum_over_the_concentrations(distance: str, size: int) -> None:
    random = np.random.default_rng(size)
    dense = np.exp(np.linspace(np.log(1.0), np.log(1e4), 20_001))
    for _ in range(12):
        rescorer = Rescorer(float(random.lognormal(5, 1.5)), size, closed_form(distance))
        cosine = float(random.uniform(-1, 1))
        highest = float(rescorer.scores(np.full(dense.shape, cosine), dense).max())
        quick, close = rescorer.bounds(cosine, (1.0, 1e4))
        assert highest <= close <= highest + 5e-3 * (1 + abs(highest))
        assert highest <= quick


def test_equal_scores_stand_by_their_ids() -> None:
    shortlist = Shortlist(["c", "a", "b"], np.array([0.5, 0.5, 0.5]), np.full(3, 9.0), complete=True)
    assert rescore(Rescorer(9.0, 8, closed_form("elk")), shortlist, 2, (9.0, 9.0)).order.tolist() == [1, 2, 0]


def test_fewer_items_than_wanted_are_exact_only_where_there_are_no_more() -> None:
    cosines, kappas = np.array([0.5, 0.4]), np.array([9.0, 9.0])
    rescorer = Rescorer(9.0, 8, closed_form("cos"))
    assert rescore(rescorer, Shortlist(["a", "b"], cosines, kappas, complete=True), 5, (9.0, 9.0)).exact
    assert not rescore(rescorer, Shortlist(["a", "b"], cosines, kappas, complete=False), 5, (9.0, 9.0)).exact


@pytest.mark.parametrize("name", ["euclid", "", "ssw"])
def test_a_distance_without_a_closed_form_is_refused(name: str) -> None:
    with pytest.raises(QueryError, match="expected_cos") as caught:
        closed_form(name)
    assert caught.value.kind == "bad_distance"
