"""`emoretrieve export`: a collection as a file, or as the tables of the study."""

from __future__ import annotations

from pathlib import Path

import click

from emoretrieve_cli.options import Command, Common


@click.command("export", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--layout",
    type=click.Choice(["study"]),
    help="Write tables of captions and colours, as the study published them, into the folder FILE instead.",
)
@click.pass_obj
def command(common: Common, file: Path, layout: str | None) -> None:
    """Write a collection to a Parquet or JSONL file.

    The name of FILE ends in .parquet, .jsonl or .jsonl.gz. It holds everything that is needed to rebuild the collection
    elsewhere with `emoretrieve import`, without describing anything again. The pictures and songs are not in it.
    """
    if layout is not None:
        _export_study(common, file)
        return
    from emoretrieve.exchange import export_items

    with common.open_library() as library:
        count = export_items(library.store, file)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"exported": count, "file": str(file)})
    else:
        from emoretrieve_cli.terminal.text import printable

        click.echo(f"{count} items written to {printable(str(file))}.")


def _export_study(common: Common, folder: Path) -> None:
    from emoretrieve.exchange.study import export_study

    with common.open_library() as library:
        count = library.count()
        files = export_study(library.store, folder)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"exported": count, "files": [str(file) for file in files]})
    else:
        from emoretrieve_cli.terminal.text import printable

        names = ", ".join(file.name for file in files) or "no file"
        click.echo(f"{count} items written to {printable(str(folder))}: {names}.")
