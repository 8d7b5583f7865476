"""Collapse and consistency of colours, counted again by hand."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations

import numpy as np
import pytest
from scipy.spatial.distance import cosine
from scipy.stats import entropy

from emoretrieve.evaluation.collapse import Collapse
from emoretrieve.evaluation.consistency import Consistency
from tests.emoretrieve.pairing.profiles import profiles


def test_entropy_is_that_of_scipy() -> None:
    rows = profiles(50, 2, palette=7)
    counts = Counter(tuple(row[0].tolist()) for row in rows)
    assert Collapse.of(rows).entropy_bits == pytest.approx(entropy(list(counts.values()), base=2))


def test_items_of_one_colour_have_no_entropy_and_are_all_tied() -> None:
    found = Collapse.of(profiles(5, 0, palette=1)[:4])
    assert (found.entropy_bits, found.distinct_wholes, found.distinct_profiles, found.tied) == (0, 1, 1, 1)


def test_tied_are_the_items_whose_five_colours_another_has() -> None:
    rows = profiles(4, 1)
    rows[3] = rows[0]
    rows[2, 0] = rows[1, 0]
    found = Collapse.of(rows)
    assert (found.distinct_wholes, found.distinct_profiles, found.tied) == (2, 3, 0.5)


def test_likeness_is_the_mean_cosine_of_own_parts_and_chance_that_of_others() -> None:
    rows = profiles(4, 5).astype(float)  # one in nine is black, and these are fewer
    wholes, fragments = rows[:, 0], rows[:, 1:]
    found = Consistency.of(profiles(4, 5))
    own = [np.mean([1 - cosine(wholes[item], part) for part in fragments[item]]) for item in range(4)]
    assert found.whole_and_fragments.mean == pytest.approx(np.mean(own))
    others = [1 - cosine(wholes[one], part) for one, other in permutations(range(4), 2) for part in fragments[other]]
    assert found.whole_and_fragments.chance == pytest.approx(np.mean(others))


def test_fragments_are_compared_with_other_fragments_only() -> None:
    fragments = profiles(4, 5).astype(float)[:, 1:]
    found = Consistency.of(profiles(4, 5)).among_fragments
    places = list(combinations(range(4), 2))
    own = [1 - cosine(fragments[item, one], fragments[item, other]) for item in range(4) for one, other in places]
    assert found.mean == pytest.approx(np.mean(own))
    others = [
        1 - cosine(fragments[first, one], fragments[second, other])
        for first, second in permutations(range(4), 2)
        for one, other in permutations(range(4), 2)
    ]
    assert found.chance == pytest.approx(np.mean(others))


def test_one_item_has_no_chance_level() -> None:
    assert Consistency.of(profiles(1, 0)).among_fragments.chance is None
