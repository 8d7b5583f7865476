"""`emoretrieve export`: a collection as a file."""

from __future__ import annotations

from pathlib import Path

import click

from emoretrieve_cli.options import Command, Common


@click.command("export", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def command(common: Common, file: Path) -> None:
    """Write a collection to a Parquet or JSONL file.

    The name of FILE ends in .parquet, .jsonl or .jsonl.gz. It holds everything that is needed to rebuild the collection
    elsewhere with `emoretrieve import`, without describing anything again. The pictures and songs are not in it.
    """
    from emoretrieve.exchange import export_items

    with common.open_library() as library:
        count = export_items(library.store, file)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"exported": count, "file": str(file)})
    else:
        from emoretrieve_cli.terminal.text import printable

        click.echo(f"{count} items written to {printable(str(file))}.")
