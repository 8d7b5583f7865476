"""Numbers as a table that can be printed, written as Markdown, or drawn elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emoretrieve.evaluation.interval import Interval

UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class ResultTable:
    """A title, the names of the columns (the first column names the rows), rows as texts, and how to read them."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str

    def to_markdown(self) -> str:
        """The table in GitHub's Markdown, numbers aligned to the right."""
        lines = [
            f"## {self.title}",
            "",
            _markdown_row(self.columns),
            _markdown_row(["---", *["---:"] * (len(self.columns) - 1)]),
            *map(_markdown_row, self.rows),
            "",
            self.note,
        ]
        return "\n".join(lines) + "\n"


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def number(value: float | None, decimals: int = 4) -> str:
    """A number of so many decimals; a dash for none."""
    return UNKNOWN if value is None else f"{value:.{decimals}f}"


def interval_text(interval: Interval | None, decimals: int = 4) -> str:
    """Such as `0.9135 to 0.9285`."""
    if interval is None:
        return UNKNOWN
    return f"{number(interval.low, decimals)} to {number(interval.high, decimals)}"
