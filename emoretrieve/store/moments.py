"""Means and covariances of the stored vectors, kept up to date item by item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from emoretrieve.emotion.vectors import Floats, Space, vectors
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.store.protocol import Moments
from emoretrieve.store.schema import SPACES, colours_of

_DIMENSION = 15


@dataclass
class _Sums:
    """Sums, and sums of products, of the deviations of some vectors from a fixed point.

    The fixed point is the first vector seen. Deviations are then of the size of the spread, so that subtracting the
    square of the mean does not cancel the digits of a small covariance (the shifted-data algorithm of Chan, Golub
    and LeVeque 1983), and equal items have covariance 0 exactly.
    """

    count: int = 0
    origin: Floats = field(default_factory=lambda: np.zeros(_DIMENSION))
    first: Floats = field(default_factory=lambda: np.zeros(_DIMENSION))
    second: Floats = field(default_factory=lambda: np.zeros((_DIMENSION, _DIMENSION)))

    def change(self, rows: Floats, sign: int) -> None:
        """Add (sign 1) or take away (sign -1) vectors (n, 15)."""
        if self.count == 0:
            self.origin = rows[0].copy()
        deviations = rows - self.origin
        self.count += sign * len(rows)
        self.first += sign * deviations.sum(axis=0)
        self.second += sign * (deviations.T @ deviations)
        if self.count == 0:  # no vectors, no rounding errors either
            self.first[:] = 0.0
            self.second[:] = 0.0

    def moments(self) -> Moments:
        if self.count == 0:
            return Moments(0, np.zeros(_DIMENSION), np.zeros((_DIMENSION, _DIMENSION)))
        mean = self.first / self.count
        return Moments(self.count, self.origin + mean, self.second / self.count - np.outer(mean, mean))

    def numbers(self) -> list[float]:
        return [self.count, *self.origin.tolist(), *self.first.tolist(), *self.second.ravel().tolist()]

    @classmethod
    def of(cls, numbers: Sequence[float]) -> _Sums:
        values = np.array(numbers[1:], dtype=np.float64)
        origin, first, second = np.split(values, [_DIMENSION, 2 * _DIMENSION])
        return cls(int(numbers[0]), origin, first, second.reshape(_DIMENSION, _DIMENSION))


@dataclass(frozen=True, slots=True)
class Coloured:
    """What the moments need to know of an item."""

    modality: Modality
    colour_key: str


class MomentsLedger:
    """The moments of every modality and space of a collection."""

    def __init__(self, sums: Mapping[str, _Sums] | None = None) -> None:
        self._sums = dict(sums or {_name(modality, space): _Sums() for modality, space in _pairs()})

    def add(self, items: Iterable[Coloured]) -> None:
        self._change(items, 1)

    def remove(self, items: Iterable[Coloured]) -> None:
        """Take items out that were added before, with the colours they had then."""
        self._change(items, -1)

    def moments(self, modality: Modality, space: Space) -> Moments:
        return self._sums[_name(modality, space)].moments()

    @property
    def count(self) -> int:
        """Items of all modalities."""
        return sum(self._sums[_name(modality, "aligned")].count for modality in MODALITIES)

    def to_json(self) -> dict[str, list[float]]:
        """Numbers that `of_json` rebuilds the ledger from, bit by bit."""
        return {name: sums.numbers() for name, sums in self._sums.items()}

    @classmethod
    def of_json(cls, data: Mapping[str, Sequence[float]]) -> MomentsLedger:
        """Raises LookupError, TypeError or ValueError for anything but what `to_json` made."""
        return cls({_name(*pair): _Sums.of(data[_name(*pair)]) for pair in _pairs()})

    def _change(self, items: Iterable[Coloured], sign: int) -> None:
        keys: dict[Modality, list[str]] = {modality: [] for modality in MODALITIES}
        for item in items:
            keys[item.modality].append(item.colour_key)
        for modality, space in _pairs():
            if keys[modality]:
                rows = vectors(space, colours_of(keys[modality]))
                self._sums[_name(modality, space)].change(rows, sign)


def _pairs() -> Iterator[tuple[Modality, Space]]:
    return ((modality, space) for modality in MODALITIES for space in SPACES)


def _name(modality: Modality, space: Space) -> str:
    return f"{modality}.{space}"
