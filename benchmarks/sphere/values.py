"""Every measure of every direction, a line each."""

from __future__ import annotations

import csv
from pathlib import Path

from benchmarks.sphere.labels import table_names
from benchmarks.sphere.summary import Summary


def write_values(summary: Summary, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ["row", "seed", "direction", "composition", "distance", "mrr", "r1", "r5", "r10", "r15", "median_rank"]
        )
        for row in table_names(summary):
            for result in summary.by_row[row]:
                for one in result["measures"]:
                    if one["side"] == "test":
                        recall = [f"{share:.4f}" for share in one["recall"]]
                        writer.writerow(
                            [
                                row,
                                result["seed"],
                                one["direction"],
                                one["composition"],
                                one["distance"],
                                f"{one['mrr']:.4f}",
                                *recall,
                                f"{one['median_rank']:g}",
                            ]
                        )
