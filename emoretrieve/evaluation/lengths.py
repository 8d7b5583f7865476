"""How long descriptions are, and whether they end as sentences do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np

CountWords: TypeAlias = Callable[[str], int]

_ENDINGS = (".", "!", "?")


def words(text: str) -> int:
    """What stands between white space."""
    return len(text.split())


def is_complete(text: str) -> bool:
    """Whether the text ends as a sentence does."""
    return text.rstrip().endswith(_ENDINGS)


@dataclass(frozen=True, slots=True)
class Lengths:
    """Of at least one description, in words."""

    longest: int
    shortest: int
    mean: float
    above: int
    """Descriptions longer than the mean."""
    below: int
    equal: int
    count: int
    complete: int
    """Descriptions that end as a sentence does."""

    @classmethod
    def of(cls, texts: Sequence[str], count_words: CountWords = words) -> Self:
        counts = np.array([count_words(text) for text in texts])
        mean = float(counts.mean())
        return cls(
            int(counts.max()),
            int(counts.min()),
            mean,
            int((counts > mean).sum()),
            int((counts < mean).sum()),
            int((counts == mean).sum()),
            len(texts),
            sum(map(is_complete, texts)),
        )
