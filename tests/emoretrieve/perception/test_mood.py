"""Mood sentences are read back as what they were made from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emoretrieve.emotion import AXES, Rgb
from emoretrieve.perception.lexicon import LexiconMapper, evidence
from emoretrieve.perception.mood import mood_sentence

MAPPER = LexiconMapper()
patient = settings(deadline=None)
"""No time limit for an example: the first one makes tables, and machines can be busy."""
unit = st.floats(min_value=0, max_value=1)
moods = st.tuples(unit, unit, unit)
axes = st.integers(min_value=0, max_value=2)


def colour(mood: tuple[float, ...]) -> Rgb:
    excitement, calmness, sadness = mood
    return MAPPER.colour_text(mood_sentence(excitement, calmness, sadness))


@patient
@given(moods)
def test_a_sentence_has_the_colour_that_it_was_made_from(mood: tuple[float, float, float]) -> None:
    wanted = (255 * level for level in mood)
    assert all(abs(channel - value) <= 6 for channel, value in zip(colour(mood), wanted, strict=True))


@patient
@given(moods, axes, unit)
def test_one_axis_moves_its_own_channel_only(mood: tuple[float, float, float], axis: int, level: float) -> None:
    changed = (*mood[:axis], level, *mood[axis + 1 :])
    before, after = tuple(colour(mood)), tuple(colour(changed))
    assert [before[other] for other in range(3) if other != axis] == [
        after[other] for other in range(3) if other != axis
    ]


@patient
@given(moods, axes, unit)
def test_more_of_an_axis_never_lowers_its_channel(mood: tuple[float, float, float], axis: int, level: float) -> None:
    low, high = sorted((mood[axis], level))
    below, above = ((*mood[:axis], value, *mood[axis + 1 :]) for value in (low, high))
    assert tuple(colour(below))[axis] <= tuple(colour(above))[axis]


@patient
@given(moods, axes, st.floats(min_value=0.045, max_value=1))
def test_a_small_change_moves_the_channel(mood: tuple[float, float, float], axis: int, change: float) -> None:
    raised = (*mood[:axis], min(1.0, mood[axis] * (1 - change) + change), *mood[axis + 1 :])
    lowered = (*mood[:axis], raised[axis] - change, *mood[axis + 1 :])
    assert tuple(colour(lowered))[axis] < tuple(colour(raised))[axis]


@patient
@given(st.floats(min_value=0, max_value=0.02, exclude_min=True))
def test_the_least_of_a_mood_is_not_nothing(level: float) -> None:
    assert all(0 < channel <= 6 for channel in colour((level, level, level)))


@pytest.mark.parametrize("level", [-1.0, -0.01, 1.01, 7.0])
def test_levels_outside_are_taken_to_the_nearest_end(level: float) -> None:
    end = float(level > 0)
    assert mood_sentence(level, level, level) == mood_sentence(end, end, end)


@patient
@given(moods)
def test_a_sentence_is_one_sentence(mood: tuple[float, float, float]) -> None:
    sentence = mood_sentence(*mood)
    assert sentence.startswith("It feels ")
    assert sentence.endswith(".")
    assert sentence.count(".") == 1
    assert "  " not in sentence


GOLDEN = {
    (0.9, 0.1, 0.2): "It feels driving, but hardly calm, with a hint of sombreness.",
    (0.1, 0.9, 0.1): "It feels soothing, but barely animated and stirring, with hardly any sadness.",
    (0.2, 0.5, 0.9): "It feels plaintive, mildly calm, but faintly lively.",
    (0.5, 0.5, 0.5): "It feels somewhat vigorous and fairly animated, mildly calm, mildly sad.",
    (0.05, 0.05, 0.05): "It feels hardly stirring and scarcely lively, scarcely calm, with scarcely any sadness.",
}


@pytest.mark.parametrize(("mood", "sentence"), GOLDEN.items())
def test_known_moods_have_known_sentences(mood: tuple[float, float, float], sentence: str) -> None:
    assert mood_sentence(*mood) == sentence


@pytest.mark.parametrize("axis", range(3))
def test_a_strong_axis_is_said_first_and_is_the_evidence(axis: int) -> None:
    mood = [0.1, 0.1, 0.1]
    mood[axis] = 0.9
    sentence = mood_sentence(*mood)
    assert evidence(sentence, AXES[axis])[0] in sentence.split(",")[0]
