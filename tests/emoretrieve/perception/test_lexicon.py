"""The lexicon colours what captions say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoretrieve.emotion import AXES, Rgb
from emoretrieve.item import Captions
from emoretrieve.perception.lexicon import LexiconMapper, evidence, explain


@pytest.fixture(scope="module")
def mapper() -> LexiconMapper:
    return LexiconMapper()


def channel(colour: Rgb, axis: str) -> int:
    return tuple(colour)[AXES.index(axis)]


@pytest.mark.parametrize("text", ["", " \n\t", "A table, two chairs and 100.0 items.", "日本語の説明", "\x00\ud800"])
def test_a_text_without_emotion_words_is_zero(mapper: LexiconMapper, text: str) -> None:
    assert mapper.colour_text(text) == Rgb(0, 0, 0)


@pytest.mark.parametrize(
    ("text", "axis"),
    [
        ("An energetic, thrilling track with a driving beat.", "excitement"),
        ("A serene lake, quiet and peaceful.", "calmness"),
        ("A mournful lament full of grief and longing.", "sadness"),
        ("a still, quiet lake", "calmness"),
    ],
)
def test_the_axis_that_a_caption_speaks_of_is_its_highest_channel(mapper: LexiconMapper, text: str, axis: str) -> None:
    colour = mapper.colour_text(text)
    assert channel(colour, axis) == max(colour)
    assert list(colour).count(max(colour)) == 1


@given(st.text(max_size=400))
def test_any_text_has_a_colour_and_always_the_same(text: str) -> None:
    assert LexiconMapper().colour_text(text) == LexiconMapper().colour_text(text)


def test_each_caption_is_coloured_by_itself(mapper: LexiconMapper) -> None:
    captions = Captions("A calm sea.", ("A furious storm.", "A sad song.", "", "A calm sea."))
    profile = mapper.colour(captions)
    assert list(profile.parts) == [mapper.colour_text(caption) for caption in captions.parts]


def test_evidence_gives_the_words_as_written_strongest_first() -> None:
    text = "A Quiet room; it is slightly gentle and very calm."
    assert evidence(text, "calmness") == ["calm", "Quiet", "gentle"]


def test_explain_gives_every_emotion_word_in_reading_order() -> None:
    assert [word.word for word in explain("A sad, very calm room.")] == ["sad", "calm"]
