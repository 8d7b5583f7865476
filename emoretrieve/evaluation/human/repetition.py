"""Whether participants agree with themselves: pairs that came again, beside different pairs of the same participant."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from emoretrieve.evaluation.human.ratings import Ratings


@dataclass(frozen=True, slots=True)
class Repetition:
    """Of the ratings of pairs that were rated twice."""

    count: int
    same: float
    """Share that got the same rating again."""
    difference: float
    """Mean absolute difference of both ratings, in points."""
    chance_same: float
    """The same of the second rating and that of any other pair by the same participant."""
    chance_difference: float

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def repetition(ratings: Ratings) -> Repetition | None:
    """None where no pair was rated twice, or whoever did so rated no other pair."""
    own, other = [], []
    for first, again in zip(ratings.values, ratings.again, strict=True):
        for place in np.flatnonzero(~np.isnan(first) & ~np.isnan(again)):
            rest = np.delete(first, place)
            rest = rest[~np.isnan(rest)]
            if len(rest):
                apart = np.abs(rest - again[place])
                own.append(abs(first[place] - again[place]))
                other.append(((apart == 0).mean(), apart.mean()))
    if not own:
        return None
    same, difference = np.mean(other, axis=0).tolist()
    return Repetition(len(own), float(np.mean(np.array(own) == 0)), float(np.mean(own)), same, difference)
