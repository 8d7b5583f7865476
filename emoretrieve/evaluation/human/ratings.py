"""Ratings of one question as a table of numbers: a row a participant, a column a pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.human.answers import Participant
from emoretrieve.evaluation.human.design import Kind
from emoretrieve.evaluation.human.key import StudyKey

Places: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Ratings:
    """What r participants said of p pairs, of kinds and scores that they did not know."""

    values: Floats
    """(r, p), NaN where a pair was not rated."""
    again: Floats
    """(r, p), the second ratings, NaN where there is none."""
    kinds: Sequence[Kind]
    """Of the pairs."""
    scores: Floats
    """(p,) of the pairs."""
    points: int

    @classmethod
    def of(cls, key: StudyKey, participants: Sequence[Participant], question: str, min_heard_s: float = 0.0) -> Self:
        """The ratings of one question; those given after less of the song than `min_heard_s` are left out."""
        places = {pair.pair: place for place, pair in enumerate(key.pairs)}
        tables = np.full((2, len(participants), len(places)), np.nan)
        for row, participant in enumerate(participants):
            for answer in participant.answers:
                if answer.heard_s >= min_heard_s:
                    tables[answer.occasion - 1, row, places[answer.pair]] = answer.ratings[question]
        kinds = [pair.kind for pair in key.pairs]
        return cls(tables[0], tables[1], kinds, np.array([pair.score for pair in key.pairs]), key.points)

    @property
    def raters(self) -> int:
        return len(self.values)

    @property
    def given(self) -> int:
        """How many first ratings there are."""
        return int((~np.isnan(self.values)).sum())

    def places(self, *kinds: Kind) -> Places:
        """The columns of pairs of these kinds, ascending."""
        return np.array([place for place, kind in enumerate(self.kinds) if kind in kinds], dtype=np.int64)
