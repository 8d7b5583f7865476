"""Quoting what a model said in a sentence."""

from __future__ import annotations


def quoted(text: str, longest: int = 60) -> str:
    """A text on one line, in quotes, cut where it is longer than so many characters."""
    line = " ".join(text.split())
    return f"'{line if len(line) <= longest else line[:longest] + '...'}'"
