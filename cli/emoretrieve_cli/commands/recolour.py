"""`emoretrieve recolour`: the captions of a collection, mapped to colours again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from emoretrieve_cli.failure import FAILED, INTERRUPTED, SOME_FAILED
from emoretrieve_cli.options import Common, HolderCommand
from emoretrieve_cli.perception import colouring_options

if TYPE_CHECKING:
    from emoretrieve.perception import PerceptionChoice
    from emoretrieve_indexer.recolouring import RecolourReport


@click.command("recolour", cls=HolderCommand)
@click.option("--into", metavar="NAME", help="Leave the collection as it is and write to this one.")
@click.option("--retry-failed", is_flag=True, help="Ask models again about captions that they could not colour.")
@colouring_options
@click.pass_obj
def command(common: Common, into: str | None, retry_failed: bool, perception: PerceptionChoice) -> int:
    """Map the captions of a collection to colours again.

    With another mapper, another model or another readout; nothing is described again. What is not said stays as it was.
    If some captions cannot be coloured, nothing is changed; with --into, the other items are written.
    """
    if into == common.collection_name:
        raise click.UsageError("--into names the collection itself; leave it out to recolour in place.")
    from emoretrieve_cli.terminal.progress import progress_bar
    from emoretrieve_indexer.recolouring import RecolourSettings, recolour

    settings = RecolourSettings(perception, into, retry_failed)
    try:
        with progress_bar("colouring") as on_progress:
            report = recolour(common.folder, common.collection_name, settings, on_progress, server=common.server)
    except KeyboardInterrupt:
        click.echo("Interrupted; run the same command again to go on.", err=True)
        return INTERRUPTED
    _print(report, as_json=common.as_json)
    if not report.failed:
        return 0
    return FAILED if into is None else SOME_FAILED


def _print(report: RecolourReport, *, as_json: bool) -> None:
    if as_json:
        from emoretrieve_cli.output import print_json

        print_json(report.to_json())
        return
    from emoretrieve_cli.terminal.report import recolour_lines

    click.echo("\n".join(recolour_lines(report)))
