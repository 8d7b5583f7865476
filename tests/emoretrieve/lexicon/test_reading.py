"""Emotion words are read with what the words before them make of them."""

from __future__ import annotations

import pytest

from emoretrieve.lexicon.entries import load_lexicon
from emoretrieve.lexicon.reading import Hit, read


def hits(text: str) -> dict[str, Hit]:
    return {text[hit.start : hit.end].lower(): hit for hit in read(text, load_lexicon())}


@pytest.mark.parametrize(
    "text",
    [
        "not calm",
        "It is not at all calm",
        "It isn't calm",
        "It isn’t calm",
        "never calm",
        "no longer calm",
        "without any hint of calm",
        "lacks calm",
        "far from calm",
        "anything but calm",
        "devoid of calm",
        "neither sad nor calm",
        "not sad or calm",
        "restless rather than calm",
    ],
)
def test_a_denied_word_is_negated(text: str) -> None:
    assert hits(text)["calm"].negated


@pytest.mark.parametrize(
    "text",
    [
        "calm",
        "not only calm",
        "no doubt calm",
        "not without calm",
        "not sad, calm",
        "not sad but calm",
        "not sad. Calm",
        "not the kind of thing that anybody would call calm",
        "rather calm",
    ],
)
def test_negation_ends_where_the_clause_does(text: str) -> None:
    assert not hits(text)["calm"].negated


@pytest.mark.parametrize(
    ("text", "intensity"),
    [
        ("calm", 1.0),
        ("very calm", 1.25),
        ("slightly calm", 0.4),
        ("barely calm", 0.15),
        ("extremely calm", 1.5),
        ("a touch of calm", 0.35),
        ("a very deep calm", 1.25),
        ("hardly a trace of calm", 0.02),
        ("very slightly calm", 0.32),
        ("very sad, calm", 1.0),
        ("very sad and calm", 1.25),
        ("hardly sad or calm", 0.1),
        ("very sad and slightly calm", 0.4),
        ("very sad music that is calm", 1.0),
        ("very. Calm", 1.0),
    ],
)
def test_intensity_holds_for_the_next_emotion_word(text: str, intensity: float) -> None:
    assert hits(text)["calm"].intensity == pytest.approx(intensity)


@pytest.mark.parametrize("word", ["melancholy", "melancholic", "Melancholia", "melancholically"])
def test_a_stem_covers_its_forms(word: str) -> None:
    assert hits(word)[word.lower()].entry.pattern == "melanchol*"


@pytest.mark.parametrize(
    "word", ["gentleman", "reverberation", "demonstrates", "discover", "lustrous", "dozens", "paint"]
)
def test_words_that_only_look_like_emotion_words_are_none(word: str) -> None:
    assert hits(word) == {}


def test_a_phrase_is_read_before_its_words() -> None:
    assert set(hits("Laid-back, with light and shadow, in a minor key.")) == {"laid-back", "minor key"}


def test_places_are_places_in_the_text() -> None:
    text = "İİ — A Calm sea"
    assert [text[hit.start : hit.end] for hit in read(text, load_lexicon())] == ["Calm", "sea"]


@pytest.mark.parametrize("text", ["It feels calm.", "A lake. It feels calm.", "A lake\nit feels very calm"])
def test_a_sentence_that_begins_with_it_feels_states_the_mood(text: str) -> None:
    assert hits(text)["calm"].stated


@pytest.mark.parametrize("text", ["It feels sad. A calm lake.", "A lake that feels calm.", "It feels as if calm came."])
def test_other_sentences_describe(text: str) -> None:
    assert not hits(text)["calm"].stated
