"""How rows and directions are called in tables, and in which order the rows stand."""

from __future__ import annotations

from benchmarks.sphere.rows import CONTRASTIVE, WEIGHTS
from benchmarks.sphere.summary import Summary

NAMES = {"none": "L_S only", "det": "det InfoNCE", "pcme": "PCME", "mpc": "MPC"}
SHORT = {"audio": "A", "image": "I", "text": "T"}


def table_names(summary: Summary) -> list[str]:
    order = [
        "none",
        *(f"{loss} {weight:g}" for loss in CONTRASTIVE for weight in (0.0, *WEIGHTS)),
        "det",
        "pcme",
        "mpc",
    ]
    return [name for name in order if name in summary.by_row]


def label(row: str) -> str:
    if row in NAMES:
        return NAMES[row]
    loss, _, weight = row.partition(" ")
    return f"L_C ({loss})" if weight == "0" else f"L_C ({loss}) + {weight} L_S"


def arrow(name: str) -> str:
    for long, short in SHORT.items():
        name = name.replace(long, short)
    return name.replace(" -> ", "→").replace("+", "&")
