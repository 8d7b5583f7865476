"""How scores spread, counted again from the whole matrix."""

from __future__ import annotations

import numpy as np
import pytest

import emoretrieve.report.score_spread as score_spread
from emoretrieve.evaluation.measure import MEASURES, measured
from emoretrieve.evaluation.measured_pairs import MeasuredPairs, measure_pairs
from emoretrieve.pairing.scores import Scores
from emoretrieve.report.score_spread import BINS, ScoreSpread, share_below
from emoretrieve.search.match import DEFAULT_MATCH

RANDOM = np.random.default_rng(5)
SONGS, PICTURES = (RANDOM.integers(0, 256, (count, 5, 3), dtype=np.uint8) for count in (12, 9))


def both() -> tuple[list[MeasuredPairs], list[Scores]]:
    """Pairs and scores, plain and centred."""
    scores = [measured(one, DEFAULT_MATCH, SONGS, PICTURES) for one in MEASURES[:2]]
    plain = measure_pairs("plain", scores[0], None, 10, lambda *_: None)
    return [plain, measure_pairs("centred", scores[1], plain, 10, lambda *_: None)], scores


def test_all_pairs_and_those_of_every_method_are_counted() -> None:
    pairs, scores = both()
    spread = ScoreSpread.of(pairs[0], scores[0])
    matrix = scores[0].matrix()
    assert [(row.name, row.pairs) for row in spread.rows] == [
        ("all pairs", 108),
        ("random 1:1", 9),
        ("greedy", 9),
        ("hungarian", 9),
        ("argmax", 12),
    ]
    assert spread.rows[0].counts.tolist() == np.histogram(matrix, BINS)[0].tolist()
    assert spread.rows[0].mean == pytest.approx(matrix.mean())
    assert spread.rows[4].mean == pytest.approx(matrix.max(axis=1).mean())
    assert [row.chance for row in spread.rows] == [True, True, False, False, False]


def test_another_measure_shows_the_same_pairs() -> None:
    pairs, scores = both()
    spread = ScoreSpread.of(pairs[1], scores[1])
    found = pairs[0].by("hungarian").assignment
    hungarian = next(row for row in spread.rows if row.name == "hungarian")
    assert hungarian.mean == pytest.approx(scores[1].matrix()[found.rows, found.columns].mean())


def test_equal_scores_have_a_spread_too() -> None:
    same = Scores(np.full((3, 2), 0.5), np.full((4, 2), 0.5))
    spread = ScoreSpread.of(measure_pairs("plain", same, None, 5, lambda *_: None), same)
    assert [row.pairs for row in spread.rows] == [12, 3, 3, 3, 3]


def test_the_share_below_is_that_of_the_matrix_also_of_ties() -> None:
    _, (scores, _) = both()
    matrix = scores.matrix()
    values = np.array([matrix[3, 3], matrix.max(), matrix.min(), matrix[3, 3], 2.0])
    assert share_below(scores, values) == pytest.approx([(matrix < value).mean() for value in values])


def test_of_too_many_pairs_those_of_some_songs_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_spread, "_COUNTED", 50)
    pairs, scores = both()
    spread = ScoreSpread.of(pairs[0], scores[0])
    assert spread.sampled
    assert spread.rows[0].pairs == 4 * 9
