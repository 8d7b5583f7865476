"""How two profiles are compared: which parts count, and how much."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from emoretrieve.emotion import EmotionProfile
from emoretrieve.emotion.vectors import Colours, Floats, Space, query_vector, vectors
from emoretrieve.errors import QueryError

Weights: TypeAlias = tuple[float, float, float, float, float]
"""One weight a part, in the order of `emoretrieve.emotion.PARTS`."""

MATCHES = ("aligned", "whole", "fragments", "fragment:N", "concat")
"""What `--match` takes; N is 1 to 4."""

_FIXED: dict[str, Weights] = {
    "aligned": (0.5, 0.125, 0.125, 0.125, 0.125),
    "whole": (1.0, 0.0, 0.0, 0.0, 0.0),
    "fragments": (0.0, 0.25, 0.25, 0.25, 0.25),
    "fragment:1": (0.0, 1.0, 0.0, 0.0, 0.0),
    "fragment:2": (0.0, 0.0, 1.0, 0.0, 0.0),
    "fragment:3": (0.0, 0.0, 0.0, 1.0, 0.0),
    "fragment:4": (0.0, 0.0, 0.0, 0.0, 1.0),
}

_SMALLEST, _LARGEST = 1e-6, 1e6
"""Bounds of the largest weight: engines search in float32."""


@dataclass(frozen=True, slots=True)
class Match:
    """One way to compare profiles.

    The score is `sum_i w_i cos_i` over the five parts, each against its counterpart; under `concat` it is the cosine
    of all 15 raw numbers, in which a part counts by its intensity.
    """

    name: str
    weights: Weights | None
    """None under `concat`, which takes no weights."""

    @classmethod
    def parse(cls, name: str = "aligned", weights: Sequence[float] | None = None) -> Match:
        """The match of this name; raises QueryError where there is none or the weights do not go with it."""
        if weights is not None and name != "aligned":
            raise QueryError(
                f"Weights go with the match 'aligned' only, not with '{name}'; leave one of the two out.",
                kind="bad_weights",
            )
        if name == "concat":
            return cls(name, None)
        if name not in _FIXED:
            raise QueryError(f"There is no match '{name}'; choose one of {', '.join(MATCHES)}.", kind="bad_match")
        return cls(name, _FIXED[name] if weights is None else check_weights(weights))

    @property
    def space(self) -> Space:
        """The stored vectors that the match searches."""
        return "aligned" if self.weights is not None else "concat"

    @property
    def highest(self) -> float:
        """The score of two equal profiles: no score is higher."""
        return 1.0 if self.weights is None else sum(self.weights)

    def query_vector(self, profile: EmotionProfile) -> Floats:
        """The 15 numbers whose dot product with an item's vector is the score."""
        return query_vector(self.space, profile, self.weights or ())

    def weighted(self, direction: Floats) -> Floats:
        """A direction in the space of the match, its parts times their weights: what searches are made with."""
        if self.weights is None:
            return direction
        weighted: Floats = direction * np.repeat(self.weights, 3)
        return weighted

    def query_vectors(self, profiles: Colours) -> Floats:
        """The same for (n, 5, 3) colours at once: (n, 15)."""
        rows = vectors(self.space, profiles)
        if self.weights is None:
            return rows
        weighted: Floats = (rows.reshape(-1, 5, 3) * [[[weight] for weight in self.weights]]).reshape(-1, 15)
        return weighted


DEFAULT_MATCH = Match.parse()


def check_weights(weights: Sequence[float]) -> Weights:
    """Five weights as they are; raises QueryError unless they are five non-negative numbers of a usable size."""
    if len(weights) != 5 or not all(0 <= weight <= _LARGEST for weight in weights) or max(weights) < _SMALLEST:
        given = ",".join(f"{weight:g}" for weight in weights)
        raise _bad_weights(given)
    whole, first, second, third, fourth = (float(weight) for weight in weights)
    return (whole, first, second, third, fourth)


def parse_weights(text: str) -> Weights:
    """Read `whole,f1,f2,f3,f4`, such as `0.5,0.125,0.125,0.125,0.125`; raises QueryError."""
    try:
        return check_weights([float(number) for number in re.split(r"\s*,\s*", text.strip())])
    except ValueError:
        raise _bad_weights(text) from None


def _bad_weights(given: str) -> QueryError:
    return QueryError(
        f"Weights are five numbers from 0 to a million (whole,f1,f2,f3,f4), one at least a millionth, not '{given}'.",
        kind="bad_weights",
    )
