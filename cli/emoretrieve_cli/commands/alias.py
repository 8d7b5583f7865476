"""`emoretrieve alias`: other names of collections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from emoretrieve_cli.options import Common, PlaceCommand

if TYPE_CHECKING:
    from emoretrieve.store.aliases import Alias


@click.group("alias")
def command() -> None:
    """Give collections other names, and switch them.

    Every command takes an alias where it takes a collection. It can be switched to another collection in one step, and
    back: whoever asks by the alias gets all of the one or all of the other.
    """


@command.command("list", cls=PlaceCommand)
@click.pass_obj
def list_aliases(common: Common) -> None:
    """Show the aliases and where they lead."""
    aliases = sorted(common.place.aliases().values(), key=lambda alias: alias.name)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"aliases": [alias.to_json() for alias in aliases]})
        return
    for alias in aliases:
        click.echo(_line(alias))
    if not aliases:
        click.echo("There is no alias; 'emoretrieve alias set NAME COLLECTION' makes one.")


@command.command("set", cls=PlaceCommand)
@click.argument("name")
@click.argument("collection")
@click.pass_obj
def set_alias(common: Common, name: str, collection: str) -> None:
    """Let the alias NAME lead to COLLECTION.

    It is made if there is none. The collection is opened first, to see that it can be.
    """
    _show(common, common.place.set_alias(name, collection))


@command.command("back", cls=PlaceCommand)
@click.argument("name")
@click.pass_obj
def switch_back(common: Common, name: str) -> None:
    """Let the alias NAME lead where it led before."""
    _show(common, common.place.switch_back(name))


@command.command("delete", cls=PlaceCommand)
@click.argument("name")
@click.pass_obj
def delete_alias(common: Common, name: str) -> None:
    """Remove the alias NAME. Its collection stays."""
    alias = common.place.delete_alias(name)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"deleted_alias": alias.name})
    else:
        click.echo(f"The alias '{alias.name}' is removed; the collection '{alias.collection}' stays.")


def _show(common: Common, alias: Alias) -> None:
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json(alias.to_json())
    else:
        click.echo(_line(alias))


def _line(alias: Alias) -> str:
    before = f" (before: '{alias.previous}')" if alias.previous else ""
    return f"'{alias.name}' leads to '{alias.collection}'{before}."
