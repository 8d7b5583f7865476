"""What a run of the indexer did, as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emoretrieve_cli.terminal.text import hanging, printable

if TYPE_CHECKING:
    from emoretrieve_indexer import IndexReport


def report_lines(report: IndexReport, *, dry_run: bool = False) -> list[str]:
    """One line of counts, then every failure with its reason."""
    would = "would be " if dry_run else ""
    counts = [
        f"{report.indexed} {would}indexed",
        f"{report.unchanged} unchanged",
        *([f"{report.removed} {would}removed"] if report.removed else []),
        *([f"{report.skipped} skipped"] if report.skipped else []),
        *([f"{len(report.failed)} failed"] if report.failed else []),
    ]
    lines = [f"{', '.join(counts)} in {report.seconds:.1f} s."]
    for failure in report.failed:
        lines += [f"  {printable(failure.path)}", *hanging(printable(failure.error), 4, 4)]
    return lines
