"""The study's pairs, made again from the colours that they were computed from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.study.files import Coloured, StudyFiles
from emoretrieve.pairing.assignment import Assignment, greedy
from emoretrieve.pairing.scores import Indices, Scores
from emoretrieve.search.match import Match

CONCAT = Match.parse("concat")
"""The cosine of all 15 raw numbers: what the published pairs were made by."""


@dataclass(frozen=True)
class StudyPairs:
    """Songs (rows) against pictures (columns), in the order of their tables."""

    files: StudyFiles

    @cached_property
    def scores(self) -> Scores:
        """Cosines of the 15 raw numbers."""
        return Scores.of(CONCAT, self.files.song_colours.profiles, self.files.picture_colours.profiles)

    @cached_property
    def matrix(self) -> Floats:
        """The same, all of them."""
        return self.scores.matrix()

    @cached_property
    def greedy(self) -> Assignment:
        """The pairs that the study's rule makes."""
        return greedy(self.matrix)

    @property
    def greedy_scores(self) -> Floats:
        """Of our pairs, (100,)."""
        return self.scores.pairs(self.greedy.rows, self.greedy.columns)

    @cached_property
    def published(self) -> Assignment:
        """The pairs of `pairs.csv`."""
        songs, pictures = _places(self.files.song_colours), _places(self.files.picture_colours)
        rows = np.array([songs[pair.song] for pair in self.files.pairs])
        columns = np.array([pictures[pair.picture] for pair in self.files.pairs])
        return Assignment.of(rows, columns)

    def shared(self, columns: Indices) -> int:
        """How many published pairs are among those of each song with one of these pictures."""
        return int((columns[self.published.rows] == self.published.columns).sum())


def _places(coloured: Coloured) -> dict[str, int]:
    return {name: place for place, name in enumerate(coloured.names)}
