"""Mood sentences are read back as what they were made from."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoretrieve.emotion import AXES
from emoretrieve.perception.lexicon import LexiconMapper
from emoretrieve.perception.mood import mood_sentence
from emoretrieve.perception.mood_ladder import ladder

unit = st.floats(min_value=0, max_value=1)


@pytest.mark.parametrize("axis", AXES)
def test_each_phrase_of_a_ladder_says_more_than_the_one_before(axis: str) -> None:
    levels = [rung.level for rung in ladder(axis)]
    assert all(low < high for low, high in itertools.pairwise(levels))


@pytest.mark.parametrize("axis", AXES)
def test_a_ladder_is_fine_and_reaches_from_nothing_to_all(axis: str) -> None:
    levels = [rung.level for rung in ladder(axis)]
    assert levels[0] == 0
    assert levels[-1] == 1
    assert max(high - low for low, high in itertools.pairwise(levels)) < 0.07


@given(unit, unit, unit)
def test_a_sentence_has_the_colour_that_it_was_made_from(excitement: float, calmness: float, sadness: float) -> None:
    colour = LexiconMapper().colour_text(mood_sentence(excitement, calmness, sadness))
    wanted = (255 * excitement, 255 * calmness, 255 * sadness)
    assert all(abs(is_ - should) < 9 for is_, should in zip(colour, wanted, strict=True))
