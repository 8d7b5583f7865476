"""Scores taken apart."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.emotion import PARTS
from emoretrieve.emotion.vectors import colours, exact_scores, vectors
from emoretrieve.search.explanation import Explanation, explain
from emoretrieve.search.match import Match
from tests.emoretrieve.search.collection import brute_score, random_items

IMAGES = random_items("image", 40, seed=21)
SONGS = random_items("audio", 10, seed=22)
MATCHES = {
    "aligned": Match.parse(),
    "fragments": Match.parse("fragments"),
    "concat": Match.parse("concat"),
    "weights": Match.parse("aligned", [3, 0, 1, 0, 2]),
}
MEAN = vectors("aligned", colours(item.profile for item in IMAGES)).mean(axis=0)


@pytest.fixture(params=MATCHES, scope="module")
def match(request: pytest.FixtureRequest) -> Match:
    return MATCHES[request.param]


def explanations(match: Match) -> list[tuple[float, Explanation]]:
    """Scores and explanations of every pair of a song and an image."""
    rows = vectors(match.space, colours(image.profile for image in IMAGES))
    return [
        (
            float(exact_scores(match.query_vector(song.profile), rows[number : number + 1])[0]),
            explain(match, song.profile, image.profile, rows.mean(axis=0), ()),
        )
        for song in SONGS
        for number, image in enumerate(IMAGES)
    ]


def test_the_contributions_of_the_parts_add_up_to_the_score(match: Match) -> None:
    for score, explanation in explanations(match):
        assert sum(part.contribution for part in explanation.parts) == pytest.approx(score, abs=1e-12)


def test_the_contributions_of_the_axes_add_up_to_the_score(match: Match) -> None:
    for score, explanation in explanations(match):
        assert sum(axis.contribution for axis in explanation.axes) == pytest.approx(score, abs=1e-12)


def test_the_shares_of_the_axes_add_up_to_one(match: Match) -> None:
    for score, explanation in explanations(match):
        shares = [axis.share for axis in explanation.axes if axis.share is not None]
        assert sum(shares) == pytest.approx(1.0 if score > 0 else 0.0)


def test_a_contribution_is_weight_times_cosine(match: Match) -> None:
    for _, explanation in explanations(match):
        for part in explanation.parts:
            assert part.contribution == pytest.approx(part.weight * part.cosine, abs=1e-12)


def test_the_chance_contributions_add_up_to_the_mean_score(match: Match) -> None:
    for song in SONGS:
        scores = [brute_score(match.weights, song.profile, image.profile) for image in IMAGES]
        rows = vectors(match.space, colours(image.profile for image in IMAGES))
        explanation = explain(match, song.profile, IMAGES[0].profile, rows.mean(axis=0), ())
        assert sum(part.chance or 0.0 for part in explanation.parts) == pytest.approx(np.mean(scores), abs=1e-12)


def test_parts_are_named_in_order_and_words_are_passed_on() -> None:
    explanation = explain(Match.parse(), SONGS[0].profile, IMAGES[0].profile, MEAN, ("soft",))
    assert tuple(part.part for part in explanation.parts) == PARTS
    assert explanation.query_words == ("soft",)


def test_an_unknown_chance_level_stays_unknown() -> None:
    explanation = explain(Match.parse(), SONGS[0].profile, IMAGES[0].profile, None, ())
    assert {part.chance for part in explanation.parts} == {None}
