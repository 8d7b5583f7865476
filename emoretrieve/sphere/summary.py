"""One model or several of different seeds in numbers and in rows of a table: means, and population deviations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from emoretrieve.sphere.evaluation import ModelEvaluation, Ranked
from emoretrieve.sphere.ranks import DEPTHS, Retrieval

RECALLS = tuple(f"recall_at_{depth}" for depth in DEPTHS)
COLUMNS = ("", "distance", "gallery", "MRR", *(f"R@{depth} %" for depth in DEPTHS), "median rank")
"""Of `table_rows`."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A measure over models."""

    mean: float
    sd: float
    """Of the models there are (population deviation); 0 for one."""


@dataclass(frozen=True, slots=True)
class Averaged:
    """One row of the table, over models of different seeds."""

    direction: str
    distance: str
    composition: str | None
    gallery: int
    measures: Mapping[str, Spread]
    """`mrr`, `recall_at_1` .. `recall_at_15`, `median_rank`."""
    chance: Mapping[str, float]
    """The same of a random order."""

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def averaged(evaluations: Sequence[ModelEvaluation]) -> list[Averaged]:
    """Row by row; the evaluations are of the same items with the same options."""
    return [_averaged(rows) for rows in zip(*(one.ranked for one in evaluations), strict=True)]


def summary_json(evaluations: Sequence[ModelEvaluation]) -> dict[str, object]:
    """What `emoretrieve sphere evaluate --json` prints."""
    return {
        "models": len(evaluations),
        "items": evaluations[0].items,
        "results": [row.to_json() for row in averaged(evaluations)],
        "kappa": [{modality: asdict(numbers) for modality, numbers in one.kappa.items()} for one in evaluations],
        "pairs": [[asdict(pair) for pair in one.pairs] for one in evaluations],
    }


def table_rows(evaluations: Sequence[ModelEvaluation]) -> list[list[str]]:
    """Rows under `COLUMNS`, each gallery's chance before the first that has it."""
    rows: list[list[str]] = []
    galleries: set[int] = set()
    for row in averaged(evaluations):
        if row.gallery not in galleries:
            galleries.add(row.gallery)
            level = {name: Spread(value, 0.0) for name, value in row.chance.items()}
            rows.append(["chance", "", str(row.gallery), *_cells(level, 1)])
        name = f"{row.direction} ({row.composition})" if row.composition else row.direction
        rows.append([name, row.distance, str(row.gallery), *_cells(row.measures, len(evaluations))])
    return rows


def _averaged(rows: Sequence[Ranked]) -> Averaged:
    first = rows[0]
    each = [measures(row.retrieval) for row in rows]
    spreads = {name: _spread([one[name] for one in each]) for name in each[0]}
    return Averaged(
        first.direction.name, first.distance, first.composition, first.gallery, spreads, measures(first.chance)
    )


def measures(retrieval: Retrieval) -> dict[str, float]:
    """The measures by the names that JSON has."""
    return {
        "mrr": retrieval.mrr,
        **dict(zip(RECALLS, retrieval.recall, strict=True)),
        "median_rank": retrieval.median_rank,
    }


def _spread(values: Sequence[float]) -> Spread:
    return Spread(float(np.mean(values)), float(np.std(values)))


def _cells(spreads: Mapping[str, Spread], models: int) -> list[str]:
    return [
        _cell(spreads["mrr"], 4, 1, models),
        *(_cell(spreads[name], 2, 100, models) for name in RECALLS),
        _cell(spreads["median_rank"], 1, 1, models),
    ]


def _cell(spread: Spread, decimals: int, scale: int, models: int) -> str:
    mean = f"{spread.mean * scale:.{decimals}f}"
    return f"{mean} ± {spread.sd * scale:.{decimals}f}" if models > 1 else mean
