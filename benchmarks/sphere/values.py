"""Every measure of every direction as a CSV: means over seeds, with their population deviations."""

from __future__ import annotations

import csv
from pathlib import Path

from benchmarks.sphere.labels import table_names
from benchmarks.sphere.queries import DOUBLE, SINGLE
from benchmarks.sphere.summary import Summary, distributional

MEASURES = ("mrr", "recall@1", "recall@5", "recall@10", "recall@15", "median_rank")


def values_name(summary: Summary) -> str:
    """The name of its file."""
    return f"sphere_{str(summary.about['title']).lower().replace(' ', '_').replace('-', '_')}.csv"


def write_values(summary: Summary, path: Path) -> None:
    """Rows by the distance of their distributions and by the cosine; two modalities as products."""
    columns = [column for measure in MEASURES for column in (measure, f"{measure} sd")]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["row", "seeds", "direction", "distance", *columns])
        for row in table_names(summary):
            for direction in (*SINGLE, *DOUBLE):
                for distance in dict.fromkeys((distributional(row), "cos")):
                    seeds, values = _values(summary, row, direction.name, distance, len(direction.sources) > 1)
                    writer.writerow([row, seeds, direction.name, distance, *values])


def _values(summary: Summary, row: str, direction: str, distance: str, two: bool) -> tuple[int, list[str]]:
    composition = "product" if two else "-"
    means = [summary.measure(row, direction, distance, composition, measure) for measure in MEASURES]
    return means[0].seeds, [f"{number:.4g}" for mean in means for number in (mean.value, mean.deviation)]
