"""Colours of emotion and the five of them that make an item's profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import index
from typing import TypeAlias

AXES = ("excitement", "calmness", "sadness")
"""What the channels R, G and B mean."""

PARTS = ("whole", "fragment_1", "fragment_2", "fragment_3", "fragment_4")
"""The parts of an item in the order of every five-fold value: captions, colours, weights, vectors."""


@dataclass(frozen=True, slots=True)
class Rgb:
    """One emotion colour: R excitement/movement, G calmness/stillness, B sadness/nostalgia, integers 0..255."""

    r: int
    g: int
    b: int

    def __post_init__(self) -> None:
        for channel in (self.r, self.g, self.b):
            if type(channel) is not int or not 0 <= channel <= 255:
                raise ValueError(f"a colour channel is an integer from 0 to 255, not {channel!r}")

    def __iter__(self) -> Iterator[int]:
        yield self.r
        yield self.g
        yield self.b

    @property
    def is_zero(self) -> bool:
        """True for (0, 0, 0): nothing was felt."""
        return self.r == self.g == self.b == 0


@dataclass(frozen=True, slots=True)
class EmotionProfile:
    """The colours of one item: the whole and its four fragments in order (time; reading order)."""

    whole: Rgb
    fragments: tuple[Rgb, Rgb, Rgb, Rgb]

    def __post_init__(self) -> None:
        if len(self.fragments) != 4:
            raise ValueError(f"a profile has four fragments, not {len(self.fragments)}")

    @classmethod
    def of(cls, triples: Sequence[Sequence[int]]) -> EmotionProfile:
        """Build a profile from five triples in the order of `PARTS`, of integers, numpy's among them."""
        if len(triples) != 5:
            raise ValueError(f"a profile has five colours, not {len(triples)}")
        whole, first, second, third, fourth = map(_colour, triples)
        return cls(whole, (first, second, third, fourth))

    @classmethod
    def uniform(cls, colour: Rgb) -> EmotionProfile:
        """A profile of one colour throughout, such as that of a query in words."""
        return cls(colour, (colour, colour, colour, colour))

    @property
    def parts(self) -> tuple[Rgb, Rgb, Rgb, Rgb, Rgb]:
        """The five colours in the order of `PARTS`."""
        return (self.whole, *self.fragments)

    @property
    def flagged(self) -> bool:
        """True when nothing was felt in some part: its colour is (0, 0, 0) and it adds nothing to a match."""
        return any(part.is_zero for part in self.parts)


Spread: TypeAlias = tuple[tuple[float, float, float], ...]
"""For each part of `PARTS` and each channel: the standard deviation (of the population) of the samples whose median
the colour is, 0..127.5."""


def _colour(triple: Sequence[int]) -> Rgb:
    try:
        return Rgb(*map(index, triple))
    except TypeError as error:
        raise ValueError(f"a colour is three integers from 0 to 255, not {triple!r}") from error
