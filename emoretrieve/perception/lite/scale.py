"""Words for measured values: a scale of them, each up to a limit."""

from __future__ import annotations

from collections.abc import Sequence

Scale = Sequence[tuple[float, str]]
"""Words with the value below which each applies, ascending; the last limit is `END`."""

END = float("inf")


def word_for(scale: Scale, value: float) -> str:
    """The word of a scale for a value."""
    return next(word for limit, word in scale if value < limit)
