"""The lexicon colours what captions say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emoretrieve.emotion import AXES, Rgb
from emoretrieve.item import Captions
from emoretrieve.lexicon.entries import load_lexicon
from emoretrieve.perception.lexicon import WORDS_ALONE, LexiconMapper, evidence, explain, stated_levels

MAPPER = LexiconMapper()
patient = settings(deadline=None)
"""No time limit for an example: the first one makes tables, and machines can be busy."""
WORDS = [entry.pattern.rstrip("*") for entry in load_lexicon().entries]
sentences = st.lists(
    st.sampled_from([*WORDS, "not", "very", "slightly", "a touch of", "It feels", ".", ",", "the", "and", "or", "but"]),
    max_size=60,
).map(" ".join)


def channel(text: str, axis: str) -> int:
    return tuple(MAPPER.colour_text(text))[AXES.index(axis)]


@pytest.mark.parametrize("text", ["", " \n\t", "A table, two chairs and 100.0 items.", "日本語の説明", "\x00\ud800"])
def test_a_text_without_emotion_words_is_zero(text: str) -> None:
    assert MAPPER.colour_text(text) == Rgb(0, 0, 0)


GOLDEN = {
    "An energetic, thrilling track with a driving beat.": Rgb(194, 0, 0),
    "A serene lake, quiet and peaceful.": Rgb(0, 178, 132),
    "A mournful lament full of grief and longing.": Rgb(0, 4, 202),
    "a quiet rainy evening": Rgb(0, 87, 147),
    "A happy party by the sea.": Rgb(121, 144, 41),
    "The furious battle rages on.": Rgb(157, 0, 0),
    "An old photograph, faded, full of memories.": Rgb(0, 30, 168),
    "It feels very lively, but hardly calm, with a trace of sadness.": Rgb(255, 26, 51),
}


@pytest.mark.parametrize(("text", "colour"), GOLDEN.items())
def test_known_captions_have_known_colours(text: str, colour: Rgb) -> None:
    assert MAPPER.colour_text(text) == colour


@patient
@given(st.text(max_size=300))
def test_any_text_has_a_colour_and_always_the_same(text: str) -> None:
    assert MAPPER.colour_text(text) == LexiconMapper().colour_text(text)


@patient
@given(sentences)
def test_any_row_of_emotion_words_has_a_colour(text: str) -> None:
    assert all(0 <= part <= 255 for part in MAPPER.colour_text(text))


@patient
@given(sentences)
def test_evidence_comes_from_the_text_word_for_word(text: str) -> None:
    assert all(word in text for axis in AXES for word in evidence(text, axis))


def test_a_very_long_text_is_coloured() -> None:
    assert MAPPER.colour_text("calm sea, " * 50_000) == MAPPER.colour_text("calm sea")


@pytest.mark.parametrize("text", ["CALM", "Calm", "ﬁne ÎİSS calm", "calm…", "“calm”", "(calm)"])
def test_case_and_typography_make_no_difference(text: str) -> None:
    assert MAPPER.colour_text(text) == MAPPER.colour_text("calm")


def test_each_caption_is_coloured_by_itself() -> None:
    captions = Captions("A calm sea.", ("A furious storm.", "A sad song.", "", "A calm sea."))
    assert list(MAPPER.colour(captions).parts) == [MAPPER.colour_text(caption) for caption in captions.parts]


def test_a_repeated_word_counts_once() -> None:
    assert MAPPER.colour_text("calm, calm and calm") == MAPPER.colour_text("calm")


def test_more_words_for_an_axis_raise_it() -> None:
    texts = ["calm", "calm, peaceful", "calm, peaceful, quiet"]
    levels = [channel(text, "calmness") for text in texts]
    assert levels == sorted(set(levels))


@pytest.mark.parametrize(
    ("said", "axis"),
    [
        ("a lively dance", "sadness"),
        ("a sad song", "calmness"),
        ("a sad song", "excitement"),
        ("a calm sea", "excitement"),
    ],
)
def test_an_axis_lowers_those_that_it_speaks_against(said: str, axis: str) -> None:
    plain = {"sadness": "sorrow", "calmness": "peaceful", "excitement": "thrilling"}[axis]
    assert channel(f"{plain}, {said}", axis) < channel(plain, axis)


def test_calm_lends_some_sadness_by_interaction_alone() -> None:
    harmony = "in harmony"
    assert LexiconMapper(WORDS_ALONE).colour_text(harmony).b == 0
    assert 0 < MAPPER.colour_text(harmony).b < MAPPER.colour_text(harmony).g


def test_a_stated_mood_outweighs_the_description_around_it() -> None:
    mood = "It feels rather calm, with a hint of sadness, but hardly lively."
    described = f"A loud, fast, dramatic piece in a minor key with a dark timbre. {mood}"
    plain, tinted = MAPPER.colour_text(mood), MAPPER.colour_text(described)
    assert all(abs(one - other) <= 8 for one, other in zip(plain, tinted, strict=True))


def test_axes_do_not_compete_within_a_stated_mood() -> None:
    assert MAPPER.colour_text("It feels thrilling, calm and sad.") == Rgb(255, 255, 255)


def test_an_axis_that_is_not_stated_is_left_to_the_description() -> None:
    assert stated_levels("It feels calm.") == [None, 1.0, None]
    assert channel("It feels calm. A lively dance.", "excitement") == channel("A lively dance.", "excitement")


def test_a_comparison_states_nothing() -> None:
    assert stated_levels("It feels like a calm summer day.") == [None, None, None]


def test_evidence_is_as_written_and_strongest_first() -> None:
    assert evidence("A Quiet room; it is slightly gentle and very calm.", "calmness") == ["calm", "Quiet", "gentle"]


def test_evidence_names_each_word_once() -> None:
    assert evidence("Calm sea, calm sky, Calm land.", "calmness").count("Calm") == 1


def test_evidence_of_a_stated_mood_comes_first() -> None:
    assert evidence("A serene, peaceful lake. It feels slightly gentle.", "calmness")[0] == "gentle"


def test_evidence_leaves_out_words_of_another_axis() -> None:
    caption = "It feels rather gentle, somewhat animated and slightly nostalgic."
    assert [evidence(caption, axis) for axis in AXES] == [["animated"], ["gentle"], ["nostalgic"]]


def test_words_of_another_axis_are_better_evidence_than_none() -> None:
    assert evidence("It feels animated.", "calmness") == ["animated"]


def test_denied_words_are_no_evidence() -> None:
    assert evidence("Not calm and hardly peaceful.", "calmness") == []
    assert evidence("It feels tranquil, but barely stirring.", "calmness") == ["tranquil"]


def test_explain_gives_every_emotion_word_with_its_weights() -> None:
    words = explain("A sad, very calm room. It feels sad.")
    assert [(word.word, word.stated) for word in words] == [("sad", False), ("calm", False), ("sad", True)]
    assert words[0].weights == load_lexicon().entries[[e.pattern for e in load_lexicon().entries].index("sad")].weights


def test_the_signature_names_the_rules_and_the_words() -> None:
    assert MAPPER.signature == {"name": "lexicon", "rules": "1", "sha256": load_lexicon().sha256}


def test_words_alone_have_another_signature() -> None:
    assert LexiconMapper(WORDS_ALONE).signature != MAPPER.signature


def test_intensity_orders_colours() -> None:
    words = ["hardly", "slightly", "fairly", "", "very", "extremely"]
    levels = [channel(f"{word} calm", "calmness") for word in words]
    assert levels == sorted(set(levels))
