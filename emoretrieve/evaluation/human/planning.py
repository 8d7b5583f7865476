"""How many participants and pairs a study needs, found by making studies up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeAlias

import numpy as np

from emoretrieve.errors import QueryError
from emoretrieve.evaluation.human.design import POINTS
from emoretrieve.evaluation.human.preference import CHANCE, preference
from emoretrieve.evaluation.human.resampling import Resamples
from emoretrieve.evaluation.human.simulation import Crowd
from emoretrieve.evaluation.result_table import ResultTable, number

OnStudy: TypeAlias = Callable[[str, int, int | None], object]
"""Is told what is being done, how many studies are made up, and of how many."""

USUAL_RATERS = (6, 12, 24, 48)
_DRAWS = 499
"""Of participants and pairs in each study: enough for a share of many studies."""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """The studies to make up; QueryError (`bad_design`) where they make no sense."""

    raters: Sequence[int] = USUAL_RATERS
    each: int = 10
    points: int = 7
    lift: float = 1.0
    """Points by which best pairs feel better than random ones."""
    studies: int = 100
    """Of each number of participants."""

    def __post_init__(self) -> None:
        if not self.raters or min(self.raters) < 1 or self.each < 1 or self.studies < 1:
            raise QueryError("A study to plan has at least 1 participant and 1 pair of each kind.", kind="bad_design")
        if self.points not in POINTS or not 0 < self.lift < self.points:
            raise QueryError(
                f"Best pairs feel better by more than 0 and less than {self.points} points, not by {self.lift:g}.",
                kind="bad_design",
            )


@dataclass(frozen=True, slots=True)
class Planned:
    """What so many participants find."""

    raters: int
    found: float
    """Share of studies whose interval of `best over random` lies above chance, where best pairs do feel better."""
    found_by_chance: float
    """The same where they do not: errors."""
    share: float
    """Mean preference where they do."""
    width: float
    """Mean width of its interval."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Studies of several sizes."""

    options: PlanOptions
    sizes: tuple[Planned, ...]

    def to_json(self) -> dict[str, object]:
        options = self.options
        return {
            "each": options.each,
            "points": options.points,
            "lift": options.lift,
            "studies": options.studies,
            "sizes": [asdict(size) for size in self.sizes],
        }

    def table(self) -> ResultTable:
        """One row for each number of participants."""
        options = self.options
        rows = [
            (
                f"{one.raters:,}",
                number(one.found, 2),
                number(one.found_by_chance, 2),
                number(one.share, 3),
                number(one.width, 3),
            )
            for one in self.sizes
        ]
        return ResultTable(
            f"Best over random, {options.each} pairs of each kind",
            ("participants", "found", "by chance", "share", "interval"),
            rows,
            f"Of {options.studies} made-up studies each. found: share whose interval lies above {CHANCE}, where best "
            f"pairs feel better than random ones by {options.lift:g} of the scale's points; by chance: where they do "
            "not (0.025 is what a 95 % interval allows); share, interval: mean preference where they do, and width of "
            "its interval.",
        )


def plan(options: PlanOptions, on_study: OnStudy = lambda *_: None) -> Plan:
    """Make up studies of every size; the same options say the same again."""
    sizes = []
    total = len(options.raters) * options.studies
    for place, raters in enumerate(options.raters):
        studies = []
        for study in range(options.studies):
            studies.append(_study(options, raters, study))
            on_study("making studies up", place * options.studies + study + 1, total)
        found, by_chance, share, width = np.mean(studies, axis=0).tolist()
        sizes.append(Planned(raters, found, by_chance, share, width))
    return Plan(options, tuple(sizes))


def _study(options: PlanOptions, raters: int, seed: int) -> tuple[bool, bool, float, float]:
    """Whether the preference is found, whether one is found where there is none, its share and the interval's width."""
    crowd = Crowd(raters, options.lift)
    _, low, share, high = _preference(crowd, options, seed)
    by_chance, *_ = _preference(replace(crowd, lift=0.0), options, seed)
    return low > CHANCE, by_chance, share, high - low


def _preference(crowd: Crowd, options: PlanOptions, seed: int) -> tuple[bool, float, float, float]:
    """Whether the interval lies above chance, its lower end, the share, its upper end."""
    ratings = crowd.rate(options.each, options.points, np.random.default_rng(seed))
    found = preference(ratings, "best", "random", Resamples.of(ratings, _DRAWS))
    assert found is not None  # made-up participants rate every pair
    assert found.interval is not None
    return found.interval.low > CHANCE, found.interval.low, found.value, found.interval.high
