"""How far a mean could lie elsewhere with other items of the same kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from emoretrieve.emotion.vectors import Floats

LEVEL = 0.95
RESAMPLES = 9_999
_SEED = 20_240_605
_AT_ONCE = 500
"""Resamples in memory at a time."""
_CELLS = 20_000_000
"""Numbers that are drawn, at most: fewer resamples of more than 2,000 values."""
_EQUAL = 1e-9
"""Values this close are equal but for rounding."""
_CORRECTED = 2_000
"""Up to so many values the interval is corrected: beyond that there is no skew left to correct."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Of a mean, at the level `LEVEL`."""

    low: float
    high: float

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def mean_interval(values: Floats) -> Interval | None:
    """The bootstrap confidence interval of the mean of at least two values, each of which is an item or a pair.

    Values are drawn again with replacement. Bias-corrected and accelerated (Efron 1987, "Better bootstrap confidence
    intervals") for up to 2,000 values, beyond that plain percentiles; by `scipy.stats.bootstrap` with a fixed seed.
    None for fewer than two values; a point where all are equal.
    """
    if len(values) < 2:
        return None
    if np.ptp(values) <= _EQUAL * max(1.0, float(np.abs(values).max())):
        return Interval(float(values[0]), float(values[0]))
    from scipy.stats import bootstrap

    resamples = max(1_000, min(RESAMPLES, _CELLS // len(values)))
    found = bootstrap(
        (values,),
        np.mean,
        n_resamples=resamples,
        batch=min(resamples, _AT_ONCE),
        confidence_level=LEVEL,
        method="BCa" if len(values) <= _CORRECTED else "percentile",
        random_state=np.random.default_rng(_SEED),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def class_interval(classes: Sequence[Floats]) -> Interval | None:
    """The same of the mean of the means of classes: the values of each class are drawn again, the classes stay.

    Plain percentiles. None where no class holds more than one value: then nothing can be drawn again.
    """
    if all(len(values) < 2 for values in classes):
        return None
    random = np.random.default_rng(_SEED)
    resamples = max(1_000, min(RESAMPLES, _CELLS // sum(map(len, classes))))
    means = np.mean([_drawn_means(values, resamples, random) for values in classes], axis=0)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))


def _drawn_means(values: Floats, resamples: int, random: np.random.Generator) -> Floats:
    """(resamples,) means of the values drawn again."""
    sizes = [min(_AT_ONCE, resamples - start) for start in range(0, resamples, _AT_ONCE)]
    return np.concatenate([random.choice(values, (size, len(values))).mean(axis=1) for size in sizes])
