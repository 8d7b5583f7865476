"""`emoretrieve report`: a collection as a page, for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from emoretrieve_cli.evaluating import Evaluating, evaluating_options, exit_code
from emoretrieve_cli.options import Command, Common

if TYPE_CHECKING:
    from emoretrieve.report.gathering import Report

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("report", cls=Command)
@click.option("--html", type=_FILE, help="Write the report to this file as one page (extra: report).")
@click.option("--markdown", type=_FILE, help="Write its words and tables to this file.")
@click.option("--title", metavar="TEXT", help="What stands on top.  [default: the collection's name]")
@click.option(
    "--pairs",
    type=click.IntRange(0, 50),
    default=4,
    show_default=True,
    metavar="N",
    help="Show the N best and the N worst pairs.",
)
@evaluating_options
@click.pass_obj
def command(
    common: Common, html: Path | None, markdown: Path | None, title: str | None, pairs: int, evaluating: Evaluating
) -> int:
    """Write a collection up for people: map, pairs, chance, tables.

    What the collection is, where its items lie between the emotions, how scores spread beside chance, the best and the
    worst pairs to look at and listen to, and every table of `evaluate`, whose options it takes (docs/report.md). The
    page holds its pictures and sounds, and opens anywhere without a network.
    """
    from emoretrieve.report.gathering import ReportOptions

    _check(html, markdown)
    options = ReportOptions(evaluating.options, pairs)
    with evaluating.opened(common) as (library, other, on_progress):
        report = library.report(options, other, on_progress)
        _write(report, html, markdown, title)
    _print(common, report, [file for file in (html, markdown) if file is not None])
    return exit_code(report.evaluation)


def _check(html: Path | None, markdown: Path | None) -> None:
    """See before anything is computed that the files can be written."""
    from emoretrieve_cli.gallery.report.charts import require_charts
    from emoretrieve_cli.output_file import check_apart, check_place, is_page, is_report

    if html is None and markdown is None:
        raise click.UsageError("Say where the report goes: --html FILE, --markdown FILE, or both.")
    check_apart(("--html", html), ("--markdown", markdown))
    if html is not None:
        require_charts()
        check_place(html, is_page, "HTML page")
    if markdown is not None:
        check_place(markdown, is_report, "report in Markdown")


def _write(report: Report, html: Path | None, markdown: Path | None, title: str | None) -> None:
    if html is not None:
        from emoretrieve_cli.gallery.page import write_page
        from emoretrieve_cli.gallery.report.page import render_report

        write_page(render_report(report, title), html)
    if markdown is not None:
        from emoretrieve_cli.gallery.report.markdown import write_report_markdown

        write_report_markdown(report, markdown, title)


def _print(common: Common, report: Report, files: list[Path]) -> None:
    sizes = {file: file.stat().st_size for file in files}
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json(
            {
                "files": [{"file": str(file), "bytes": size} for file, size in sizes.items()],
                "items": {modality: kind.items for modality, kind in report.about.kinds.items()},
                "pairs_shown": len(report.shown.best) + len(report.shown.worst),
                "evaluated": report.evaluation is not None,
            }
        )
        return
    from emoretrieve_cli.terminal.text import printable, size

    for file, count in sizes.items():
        click.echo(f"{printable(str(file))}  {size(count)}")
