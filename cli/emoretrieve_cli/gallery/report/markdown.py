"""The report as Markdown: what the page says in words and tables, without its pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from emoretrieve import __version__
from emoretrieve.report.gathering import Report
from emoretrieve.report.shown_pairs import ShownPair
from emoretrieve.report.tables import report_tables
from emoretrieve_cli.gallery.exhibit import item_name
from emoretrieve_cli.gallery.report.words import (
    Passage,
    below_text,
    chance_passage,
    directions_passage,
    facts,
    map_passage,
    pairs_passages,
    sides,
)
from emoretrieve_cli.output_file import REPORT_MARK, is_report, write_text
from emoretrieve_cli.terminal.text import printable

_HEADER = "| | song | picture | score | pairs that score less |\n| ---: | --- | --- | ---: | ---: |"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")


def write_report_markdown(report: Report, file: Path, title: str | None = None) -> None:
    """Write it whole or not at all, in the place of nothing but another one; SourceError (`not_writable`)."""
    write_text(render_markdown(report, title), file, is_report, "report in Markdown")


def render_markdown(report: Report, title: str | None = None) -> str:
    """The text."""
    best, worst = pairs_passages(report)
    blocks = [
        REPORT_MARK,
        f"# {escaped(printable(title or report.about.name))}",
        f"{sides(report.about)}. Made by emoretrieve {__version__}.",
        "\n".join(f"- {escaped(word)}: {escaped(value)}" for word, value in facts(report.about)),
        *(block for one in (map_passage, directions_passage, chance_passage) for block in _passage(one(report))),
    ]
    for passage, shown in ((best, report.shown.best), (worst, report.shown.worst)):
        blocks += [*_passage(passage), _pairs(shown)] if shown else []
    blocks += [table.to_markdown().strip() for table in report_tables(report)]
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """Text that means itself in Markdown, also in a table."""
    return _SPECIAL.sub(r"\\\1", text)


def _passage(passage: Passage) -> Iterator[str]:
    yield f"## {escaped(passage.title)}"
    yield from map(escaped, passage.paragraphs)
    if passage.notes:
        yield "\n".join(f"- {escaped(note)}" for note in passage.notes)


def _pairs(shown: Sequence[ShownPair]) -> str:
    rows = [
        [
            str(one.pair.rank),
            escaped(item_name(one.pair.source)),
            escaped(item_name(one.pair.target)),
            f"{one.pair.score:.4f}",
            below_text(one.below),
        ]
        for one in shown
    ]
    return "\n".join([_HEADER, *(f"| {' | '.join(row)} |" for row in rows)])
