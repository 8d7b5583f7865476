"""`emoretrieve delete`: remove items from a collection."""

from __future__ import annotations

import sys

import click

from emoretrieve_cli.failure import FAILED
from emoretrieve_cli.options import Command, Common
from emoretrieve_cli.output import print_json


@click.command("delete", cls=Command)
@click.argument("items", nargs=-1, metavar="[FILE|ID]...")
@click.option("--all", "everything", is_flag=True, help="Remove the whole collection, also one that is damaged.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(common: Common, items: tuple[str, ...], everything: bool, yes: bool) -> int:
    """Remove items from a collection, or all of it.

    The pictures and songs themselves are left alone.
    """
    if bool(items) == everything:
        raise click.UsageError("Name files or ids, or say --all.")
    if everything and common.running is not None:
        raise click.UsageError("A server keeps its collections; for --all stop it, and leave out --server.")
    if not yes and not _confirmed(_question(common, len(items))):
        click.echo("Nothing was removed.", err=True)
        return FAILED
    if everything:
        _delete_collection(common)
    else:
        _delete_items(common, items)
    return 0


def _question(common: Common, count: int) -> str:
    if not count:
        return f"Remove the collection '{common.collection_name}' with all its items?"
    return f"Remove {'this item' if count == 1 else f'these {count} items'} from the collection?"


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise click.UsageError("There is no terminal to ask in: say --yes to remove without being asked.")
    return click.confirm(question, err=True)


def _delete_items(common: Common, items: tuple[str, ...]) -> None:
    with common.open_library() as library:
        count = library.delete(items)
    if common.as_json:
        print_json({"deleted": count})
    else:
        click.echo(f"{count} {'item' if count == 1 else 'items'} removed.")


def _delete_collection(common: Common) -> None:
    common.place.delete(common.collection_name)
    if common.as_json:
        print_json({"deleted_collection": common.collection_name})
    else:
        click.echo(f"The collection '{common.collection_name}' is removed.")
