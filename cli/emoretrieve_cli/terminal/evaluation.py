"""Tables of an evaluation as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from emoretrieve.evaluation.result_table import ResultTable
from emoretrieve_cli.terminal.swatch import faint, strong
from emoretrieve_cli.terminal.text import hanging, printable


def evaluation_lines(tables: Iterable[ResultTable]) -> list[str]:
    """All tables, each with its note, an empty line between them."""
    lines: list[str] = []
    for table in tables:
        lines += [*([""] if lines else []), *_table_lines(table)]
    return lines


def _table_lines(table: ResultTable) -> list[str]:
    rows = [[printable(cell) for cell in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(table.columns, *rows, strict=True)]
    return [
        strong(table.title),
        faint(f"  {_line(table.columns, widths)}"),
        *(f"  {_line(row, widths)}" for row in rows),
        *(faint(line) for line in hanging(table.note, 2, 2)),
    ]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """The first cell to the left, the others to the right."""
    first, *others = (
        cell.ljust(width) if place == 0 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([first, *others]).rstrip()
