"""`emoretrieve facets`: the values of a key and how many items have each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from emoretrieve_cli.options import Command, Common, filter_option, limit_option, modality_option

if TYPE_CHECKING:
    from emoretrieve.item import Modality
    from emoretrieve.search.facets import Facets


@click.command("facets", cls=Command)
@click.argument("key")
@modality_option
@filter_option
@limit_option(20)
@click.pass_obj
def command(common: Common, key: str, modality: Modality | None, filters: tuple[str, ...], limit: int) -> None:
    """Count the values of a key: artists, years, moods.

    KEY is any of the metadata, or mood. Where there are more values than --limit, numbers are counted in ranges,
    dates by year, and of other texts those of most items are shown.
    """
    from emoretrieve.search.filters import parse_filters
    from emoretrieve.store import Where

    with common.open_library() as library:
        found = library.facets(key, Where(modality, parse_filters(filters)), limit=limit)
    _print(found, as_json=common.as_json)


def _print(found: Facets, *, as_json: bool) -> None:
    if as_json:
        from emoretrieve_cli.output import print_json

        print_json(found.to_json())
        return
    from emoretrieve_cli.terminal.text import printable

    width = max((len(f"{facet.count:,}") for facet in found.values), default=0)
    for facet in found.values:
        click.echo(f"{facet.count:>{width},}  {printable(facet.value)}")
    if found.left_out:
        click.echo(f"{' ' * width}  and {found.left_out:,} more values")
    if not found.values:
        click.echo(f"No item has '{printable(found.key)}'.")
