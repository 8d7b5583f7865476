"""All runs of an experiment: first a whole table of one seed, then the other seeds of the rows that claims need."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.sphere.material import Material
from benchmarks.sphere.rows import Protocol, Row, grid_rows, table_rows
from benchmarks.sphere.run import run

REDUCED_ROWS = ("none", "elk 0", "elk 1", "mcinfonce 0", "mcinfonce 1", "elk 1e-12", "elk 100", "det", "pcme", "mpc")
RERANKED = ("none", "elk 0", "elk 1", "mcinfonce 0", "mcinfonce 1")
"""Rows of which the first seed is also scored by SSW."""
CLAIMED = (0.0, 1.0)
"""Values of lambda that the main claim is about: these come before the others."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    results: Path
    reduced: bool
    grid: bool
    only: tuple[str, ...]
    seeds: int | None


def options(title: str, arguments: Sequence[str] | None = None) -> Options:
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument(
        "results", type=Path, metavar="RESULTS", help="folder of what is made; what it has is not made again"
    )
    parser.add_argument("--reduced", action="store_true", help="small sizes and few rows: a minute or two")
    parser.add_argument("--grid", action="store_true", help="the grid of other conditions instead of the table")
    parser.add_argument(
        "--only", action="append", default=[], metavar="ROW", help="this row only, such as 'elk 1'; repeatable"
    )
    parser.add_argument("--seeds", type=int, help="how many seeds; otherwise 3, of the grid 2, reduced 1")
    found = parser.parse_args(arguments)
    return Options(found.results, found.reduced, found.grid, tuple(found.only), found.seeds)


def conduct(material: Material, chosen: Options, protocol: Protocol, title: str, sources: str) -> None:
    """Make what is missing of the results; `sources` says what the material is."""
    import torch

    torch.set_num_threads(1)
    chosen.results.mkdir(parents=True, exist_ok=True)
    _describe(material, chosen.results, protocol, title, sources)
    rows = _rows(chosen)
    seeds = chosen.seeds or (protocol.grid_seeds if chosen.grid else protocol.seeds)
    print(f"{title}: {material.sizes()}; {len(rows)} rows, {seeds} seeds", flush=True)
    for seed, row in sorted(product(range(seeds), rows), key=_place):
        rerank = seed == 0 and row.name in RERANKED
        run(material, row, protocol, seed, chosen.results / "runs", rerank)


def _place(one: tuple[int, Row]) -> tuple[bool, bool, int]:
    seed, row = one
    return seed > 0, row.weight not in CLAIMED, seed


def _rows(chosen: Options) -> list[Row]:
    rows = grid_rows() if chosen.grid else table_rows()
    if chosen.reduced:
        rows = [row for row in rows if row.name in REDUCED_ROWS] if not chosen.grid else rows[:4]
    unknown = set(chosen.only) - {row.name for row in rows}
    if unknown:
        raise SystemExit(
            f"There are no rows called {sorted(unknown)}; there are {', '.join(row.name for row in rows)}."
        )
    return [row for row in rows if not chosen.only or row.name in chosen.only]


def _describe(material: Material, folder: Path, protocol: Protocol, title: str, sources: str) -> None:
    """Keep what the tables say above their numbers."""
    about = {
        "title": title,
        "sources": sources,
        "sizes": {side: len(places) for side, places in material.sides.items()},
        "widths": {modality: rows.shape[1] for modality, rows in material.features.items()},
        "protocol": asdict(protocol),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, one thread",
    }
    if "group" in material.logged:
        np.save(folder / "clusters.npy", material.logged["group"][material.sides["test"]])
    (folder / "about.json").write_text(json.dumps(about, indent=1, ensure_ascii=False), "utf-8")
