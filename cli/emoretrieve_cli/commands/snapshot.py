"""`emoretrieve snapshot`: the state of a collection, to go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from emoretrieve_cli.options import Common, HolderCommand
from emoretrieve_cli.output import print_json

if TYPE_CHECKING:
    from emoretrieve.store.snapshots import Snapshot


@click.group("snapshot")
def command() -> None:
    """Keep the state of a collection, and go back to it."""


@command.command("create", cls=HolderCommand)
@click.pass_obj
def create(common: Common) -> None:
    """Make a snapshot of a collection.

    Other processes wait until it is written.
    """
    snapshot = common.place.snapshots.create(common.place.resolve(common.collection_name))
    if common.as_json:
        print_json(snapshot.to_json())
    else:
        click.echo(_line(snapshot))


@command.command("list", cls=HolderCommand)
@click.pass_obj
def list_snapshots(common: Common) -> None:
    """Show the snapshots; without --collection those of all collections."""
    snapshots = common.place.snapshots
    names = [common.place.resolve(common.collection)] if common.collection else snapshots.collections()
    found = [snapshot for name in names for snapshot in snapshots.known(name)]
    if common.as_json:
        print_json({"snapshots": [snapshot.to_json() for snapshot in found]})
        return
    for snapshot in found:
        click.echo(_line(snapshot))
    if not found:
        click.echo("There is no snapshot; 'emoretrieve snapshot create' makes one.")


@command.command("restore", cls=HolderCommand)
@click.argument("snapshot")
@click.option("--as", "name", metavar="NAME", help="Restore it under this name.  [default: the name it had]")
@click.option("--replace", is_flag=True, help="Let it take the place of the collection of that name.")
@click.pass_obj
def restore(common: Common, snapshot: str, name: str | None, replace: bool) -> None:
    """Go back to SNAPSHOT, one of the collection.

    It is verified first: what is damaged changes nothing. A collection is replaced at once or not at all.
    """
    from emoretrieve.store.snapshots import find

    place = common.place
    collection = place.resolve(common.collection_name)
    into = place.resolve(name or collection)
    count = place.snapshots.restore(find(place.snapshots, collection, snapshot), into, replace=replace)
    if common.as_json:
        print_json({"restored": count, "collection": into})
    else:
        click.echo(f"The collection '{into}' is restored with {count} {'item' if count == 1 else 'items'}.")


@command.command("delete", cls=HolderCommand)
@click.argument("snapshot")
@click.pass_obj
def delete(common: Common, snapshot: str) -> None:
    """Remove SNAPSHOT, one of the collection."""
    from emoretrieve.store.snapshots import find

    snapshots = common.place.snapshots
    snapshots.delete(find(snapshots, common.place.resolve(common.collection_name), snapshot))
    if common.as_json:
        print_json({"deleted_snapshot": snapshot})
    else:
        click.echo(f"The snapshot '{snapshot}' is removed.")


def _line(snapshot: Snapshot) -> str:
    from emoretrieve_cli.terminal.text import printable, size

    items = "" if snapshot.items is None else f", {snapshot.items} items"
    return f"{printable(snapshot.name)}: '{snapshot.collection}'{items}, {size(snapshot.size)}"
