"""Participants that are made up, to see beforehand what a study of so many people and pairs would find."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.human.design import KINDS, Kind
from emoretrieve.evaluation.human.ratings import Ratings

_STEPS: dict[Kind, int] = {"best": 1, "random": 0, "worst": -1}


@dataclass(frozen=True, slots=True)
class Crowd:
    """How made-up participants rate, in points of the scale.

    A rating is the middle of the scale, plus what is common to the kind, the pair, the participant, and noise, all
    normal; rounded, and cut off at the ends of the scale.
    """

    raters: int
    lift: float
    """How much higher the best pairs feel than random ones, and these than the worst; 0 where scores say nothing."""
    pair_sd: float = 0.8
    rater_sd: float = 0.8
    noise_sd: float = 1.2

    def rate(self, each: int, points: int, random: np.random.Generator) -> Ratings:
        """The ratings of so many pairs of each kind; the scores of pairs are one, zero and minus one, by kind."""
        kinds = [kind for kind in KINDS for _ in range(each)]
        steps = np.array([_STEPS[kind] for kind in kinds], dtype=np.float64)
        felt = (points + 1) / 2 + self.lift * steps + random.normal(0, self.pair_sd, len(kinds))
        biased = felt + random.normal(0, self.rater_sd, (self.raters, 1))
        said: Floats = np.rint(biased + random.normal(0, self.noise_sd, biased.shape)).clip(1, points)
        return Ratings(said, np.full(said.shape, np.nan), kinds, steps, points)
