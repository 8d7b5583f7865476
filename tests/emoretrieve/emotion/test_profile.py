"""Emotion colours and profiles."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile, Rgb

TRIPLES = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12], [0, 0, 255]]


@pytest.mark.parametrize("channel", [-1, 256, 1.0, True, "1", None])
def test_a_channel_is_an_integer_of_a_byte(channel: object) -> None:
    with pytest.raises(ValueError, match="integer from 0 to 255"):
        Rgb(0, channel, 0)  # type: ignore[arg-type]  # the point of the test


def test_the_ends_of_the_range_are_colours() -> None:
    assert tuple(Rgb(0, 128, 255)) == (0, 128, 255)


def test_a_profile_is_made_of_five_triples_the_whole_first() -> None:
    profile = EmotionProfile.of(TRIPLES)
    assert profile.whole == Rgb(1, 2, 3)
    assert profile.fragments == (Rgb(4, 5, 6), Rgb(7, 8, 9), Rgb(10, 11, 12), Rgb(0, 0, 255))
    assert [list(part) for part in profile.parts] == TRIPLES


def test_a_profile_is_made_of_numpy_integers_too() -> None:
    triples = np.array(TRIPLES, dtype=np.uint8)
    assert EmotionProfile.of([list(triple) for triple in triples]) == EmotionProfile.of(TRIPLES)


@pytest.mark.parametrize("triple", [[1.9, 2, 3], [1.0, 2, 3], ["1", 2, 3], [1, 2], [1, 2, 3, 4], 5])
def test_a_profile_of_anything_but_integers_is_refused(triple: list[int]) -> None:
    with pytest.raises(ValueError, match="three integers from 0 to 255"):
        EmotionProfile.of([triple, *TRIPLES[1:]])


@pytest.mark.parametrize("count", [0, 4, 6])
def test_a_profile_has_five_colours(count: int) -> None:
    with pytest.raises(ValueError, match=f"five colours, not {count}"):
        EmotionProfile.of([[1, 2, 3]] * count)


def test_a_profile_has_four_fragments() -> None:
    grey = Rgb(9, 9, 9)
    with pytest.raises(ValueError, match="four fragments, not 3"):
        EmotionProfile(grey, (grey, grey, grey))  # type: ignore[arg-type]  # the point of the test


def test_a_uniform_profile_is_one_colour_throughout() -> None:
    assert set(EmotionProfile.uniform(Rgb(3, 1, 4)).parts) == {Rgb(3, 1, 4)}


@pytest.mark.parametrize("part", range(5))
def test_a_profile_with_a_zero_part_is_flagged(part: int) -> None:
    triples = [*TRIPLES]
    assert not EmotionProfile.of(triples).flagged
    triples[part] = [0, 0, 0]
    assert EmotionProfile.of(triples).flagged
