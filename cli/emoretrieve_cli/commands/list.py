"""`emoretrieve list`: the items of a collection."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

import click

from emoretrieve_cli.options import Command, Common, filter_option, limit_option, modality_option

if TYPE_CHECKING:
    from emoretrieve.item import Item, Modality


@click.command("list", cls=Command)
@modality_option
@filter_option
@limit_option()
@click.pass_obj
def command(common: Common, modality: Modality | None, filters: tuple[str, ...], limit: int | None) -> None:
    """List the items of a collection.

    In the order of their ids.
    """
    from emoretrieve.search.filters import parse_filters
    from emoretrieve.store import Where

    where = Where(modality, parse_filters(filters))
    with common.open_library() as library:
        batch = min(limit or 1_000, 1_000)
        items = islice(chain.from_iterable(library.store.scan(where, batch=batch)), limit)
        _print(items, as_json=common.as_json)


def _print(items: Iterator[Item], *, as_json: bool) -> None:
    if as_json:
        from emoretrieve.search.answer import item_json
        from emoretrieve_cli.output import print_json_list

        print_json_list("items", map(item_json, items))
        return
    from emoretrieve_cli.terminal.item import brief

    for item in items:
        click.echo("\n".join(brief(item)))
