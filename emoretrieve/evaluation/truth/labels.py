"""Grades of songs and pictures for each other, from labels of items or from grades of pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np

from emoretrieve.emotion.vectors import Floats

Weights: TypeAlias = Mapping[str, float]
"""The labels of one item, each with a weight of at least 0; 1 where labels are categories."""

Grading: TypeAlias = Callable[[str], Floats]
"""From the id of a query to the grades (n,) of all targets for it, each at least 0."""


class Truth(Protocol):
    """What is known of the items of a collection, by id."""

    def is_query(self, id: str) -> bool:
        """Whether something is known of the item."""
        ...

    def is_target(self, id: str) -> bool:
        """Whether the item is among those that are ranked."""
        ...

    def grading(self, targets: Sequence[str]) -> Grading:
        """How good these targets are for a query."""
        ...

    def group(self, query: str) -> str:
        """The class that the query is averaged with, where classes are averaged."""
        ...


@dataclass(frozen=True, slots=True)
class ItemLabels:
    """Labels of items, by id. The grade of a pair is the sum over labels of the smaller of both weights.

    So it is the number of common labels where labels are categories, and the intersection of the histograms (Swain and
    Ballard 1991) where the weights of an item sum to 1. What has no label is not ranked.
    """

    labels: Mapping[str, Weights]

    def is_query(self, id: str) -> bool:
        return id in self.labels

    def is_target(self, id: str) -> bool:
        return id in self.labels

    def grading(self, targets: Sequence[str]) -> Grading:
        weights: dict[str, Floats] = defaultdict(lambda: np.zeros(len(targets)))
        for place, target in enumerate(targets):
            for label, weight in self.labels[target].items():
                weights[label][place] = weight

        def grades(query: str) -> Floats:
            found = np.zeros(len(targets))
            for label, weight in self.labels[query].items():
                if label in weights:
                    found += np.minimum(weight, weights[label])
            return found

        return grades

    def group(self, query: str) -> str:
        labels = self.labels[query]
        return max(sorted(labels), key=lambda label: labels[label])


@dataclass(frozen=True, slots=True)
class ItemAffects:
    """Valence and arousal of items, by id. The grade of a pair follows from the distance d of both points.

    It is max(0, 1 - d): 1 at the same point, 0 from as far on as the middles of neighbouring quadrants are apart. What
    has no point is not ranked.
    """

    points: Mapping[str, tuple[float, float]]
    """Each -1 (unpleasant, quiet) .. 1 (pleasant, roused)."""

    def is_query(self, id: str) -> bool:
        return id in self.points

    def is_target(self, id: str) -> bool:
        return id in self.points

    def grading(self, targets: Sequence[str]) -> Grading:
        of_targets = np.array([self.points[target] for target in targets])

        def grades(query: str) -> Floats:
            apart = np.hypot(*(of_targets - self.points[query]).T)
            near: Floats = np.maximum(0.0, 1.0 - apart)
            return near

        return grades

    def group(self, query: str) -> str:  # noqa: ARG002  points have no classes
        return ""


@dataclass(frozen=True, slots=True)
class PairGrades:
    """Grades of pairs of a song and a picture. Every item of the other modality is ranked; what has no grade has 0."""

    partners: Mapping[str, Mapping[str, float]]
    """By id, of songs and pictures: the grades of their partners by id."""

    def is_query(self, id: str) -> bool:
        return id in self.partners

    def is_target(self, id: str) -> bool:  # noqa: ARG002  all are
        return True

    def grading(self, targets: Sequence[str]) -> Grading:
        places = {target: place for place, target in enumerate(targets)}

        def grades(query: str) -> Floats:
            found = np.zeros(len(targets))
            for partner, grade in self.partners[query].items():
                found[places[partner]] = grade
            return found

        return grades

    def group(self, query: str) -> str:  # noqa: ARG002  pairs have no classes
        return ""
