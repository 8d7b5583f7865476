"""Each axis has a fine ladder of phrases."""

from __future__ import annotations

import itertools

import pytest

from emoretrieve.emotion import AXES
from emoretrieve.perception.lexicon import stated_levels
from emoretrieve.perception.mood_ladder import ladder

each_axis = pytest.mark.parametrize("axis", AXES)


@each_axis
def test_each_phrase_says_more_than_the_one_before(axis: str) -> None:
    levels = [rung.level for rung in ladder(axis)]
    assert all(low < high for low, high in itertools.pairwise(levels))


@each_axis
def test_each_phrase_says_what_the_lexicon_reads(axis: str) -> None:
    read = [stated_levels(f"It feels {rung.phrase}.")[AXES.index(axis)] for rung in ladder(axis)]
    assert read == pytest.approx([rung.level for rung in ladder(axis)])


@each_axis
def test_each_phrase_speaks_of_its_axis_only(axis: str) -> None:
    others = [other for other in range(3) if AXES[other] != axis]
    said = [stated_levels(f"It feels {rung.phrase}.") for rung in ladder(axis)]
    assert all(levels[other] is None for levels in said for other in others)


@each_axis
def test_a_ladder_reaches_from_nothing_to_all_in_small_steps(axis: str) -> None:
    levels = [rung.level for rung in ladder(axis)]
    assert (levels[0], levels[-1]) == (0, 1)
    assert max(high - low for low, high in itertools.pairwise(levels)) <= 0.025
    assert len(levels) >= 90


@each_axis
def test_phrases_differ(axis: str) -> None:
    phrases = [rung.phrase for rung in ladder(axis)]
    assert len(set(phrases)) == len(phrases)
