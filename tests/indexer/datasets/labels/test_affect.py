"""The rule from valence and arousal to quadrants and colours."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoretrieve.emotion import Rgb
from emoretrieve_indexer.datasets.labels.affect import QUADRANTS, Affect, scaled


@pytest.mark.parametrize(
    ("affect", "quadrant", "colour"),
    [
        (Affect(1, 1), "excited", Rgb(255, 0, 0)),
        (Affect(-1, 1), "angry", Rgb(255, 0, 0)),
        (Affect(1, -1), "calm", Rgb(0, 255, 0)),
        (Affect(-1, -1), "sad", Rgb(0, 0, 255)),
        (Affect(0, 0), "excited", Rgb(128, 64, 64)),
    ],
)
def test_the_corners_of_the_plane_have_the_colours_of_the_axes(affect: Affect, quadrant: str, colour: Rgb) -> None:
    assert (affect.quadrant, affect.colour) == (quadrant, colour)


def test_the_middle_of_a_quadrant_lies_in_it() -> None:
    assert {name: affect.quadrant for name, affect in QUADRANTS.items()} == {name: name for name in QUADRANTS}


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_the_shares_of_a_colour_sum_to_the_whole(valence: float, arousal: float) -> None:
    assert sum(Affect(valence, arousal).colour) == pytest.approx(255, abs=1.5)


def test_ratings_lie_on_their_scale() -> None:
    assert [scaled(value, 1, 9) for value in (1, 5, 9)] == [-1, 0, 1]
    for value in (0.5, 9.5, math.nan):
        with pytest.raises(ValueError, match="does not lie between 1 and 9"):
            scaled(value, 1, 9)
