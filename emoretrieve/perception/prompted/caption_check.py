"""What a model answered, as a caption: thoughts and stray characters removed, or refused with the reason.

Nothing is put in its place: a caption is what the model said, or there is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.prompted.chat import Answer
from emoretrieve.perception.prompted.quoting import quoted

CHECKS_VERSION = "1"
"""Raise it whenever the same answer would become another caption."""

MOST_REPEATED = 1 / 3
"""The largest share of four-word sequences that may have stood before in the caption, or in a stretch of it.

Of the study's 1,000 captions by Qwen2-Audio and Qwen2.5-VL none reaches .08.
"""

_RUN = 4
_STRETCH, _STEP = 93, 12
"""In sequences, those of 96 words: a loop at the end of a long caption shows in its last stretch."""
_FEWEST_RUNS = 5
"""Below, a share says nothing."""
_WORD = re.compile(r"\w{1,20}|[^\w\s]")
"""A run of letters without end counts as many words, and so does one of punctuation."""
_NUMBER = re.compile(r"\d+")
"""All are alike: a list that goes round in circles counts on."""
_THOUGHT = re.compile(r"<(think|thinking)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_END_OF_THOUGHT = re.compile(r"^.*</(?:think|thinking)>", re.DOTALL | re.IGNORECASE)
"""Where the prompt itself opened the thought, as templates of thinking models do."""
_OPEN_THOUGHT = re.compile(r"<(?:think|thinking)>", re.IGNORECASE)
_NO_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
"""Control characters but the line break, halves of surrogate pairs, and what stands for lost bytes."""
_SPECIAL_TOKEN = re.compile(r"<\|[^|<>\s]{1,40}\|>")
_SENTENCES = re.compile(r".*(?:(?<!\d)[.!?…]+[)\]\"'”’»*]*(?=\s|$)|[。！？]+|\S(?=\n))", re.DOTALL)
"""Up to the last end of a sentence or a line; a full stop after a digit may be a number of a list, or half a number."""
_THINKING = "is an unfinished thought; raise max_new_tokens, or take a model that does not think aloud"
_REPEATING = "repeats itself; try another model, or a temperature above 0"
_NOTHING = "says nothing; try another model, or other prompts"
_NO_SENTENCE = "ends at the limit of tokens before its first full sentence; raise max_new_tokens"


def checked_caption(answer: Answer, part: str) -> str:
    """The caption that an answer is, of a part with this name.

    An answer that the limit of tokens cut off is used up to its last full sentence or line. Raises PerceptionError with
    the answer: `cut_answer` where the limit came before a full sentence or the end of a thought, `repetitive_caption`
    where it goes round in circles, `empty_caption` where it says nothing.
    """
    said = _END_OF_THOUGHT.sub("", _THOUGHT.sub("", answer.text))
    if _OPEN_THOUGHT.search(said):
        raise _failure(answer, part, _THINKING, kind="cut_answer")
    text = cleaned(said)
    if repeated_share(text) > MOST_REPEATED:
        raise _failure(answer, part, _REPEATING, kind="repetitive_caption")
    if not any(char.isalpha() for char in text):
        raise _failure(answer, part, _NOTHING, kind="empty_caption")
    return text if answer.complete else _full_sentences(answer, text, part)


def cleaned(text: str) -> str:
    """The text without control characters, halves of characters and tokens that steer a model; few empty lines."""
    plain = _SPECIAL_TOKEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [" ".join(line.split()) for line in _NO_TEXT.sub(" ", plain).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def repeated_share(text: str) -> float:
    """How repetitive a text is, 0..1: the larger of the shares in the whole and in its most repetitive stretch."""
    words = _WORD.findall(_NUMBER.sub("0", text.lower()))
    numbers: dict[tuple[str, ...], int] = {}
    runs = [
        numbers.setdefault(run, len(numbers)) for run in zip(*(words[start:] for start in range(_RUN)), strict=False)
    ]
    last = max(0, len(runs) - _STRETCH)
    stretches = (runs[start : start + _STRETCH] for start in (*range(0, last, _STEP), last))
    return max(_share_seen_before(runs), *map(_share_seen_before, stretches))


def _share_seen_before(runs: Sequence[int]) -> float:
    return 1 - len(set(runs)) / len(runs) if len(runs) >= _FEWEST_RUNS else 0.0


def _full_sentences(answer: Answer, text: str, part: str) -> str:
    found = _SENTENCES.match(text)
    if found is None or not any(char.isalpha() for char in found[0]):
        raise _failure(answer, part, _NO_SENTENCE, kind="cut_answer")
    return found[0]


def _failure(answer: Answer, part: str, reason: str, *, kind: str) -> PerceptionError:
    message = f"What the model said of the part '{part}', {quoted(cleaned(answer.text))}, {reason}."
    return PerceptionError(message, kind=kind, answer=answer.text)
