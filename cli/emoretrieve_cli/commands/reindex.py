"""`emoretrieve reindex`: the collection of an alias, built anew beside the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from emoretrieve_cli.failure import INTERRUPTED
from emoretrieve_cli.options import Common, PlaceCommand
from emoretrieve_cli.perception import colouring_options

if TYPE_CHECKING:
    from emoretrieve.perception import PerceptionChoice


@click.command("reindex", cls=PlaceCommand)
@click.argument("alias")
@click.option("--into", metavar="NAME", help="The new collection.  [default: the old name with the next number]")
@click.option("--recolour", is_flag=True, help="Map its captions to colours again, as `emoretrieve recolour` does.")
@click.option("--optimise", is_flag=True, help="Bring it into its quickest form, as `emoretrieve optimise` does.")
@colouring_options
@click.pass_obj
def command(
    common: Common, alias: str, into: str | None, recolour: bool, optimise: bool, perception: PerceptionChoice
) -> int:
    """Build the collection of an alias anew, verify it and switch.

    The old collection answers queries until the new one is complete, and stays: `emoretrieve alias back ALIAS` leads to
    it again. Nothing is described again.
    """
    if not recolour and (perception.mapper or perception.options):
        raise click.UsageError("Options of colours are for --recolour; add it, or leave them out.")
    from emoretrieve_cli.terminal.progress import progress_bar
    from emoretrieve_indexer.recolouring import RecolourSettings
    from emoretrieve_indexer.reindexing import ReindexSettings, reindex_alias

    settings = ReindexSettings(into, RecolourSettings(perception) if recolour else None, optimise)
    try:
        with progress_bar("building") as on_progress:
            done = reindex_alias(common.folder, alias, settings, on_progress, server=common.server)
    except KeyboardInterrupt:
        click.echo("Interrupted; run the same command again to go on.", err=True)
        return INTERRUPTED
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json(done.to_json())
    else:
        from emoretrieve_cli.terminal.moving import reindex_lines

        click.echo("\n".join(reindex_lines(done)))
    return 0
