"""Reads five emotion colours out of what a language model answered: `RGB: (r, g, b), ...` on one line.

The triples are those of the four fragments in order, then of the whole, as in the paper. Models wrap the line in talk,
markdown or other brackets, and often get it wrong. An answer is read where five triples of whole numbers stand in it
literally, and refused with a reason otherwise: nothing is filled in, rescaled or reordered. Only numbers beyond 0..255
are brought to the nearer end. `docs/colours.md` has the rules as a table.
"""

from __future__ import annotations

import re
import unicodedata

from emoretrieve.emotion import PARTS, EmotionProfile, Rgb
from emoretrieve.perception.prompted.quoting import quoted

RULES_VERSION = "1"
"""Counts up whenever any answer comes to mean other colours."""

_CHANNEL = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])"
_COLOUR = rf"\({_CHANNEL}, {_CHANNEL}, {_CHANNEL}\)"
PATTERN = "RGB: " + ", ".join([_COLOUR] * len(PARTS))
"""Matches what `rgb_line` writes for every profile, and nothing else; in the common core of regular expressions."""

_SAME = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full-width forms of ASCII
    "、": ",",
    "،": ",",
    "−": "-",
}
_THOUGHT = re.compile(r"<(think(?:ing)?)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THOUGHT_BEGINS = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_THOUGHT_ENDS = re.compile(r"</think(?:ing)?>", re.IGNORECASE)

_MARK = re.compile(r"(?<![A-Za-z0-9])RGB[*_`\"']*\s*:", re.IGNORECASE)
_DIGIT = re.compile("[0-9]")
_BEFORE = re.compile(r"[\s*_`\"']*(?:[\[(](?=\s*(?:rgb\s*)?[\[(]))?\s*", re.IGNORECASE)
"""Between the mark and the first triple; one bracket around all of them counts as nothing."""
_BRACKETED = re.compile(r"(?:rgb\s*)?(?:\(([^()\[\]]*)\)|\[([^()\[\]]*)\])", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;|*_`]*")
_AFTER = re.compile(r"[ \t\r,;.|*_`\"'\])}]*(?:\n|\Z)")
"""What may stand behind the last triple on its line: no word, no number, no unit."""

_NUMBER = "(-?(?:0|[1-9][0-9]{0,3}))"
_TRIPLE = re.compile(rf"\s*{_NUMBER}(\s*[,;]\s*){_NUMBER}\2{_NUMBER}\s*")
"""Both gaps are the same, so that 1,200 in `(1,200, 30)` is not taken for two numbers."""


class UnreadableAnswer(ValueError):
    """An answer that is refused; its text is the reason, to stand behind "the answer"."""


def rgb_line(profile: EmotionProfile) -> str:
    """The line that a model is asked for."""
    return "RGB: " + ", ".join(
        f"({colour.r}, {colour.g}, {colour.b})" for colour in (*profile.fragments, profile.whole)
    )


def read_rgb_line(answer: str) -> EmotionProfile:
    """The colours that an answer gives; raises UnreadableAnswer where it does not give five beyond doubt.

    Several `RGB:` have to agree; those that no number follows are talk about the task.
    """
    pieces = _MARK.split(_without_thoughts(_plain(answer)))[1:]
    profiles = {_profile(piece) for piece in pieces if _DIGIT.search(piece)}
    if not profiles:
        raise UnreadableAnswer("has no 'RGB:' with numbers behind it")
    if len(profiles) > 1:
        raise UnreadableAnswer("has several 'RGB:' with different numbers")
    return profiles.pop()


def is_repeated(profile: EmotionProfile, prompt: str) -> bool:
    """Whether the fifteen numbers of an answer stood in the prompt already, in a row: an example given back."""
    answered = [channel for colour in (*profile.fragments, profile.whole) for channel in colour]
    given = [int(number) for number in re.findall(r"(?<![0-9])[0-9]{1,4}(?![0-9])", _plain(prompt))]
    return any(given[start : start + len(answered)] == answered for start in range(len(given)))


def _plain(text: str) -> str:
    """The same with digits of any script, full-width forms and foreign commas as ASCII."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else _SAME.get(character, character)
        for character in text
    )


def _without_thoughts(text: str) -> str:
    """What a model says when it is done thinking; its template may have opened the thought already."""
    spoken = _THOUGHT_ENDS.split(_THOUGHT.sub(" ", text))[-1]
    if _THOUGHT_BEGINS.search(spoken):
        raise UnreadableAnswer("does not come to the end of its thinking")
    return spoken


def _profile(piece: str) -> EmotionProfile:
    """The five triples that a piece of text begins with."""
    colours, end = _colours(piece)
    if len(colours) != len(PARTS):
        raise UnreadableAnswer(f"has {len(colours)} triples behind 'RGB:' instead of {len(PARTS)}")
    if not _AFTER.match(piece, end):
        raise UnreadableAnswer(f"goes on behind the last triple: {quoted(piece[end:])}")
    first, second, third, fourth, whole = colours
    return EmotionProfile(whole, (first, second, third, fourth))


def _colours(piece: str) -> tuple[list[Rgb], int]:
    """All triples in a row, and where the last of them ends."""
    colours: list[Rgb] = []
    position = end = _skip(_BEFORE, piece, 0)
    while (found := _BRACKETED.match(piece, position)) and _DIGIT.search(found[0]):
        colours.append(_colour(found[1] or found[2]))
        end = found.end()
        position = _skip(_BETWEEN, piece, end)
    return colours, end


def _skip(filling: re.Pattern[str], text: str, position: int) -> int:
    """Where a filling, which may be nothing, ends."""
    found = filling.match(text, position)
    return found.end() if found else position


def _colour(inside: str) -> Rgb:
    """Three whole numbers, brought to 0..255."""
    triple = _TRIPLE.fullmatch(inside)
    if triple is None:
        raise UnreadableAnswer(f"has {quoted(f'({inside})')} where three whole numbers from 0 to 255 belong")
    return Rgb(*(min(255, max(0, int(number))) for number in triple.group(1, 3, 4)))
