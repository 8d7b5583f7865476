"""The study and ours as lines of text: a table for each of the paper's, then the findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from emoretrieve.evaluation.study.cell import Cell, Section
from emoretrieve.evaluation.study.reproduction import NOT_IN_THE_FILES, Reproduction
from emoretrieve_cli.terminal.swatch import faint, strong
from emoretrieve_cli.terminal.text import hanging


def reproduction_lines(reproduction: Reproduction) -> list[str]:
    """Everything, and a summary at the end."""
    lines = []
    for section in reproduction.tables:
        lines += [*_table(section), ""]
    for section in reproduction.findings:
        lines += [*_findings(section), ""]
    lines.append(strong("Not in the files"))
    lines += [line for text in NOT_IN_THE_FILES for line in hanging(text, 2, 4)]
    return [*lines, "", *_summary(reproduction)]


class _Reasons:
    """The reasons of a section, numbered as they come."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def verdict(self, cell: Cell) -> str:
        """What became of the cell, with the number of its reason."""
        if not cell.why:
            return cell.verdict
        if cell.why not in self._texts:
            self._texts.append(cell.why)
        number = self._texts.index(cell.why) + 1
        return f"{cell.verdict} [{number}]"

    def lines(self) -> Iterator[str]:
        for number, text in enumerate(self._texts, start=1):
            yield from (faint(line) for line in hanging(f"[{number}] {text}", 2, 6))


def _table(section: Section) -> list[str]:
    reasons = _Reasons()
    lines = [strong(section.title)]
    for column, cells in groupby(section.cells, key=lambda cell: cell.column):
        lines.append(faint(f"  {column:<30}{'paper':>10}{'files':>10}{'ours':>10}"))
        lines += [_table_line(cell, reasons) for cell in cells]
    return [*lines, *reasons.lines()]


def _table_line(cell: Cell, reasons: _Reasons) -> str:
    values = f"{cell.stated:>10}{cell.text(cell.files):>10}{cell.text(cell.ours):>10}"
    return f"  {cell.metric:<30}{values}  {reasons.verdict(cell)}"


def _findings(section: Section) -> list[str]:
    reasons = _Reasons()
    lines = [strong(section.title), faint(f"  {'':<46}{'stated':>8}{'ours':>8}")]
    for cell in section.cells:
        values = f"{cell.stated or '–':>8}{cell.text(cell.ours):>8}"
        lines.append(f"  {cell.metric:<46}{values}  {reasons.verdict(cell)}")
    return [*lines, *reasons.lines()]


def _summary(reproduction: Reproduction) -> list[str]:
    stated = [cell for cell in reproduction.cells if cell.stated is not None]
    same, near, differing, lacking = (_count(stated, verdict) for verdict in ("same", "near", "differs", "no data"))
    text = (
        f"{reproduction.pairs} of the {reproduction.published} published pairs come out. Of {len(stated)} numbers that "
        f"are stated {same} are the same, {near} near, {differing} differ, and {lacking} cannot be computed from the "
        "files."
    )
    return hanging(text, 0, 0)


def _count(cells: Sequence[Cell], verdict: str) -> int:
    return sum(cell.verdict == verdict for cell in cells)
