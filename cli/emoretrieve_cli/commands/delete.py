"""`emoretrieve delete`: remove items from a collection."""

from __future__ import annotations

import sys

import click

from emoretrieve_cli.failure import FAILED
from emoretrieve_cli.options import Command, Common


@click.command("delete", cls=Command)
@click.argument("items", nargs=-1, required=True, metavar="FILE|ID...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(common: Common, items: tuple[str, ...], yes: bool) -> int:
    """Remove items from a collection.

    Their files are left alone.
    """
    if not yes and not _confirmed(len(items)):
        click.echo("Nothing was removed.", err=True)
        return FAILED
    with common.open_library() as library:
        count = library.delete(items)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"deleted": count})
    else:
        click.echo(f"{count} {'item' if count == 1 else 'items'} removed.")
    return 0


def _confirmed(count: int) -> bool:
    if not sys.stdin.isatty():
        raise click.UsageError("There is no terminal to ask in: say --yes to remove items without being asked.")
    what = "this item" if count == 1 else f"these {count} items"
    return click.confirm(f"Remove {what} from the collection?", err=True)
