"""`emoretrieve show`: one item with everything that is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from emoretrieve_cli.options import Command, Common
from emoretrieve_cli.perception import setup_options

if TYPE_CHECKING:
    from emoretrieve.perception import PerceptionChoice


@click.command("show", cls=Command)
@click.argument("item", metavar="FILE|ID")
@setup_options
@click.pass_obj
def command(common: Common, item: str, perception: PerceptionChoice) -> None:
    """Show one item, or describe a file without storing it.

    With its colours, captions and metadata. FILE may be gone: it is found by the path that it had.
    """
    from emoretrieve.search.answer import item_json

    with common.open_or_empty(perception) as library:
        found = library.get(item)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json(item_json(found))
        return
    from emoretrieve_cli.terminal.item import full

    click.echo("\n".join(full(found)))
