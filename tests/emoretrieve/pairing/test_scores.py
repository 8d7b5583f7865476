"""Scores are those of queries, wherever a pair stands."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.emotion.vectors import colours, exact_scores, vectors
from emoretrieve.pairing import scores as module
from emoretrieve.pairing.scores import Scores
from emoretrieve.search.match import Match
from tests.emoretrieve.pairing.profiles import profiles, scores
from tests.emoretrieve.search.collection import brute_score, random_items


@pytest.mark.parametrize("match", ["aligned", "whole", "fragments", "fragment:3", "concat"])
def test_a_score_is_that_of_a_query_to_the_last_bit(match: str) -> None:
    first, second = profiles(20, 1), profiles(30, 2)
    parsed = Match.parse(match)
    matrix = Scores.of(parsed, first, second).matrix()
    for row, query in enumerate(parsed.query_vectors(first)):
        assert (matrix[row] == exact_scores(query, vectors(parsed.space, second))).all()


@pytest.mark.parametrize("match", ["aligned", "concat"])
def test_a_score_is_the_weighted_sum_of_cosines(match: str) -> None:
    songs, pictures = random_items("audio", 8, 0), random_items("image", 9, 0)
    parsed = Match.parse(match)
    matrix = Scores.of(parsed, colours(one.profile for one in songs), colours(one.profile for one in pictures)).matrix()
    for row, column in np.ndindex(matrix.shape):
        expected = brute_score(parsed.weights, songs[row].profile, pictures[column].profile)
        assert matrix[row, column] == pytest.approx(expected, abs=1e-12)


def test_blocks_and_single_pairs_hold_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    of = scores(23, 17, 3)
    whole = of.matrix()
    monkeypatch.setattr(module, "_CELLS_AT_ONCE", 40)
    assert (of.matrix() == whole).all()
    rows, columns = np.divmod(np.arange(23 * 17), 17)
    assert (of.pairs(rows, columns) == whole.reshape(-1)).all()


def test_the_rows_that_are_done_are_told() -> None:
    told: list[int] = []
    scores(5, 4, 0).matrix(told.append)
    assert told[-1] == 5
