"""`emoretrieve import`: a collection from a file."""

from __future__ import annotations

from pathlib import Path

import click

from emoretrieve_cli.options import DEFAULT_COLLECTION, Common, HolderCommand


@click.command("import", cls=HolderCommand)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def command(common: Common, file: Path) -> None:
    """Read a collection from a Parquet or JSONL file.

    FILE is what `emoretrieve export` wrote. The collection is made if there is none. Items that are there already are
    replaced; a file with a bad row changes nothing.
    """
    from emoretrieve.exchange import import_items

    collection = common.collection or DEFAULT_COLLECTION
    count = import_items(file, common.folder, collection, common.server)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"imported": count, "collection": collection})
    else:
        click.echo(f"{count} items imported into the collection '{collection}'.")
