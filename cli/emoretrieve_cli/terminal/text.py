"""Text that is safe to print and fits a line."""

from __future__ import annotations

import shutil
import unicodedata

_KEPT = {"\u200c", "\u200d"}
"""The joiners of Persian, Hindi and emoji: invisible, harmless, and words fall apart without them."""


def printable(text: str) -> str:
    """Text without anything that moves the cursor, reorders the line or is no character: such are escaped.

    File names and tags may hold line ends, terminal sequences, overrides of the writing direction and bytes that are
    no text; they come out as `\\n`, `\\x1b`, `\\u202e` and `\\udcff`.
    """
    if text.isprintable():
        return text
    return "".join(map(_printable_character, text))


def _printable_character(character: str) -> str:
    if character.isprintable() or character in _KEPT:
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    return character.encode("unicode_escape").decode("ascii")


def cell_width(text: str) -> int:
    """How many columns of a terminal the text takes: East Asian letters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(text: str, width: int) -> str:
    """The beginning of the text in at most `width` columns, with an ellipsis where something is left out."""
    if cell_width(text) <= width:
        return text
    return f"{_fitting(text, width - 1).rstrip()}…"


def shorten_path(path: str, width: int) -> str:
    """A path in at most `width` columns: folders are left out at its beginning, the name of the file is kept."""
    if cell_width(path) <= width:
        return path
    end = _fitting(path[::-1], width - 1)[::-1]
    folder = end.find("/")
    return f"…{end[folder:] if folder >= 0 else end}"


def _fitting(text: str, width: int) -> str:
    used = 0
    for position, character in enumerate(text):
        used += _character_width(character)
        if used > width:
            return text[:position]
    return text


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken between words, and inside a word that is longer than a line."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        extended = f"{line} {word}" if line else word
        if cell_width(extended) <= width:
            line = extended
            continue
        lines += [line] if line else []
        while cell_width(word) > width:
            piece = _fitting(word, width)
            lines.append(piece)
            word = word[len(piece) :]
        line = word
    return [*lines, line] if line else lines


def hanging(text: str, first: int, rest: int) -> list[str]:
    """Lines that fit the terminal: the first indented by `first` columns, the others by `rest`."""
    head, *others = wrap(text, terminal_width() - max(first, rest)) or [""]
    return [f"{'':{first}}{head}", *(f"{'':{rest}}{line}" for line in others)]


def terminal_width() -> int:
    """Columns of the terminal (`COLUMNS` decides); 80 where there is none, at least 40, at most 120."""
    return min(max(shutil.get_terminal_size().columns, 40), 120)


def counted(number: int, noun: str) -> str:
    """Such as `1 song` and `2 songs`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def size(count: int) -> str:
    """A number of bytes, such as `1.5 MB`."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
