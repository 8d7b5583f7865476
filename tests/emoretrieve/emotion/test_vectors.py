"""The vectors that profiles are compared by."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emoretrieve.emotion import EmotionProfile
from emoretrieve.emotion.vectors import Colours, colours, exact_scores, query_vector, vectors

PROFILES = arrays(np.uint8, (5, 3))
WEIGHTS = st.lists(st.floats(0, 1e6), min_size=5, max_size=5)


def profile(rows: Colours) -> EmotionProfile:
    return EmotionProfile.of(rows.tolist())


def cosine(a: Colours, b: Colours) -> float:
    """The cosine of two colours in plain arithmetic; 0 where one of them is black."""
    left, right = [int(x) for x in a.ravel()], [int(x) for x in b.ravel()]
    lengths = math.sqrt(sum(x * x for x in left)) * math.sqrt(sum(x * x for x in right))
    return sum(x * y for x, y in zip(left, right, strict=True)) / lengths if lengths else 0.0


def test_colours_of_no_profiles_keep_their_shape() -> None:
    assert colours([]).shape == (0, 5, 3)
    assert vectors("aligned", colours([])).shape == vectors("concat", colours([])).shape == (0, 15)


@given(PROFILES)
def test_colours_are_the_integers_of_the_profile(rows: Colours) -> None:
    assert np.array_equal(colours([profile(rows)])[0], rows)


@given(PROFILES)
def test_aligned_blocks_have_length_one_or_are_zero(rows: Colours) -> None:
    lengths = np.linalg.norm(vectors("aligned", rows[None])[0].reshape(5, 3), axis=1)
    np.testing.assert_allclose(lengths, rows.any(axis=1).astype(float), atol=1e-15)


@given(PROFILES)
def test_concat_has_length_one_or_is_zero(rows: Colours) -> None:
    length = np.linalg.norm(vectors("concat", rows[None])[0])
    np.testing.assert_allclose(length, float(rows.any()), atol=1e-15)


@given(PROFILES, PROFILES, WEIGHTS)
def test_aligned_score_is_the_weighted_sum_of_cosines(asked: Colours, stored: Colours, weights: list[float]) -> None:
    (score,) = exact_scores(query_vector("aligned", profile(asked), weights), vectors("aligned", stored[None]))
    expected = sum(weight * cosine(asked[part], stored[part]) for part, weight in enumerate(weights))
    assert math.isclose(score, expected, rel_tol=1e-12, abs_tol=1e-300)


@given(PROFILES, PROFILES)
def test_concat_score_is_the_cosine_of_all_fifteen_numbers(asked: Colours, stored: Colours) -> None:
    (score,) = exact_scores(query_vector("concat", profile(asked), [0.0] * 5), vectors("concat", stored[None]))
    assert math.isclose(score, cosine(asked, stored), rel_tol=1e-12, abs_tol=1e-300)


@given(PROFILES, arrays(np.uint8, (6, 5, 3)))
def test_a_score_does_not_depend_on_the_company(asked: Colours, stored: Colours) -> None:
    query = query_vector("aligned", profile(asked), [0.5, 0.125, 0.125, 0.125, 0.125])
    together = exact_scores(query, vectors("aligned", stored))
    alone = [exact_scores(query, vectors("aligned", stored[row : row + 1]))[0] for row in range(len(stored))]
    assert together.tolist() == alone
