"""An answer becomes a caption as it was said, or is refused with the reason; real captions are never refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.prompted.caption_check import MOST_REPEATED, checked_caption, cleaned, repeated_share
from emoretrieve.perception.prompted.chat import Answer, Usage
from emoretrieve.perception.prompted.failures import LASTING

STUDY = Path(__file__).parents[4] / "../shared/seed_study"
needs_study = pytest.mark.skipif(not STUDY.exists(), reason="the study's data do not lie beside the checkout")
CAPTION = (
    "A lone cello plays a slow line over soft piano chords. The tempo is steady and unhurried, the timbre dark and "
    "warm. It evokes deep sadness and some longing, hardly any excitement. One imagines an empty station at night."
)


def answer(text: str, *, complete: bool = True) -> Answer:
    return Answer(text, complete, Usage(1, 1))


def refused(text: str, *, complete: bool = True) -> PerceptionError:
    with pytest.raises(PerceptionError) as caught:
        checked_caption(answer(text, complete=complete), "fragment_2")
    assert "'fragment_2'" in str(caught.value)
    assert caught.value.answer == text
    assert caught.value.kind in LASTING
    return caught.value


def study_captions() -> list[str]:
    captions = []
    for name in ("audio_captions.csv", "image_captions.csv"):
        with (STUDY / name).open(encoding="utf-8-sig", newline="") as file:
            captions += [row["Description"] for row in csv.DictReader(file)]
    return captions


def words_of(text: str) -> list[str]:
    return text.split()


def test_a_caption_stays_as_it_was_said() -> None:
    assert checked_caption(answer(CAPTION), "whole") == CAPTION


@needs_study
def test_none_of_the_studys_thousand_captions_is_refused_or_loses_a_word() -> None:
    captions = study_captions()
    assert len(captions) == 1000
    assert [words_of(checked_caption(answer(text), "whole")) for text in captions] == [*map(words_of, captions)]


@needs_study
def test_the_studys_captions_stay_far_from_the_limit_of_repetition() -> None:
    assert max(map(repeated_share, study_captions())) < MOST_REPEATED / 4


@needs_study
def test_cutting_to_full_sentences_changes_only_those_of_the_study_that_end_in_mid_sentence() -> None:
    """55 do not end in a full stop; with two of them it stands inside quotation marks."""
    cut = [text for text in study_captions() if checked_caption(answer(text, complete=False), "whole") != cleaned(text)]
    assert len(cut) == 53


@pytest.mark.parametrize(
    "text", ["", "  \n\t ", "...", "12, 15", "\x00\x01", "<|im_end|>", "<think>It is sad.</think>", "🎵"]
)
def test_an_answer_that_says_nothing_is_empty(text: str) -> None:
    assert refused(text).kind == "empty_caption"


@given(st.integers(1, 30), st.integers(0, 200))
def test_a_loop_is_refused_wherever_it_begins(period: int, start: int) -> None:
    text = [f"word{number}" for number in range(start)] + [
        f"loop{number % period}" for number in range(4 * period + 50)
    ]
    assert refused(" ".join(text)).kind == "repetitive_caption"


@pytest.mark.parametrize(
    "text",
    [
        "!" * 512,
        "music " * 100,
        "la" * 300,
        "The music is calm. " * 6,
        CAPTION + " the the the" * 30,
        "音楽" * 200,
        f"{CAPTION}\n" * 4,
        "1. A\n2. A\n3. A\n4. A\n5. A\n6. A\n7. A\n8. A",
    ],
)
def test_one_token_or_phrase_again_and_again_is_refused(text: str) -> None:
    assert refused(text).kind == "repetitive_caption"


@pytest.mark.parametrize(
    "text",
    [
        "So, so sad: rain, rain, rain.",
        f"{CAPTION} {CAPTION[:80]}",
        "The beat goes on and on and on. The mood is bright.",
    ],
)
def test_a_little_repetition_is_ordinary_speech(text: str) -> None:
    assert checked_caption(answer(text), "whole") == text


@given(st.text())
def test_the_repeated_share_is_a_share(text: str) -> None:
    assert 0 <= repeated_share(text) < 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("One. Two! Thr", "One. Two!"),
        ('He says "go." Then', 'He says "go."'),
        ("Calm (and still.) And", "Calm (and still.)"),
        ("It is sad… and th", "It is sad…"),
        ("悲しい。そして", "悲しい。"),
        ("A steady beat.\n\n2. Timbre: the", "A steady beat."),
        ("- piano\n- slow and steady\n- a dark tim", "- piano\n- slow and steady"),
        ("A beat of 95.2 per minute. At 100. And", "A beat of 95.2 per minute."),
        ("It ends with a full stop.", "It ends with a full stop."),
    ],
)
def test_what_the_limit_cut_off_is_used_up_to_its_last_full_sentence(text: str, kept: str) -> None:
    assert checked_caption(answer(text, complete=False), "whole") == kept


@pytest.mark.parametrize("text", ["A lone cello plays a slow", "1. Instruments and", "... the"])
def test_a_cut_answer_without_a_full_sentence_is_refused(text: str) -> None:
    assert refused(text, complete=False).kind == "cut_answer"


@pytest.mark.parametrize(
    "text",
    [
        f"<think>Is it a cello? Yes.</think>\n\n{CAPTION}",
        f"<think>\n\n</think>\n\n{CAPTION}",
        f"Is it a cello? Yes.</think>{CAPTION}",
        f"<THINKING>a</THINKING>{CAPTION}<think>b</think>",
        f"<think>a <think>b</think> c</think>{CAPTION}",
    ],
)
def test_thoughts_are_no_part_of_a_caption(text: str) -> None:
    assert checked_caption(answer(text), "whole") == CAPTION


@pytest.mark.parametrize("complete", [True, False])
def test_an_unfinished_thought_is_refused(complete: bool) -> None:
    error = refused(f"<think>Is it a cello? {CAPTION}", complete=complete)
    assert error.kind == "cut_answer"
    assert "max_new_tokens" in str(error)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("A\x00sad\x1b[31m song\x7f", "A sad [31m song"),
        ("A sad\ud800 song", "A sad song"),
        ("Sad\N{REPLACEMENT CHARACTER}ness", "Sad ness"),
        ("A sad song<|im_end|>", "A sad song"),
        ("A sad  song\t\r\n\r\n\r\n\r\nof rain ", "A sad song\n\nof rain"),
        ("Très triste, 悲しい 👩‍🎤 a < b | c > d", "Très triste, 悲しい 👩‍🎤 a < b | c > d"),
    ],
)
def test_only_characters_that_say_nothing_are_removed(said: str, kept: str) -> None:
    assert cleaned(said) == kept


@given(st.text(st.characters()))
def test_a_cleaned_text_is_clean_and_can_be_stored(text: str) -> None:
    once = cleaned(text)
    once.encode()
    assert cleaned(once) == once


def test_a_long_answer_is_quoted_in_part_and_carried_in_full() -> None:
    error = refused("music " * 200)
    assert len(str(error)) < 250
    assert error.answer == "music " * 200
