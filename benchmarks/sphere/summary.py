"""The results of an experiment, from its folder: means and population deviations over seeds, and paired contrasts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.sphere.queries import DOUBLE, SINGLE
from benchmarks.sphere.run import rank_key, result_path
from emoretrieve.sphere.evaluation import Direction

Result = Mapping[str, Any]
DRAWS = 2_000
OWN_DISTANCE = {"pcme": "expected_square", "mpc": "density"}
"""Of the competitors, whose distributions have no expected likelihood on a sphere."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Over seeds."""

    value: float
    deviation: float
    seeds: int

    def shown(self, digits: int = 3) -> str:
        spread = f" ± {self.deviation:.{digits}f}" if self.seeds > 1 else ""
        return f"{self.value:.{digits}f}{spread}"


@dataclass(frozen=True, slots=True)
class Contrast:
    """How much higher the mean reciprocal rank of one way is than of another, with a 95 % interval over queries."""

    difference: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        return "higher" if self.low > 0 else "lower" if self.high < 0 else "no difference seen"

    def shown(self) -> str:
        return f"{self.difference:+.4f} [{self.low:+.4f}, {self.high:+.4f}]"


def distributional(row: str) -> str:
    """The distance that a row's distributions are compared by: the expected likelihood, or a competitor's own."""
    return OWN_DISTANCE.get(row, "elk")


class Summary:
    """All results of the folder of an experiment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about: Result = json.loads((folder / "about.json").read_text("utf-8"))
        clusters = folder / "clusters.npy"
        self._clusters = np.load(clusters) if clusters.exists() else None

    @cached_property
    def by_row(self) -> Mapping[str, Sequence[Result]]:
        """The results of each row, in the order of the seeds."""
        found: defaultdict[str, list[Result]] = defaultdict(list)
        for path in sorted((self.folder / "runs").glob("* seed *.json")):
            result = json.loads(path.read_text("utf-8"))
            found[result["row"]].append(result)
        return {row: sorted(results, key=lambda one: int(one["seed"])) for row, results in found.items()}

    def common_seeds(self, *rows: str) -> Collection[int]:
        """The seeds that all of these rows have: what is compared is compared by them."""
        return set.intersection(*({int(result["seed"]) for result in self.by_row[row]} for row in rows))

    @property
    def gallery(self) -> int:
        return int(self.about["sizes"]["test"])

    def mean(self, row: str, name: str, part: str | None = None) -> Mean:
        """Of a number of each result, or of its part (None: the mean over parts)."""
        return _mean([_number(result[name], part) for result in self.by_row[row]])

    def measure(
        self, row: str, direction: str, distance: str, composition: str = "-", measure: str = "mrr", side: str = "test"
    ) -> Mean:
        """Of `mrr`, `median_rank`, or `recall@K` as a share."""
        key = (side, direction, composition, distance)
        return _mean([_measure(_by_key(result)[key], measure) for result in self.by_row[row]])

    def average(
        self,
        row: str,
        directions: Sequence[Direction],
        distance: str,
        composition: str = "product",
        measure: str = "mrr",
        side: str = "test",
        seeds: Collection[int] | None = None,
    ) -> Mean:
        """The mean over directions, a seed at a time."""
        rows = []
        for result in self._results(row, seeds):
            measured = _by_key(result)
            keys = [(side, one.name, _composition(one, composition), distance) for one in directions]
            rows.append(float(np.mean([_measure(measured[key], measure) for key in keys])))
        return _mean(rows)

    def best_row(self, loss: str, weights: Sequence[float], distance: str) -> str:
        """The row with the highest mean MRR over all nine directions on the validation side: of L_C alone, or of a
        weight that is more than a limit towards it."""
        rows = [f"{loss} {weight:g}" for weight in (0.0, *weights) if weight == 0 or weight > 1e-6]
        there = [row for row in rows if row in self.by_row]
        seeds = self.common_seeds(*there)
        everything = (*SINGLE, *DOUBLE)
        return max(there, key=lambda row: self.average(row, everything, distance, side="validation", seeds=seeds).value)

    def reciprocal(
        self,
        row: str,
        directions: Sequence[Direction],
        distance: str,
        composition: str = "product",
        seeds: Collection[int] | None = None,
    ) -> npt.NDArray[np.float64]:
        """[test queries]: 1 / rank, averaged over directions and seeds."""
        found = []
        for result in self._results(row, seeds):
            with np.load(result_path(self.folder / "runs", row, int(result["seed"])).with_suffix(".npz")) as kept:
                found += [
                    1 / kept[rank_key(one.name, _composition(one, composition), distance)].astype(np.float64)
                    for one in directions
                ]
        return np.asarray(np.mean(found, axis=0))

    def _results(self, row: str, seeds: Collection[int] | None) -> list[Result]:
        return [result for result in self.by_row[row] if seeds is None or int(result["seed"]) in seeds]

    def contrast(self, first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> Contrast:
        """Of two ways to answer the same queries; drawn again by work where the items have works, else by item."""
        apart = first - second
        cluster = np.arange(len(apart))
        if self._clusters is not None:
            _, cluster = np.unique(self._clusters, return_inverse=True)
        sums, sizes = np.bincount(cluster, apart), np.bincount(cluster)
        draws = np.random.default_rng(0).integers(0, len(sums), (DRAWS, len(sums)))
        means = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)
        low, high = np.quantile(means, (0.025, 0.975))
        return Contrast(float(apart.mean()), float(low), float(high))


def _composition(direction: Direction, wanted: str) -> str:
    return "-" if len(direction.sources) == 1 else wanted


def _by_key(result: Result) -> Mapping[tuple[str, ...], Result]:
    return {(one["side"], one["direction"], one["composition"], one["distance"]): one for one in result["measures"]}


def _measure(measured: Result, name: str) -> float:
    if name.startswith("recall@"):
        return float(measured["recall"][(1, 5, 10, 15).index(int(name.partition("@")[2]))])
    return float(measured[name])


def _number(value: Any, part: str | None) -> float:  # as JSON has it
    if not isinstance(value, dict):
        return float(value)
    return float(np.mean(list(value.values()))) if part is None else float(value.get(part, np.nan))


def _mean(values: Sequence[float]) -> Mean:
    return Mean(float(np.mean(values)), float(np.std(values)), len(values))
