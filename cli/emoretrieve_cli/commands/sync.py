"""`emoretrieve sync`: a collection at another place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from emoretrieve_cli.failure import INTERRUPTED
from emoretrieve_cli.options import Common, HolderCommand, server_settings

if TYPE_CHECKING:
    from emoretrieve.exchange.sync import SyncReport, SyncSettings
    from emoretrieve.store.place import Place


@click.command("sync", cls=HolderCommand)
@click.option(
    "--to", metavar="URL|DIR", help="The Qdrant server or the data folder to take it to.  [default: the same]"
)
@click.option(
    "--to-option",
    "to_options",
    multiple=True,
    metavar="KEY=VALUE",
    help="An option of the server that --to names, as --qdrant-option is of that which has the collection. Repeatable.",
)
@click.option("--as", "name", metavar="NAME", help="What to call it there.  [default: as it is called here]")
@click.option("--prune", is_flag=True, help="Remove from the other collection what this one does not hold.")
@click.option("--dry-run", is_flag=True, help="Only count what would be sent.")
@click.pass_obj
def command(
    common: Common, to: str | None, to_options: tuple[str, ...], name: str | None, prune: bool, dry_run: bool
) -> int:
    """Take a collection to another place, and verify it.

    Nothing is described again. What is there already with equal content is not sent again, so that a run that broke off
    goes on when it is run again. At the end every item and a sample of the vectors are compared.
    """
    if to is None and name is None:
        raise click.UsageError("Name another place with --to, or another collection with --as.")
    from emoretrieve.exchange.sync import SyncSettings

    try:
        report = _sync(common, _place(common, to, to_options), name, SyncSettings(prune, dry_run))
    except KeyboardInterrupt:
        click.echo("Interrupted; run the same command again to go on.", err=True)
        return INTERRUPTED
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json(report.to_json())
    else:
        from emoretrieve_cli.terminal.moving import sync_lines

        click.echo("\n".join(sync_lines(report)))
    return 0


def _place(common: Common, to: str | None, options: tuple[str, ...]) -> Place:
    """What `--to` means: a server by its URL, else a data folder."""
    from emoretrieve.store.place import EmbeddedPlace, place_of

    if to is not None and to.startswith(("http://", "https://")):
        return place_of(common.folder, server_settings(to, options, "--to-option"))
    if to is not None and "://" in to:
        raise click.UsageError("The URL of a Qdrant server begins with http:// or https://.")
    if options:
        raise click.UsageError("--to-option is of a Qdrant server; name one with --to URL.")
    return common.place if to is None else EmbeddedPlace(Path(to))


def _sync(common: Common, target: Place, name: str | None, settings: SyncSettings) -> SyncReport:
    from emoretrieve.exchange.sync import Route, sync
    from emoretrieve_cli.terminal.progress import counting_bar

    collection = common.collection_name
    with counting_bar("sending") as on_progress:
        return sync(Route(common.place, collection, target, name or collection), settings, on_progress)
