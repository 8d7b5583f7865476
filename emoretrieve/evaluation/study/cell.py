"""One number of the study beside ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

_ROUNDING = 1e-9

Verdict: TypeAlias = Literal["same", "near", "differs", "no data", "not stated"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What is stated, what the published files say, and what follows from them."""

    column: str
    """Of a table of the paper; empty for a finding."""
    metric: str
    stated: str | None
    """As it is printed: in the paper, or for a finding in the study's README; None where nothing is stated."""
    files: float | None
    """In the published file of that statistic; None where there is none."""
    ours: float | None
    """Computed from descriptions, colours and single scores; None where the files do not allow it."""
    why: str = ""
    """Why the cell does not come out, or what else is to be known of it."""
    within: float = 0.0
    """How far ours may be away to be near, where drawing or another model makes a difference."""

    @property
    def decimals(self) -> int:
        """Of what is stated; where nothing is, none for a count, two from a hundred on, else four."""
        if self.stated is not None:
            return len(self.stated.partition(".")[2])
        if self.ours is not None and self.ours.is_integer():
            return 0
        return 4 if self.ours is None or abs(self.ours) < 100 else 2

    @property
    def verdict(self) -> Verdict:
        """Whether ours is what is stated."""
        if self.ours is None:
            return "no data"
        if self.stated is None:
            return "not stated"
        apart = abs(self.ours - float(self.stated))
        if apart <= 0.5 * 10**-self.decimals + _ROUNDING:
            return "same"
        return "near" if apart <= self.within + _ROUNDING else "differs"

    def text(self, value: float | None) -> str:
        """A value with as many decimals as what is stated; a dash for none."""
        return "–" if value is None else f"{value:.{self.decimals}f}"

    def to_json(self) -> dict[str, object]:
        """As `reproduce --json` prints it."""
        return {
            "column": self.column,
            "metric": self.metric,
            "stated": self.stated,
            "files": self.files,
            "ours": self.ours,
            "verdict": self.verdict,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the paper, or some findings that belong together."""

    title: str
    cells: tuple[Cell, ...]

    def to_json(self) -> dict[str, object]:
        return {"title": self.title, "cells": [cell.to_json() for cell in self.cells]}
