"""`emoretrieve labels`: what people said of the items of a published data set, as a table of truth."""

from __future__ import annotations

from pathlib import Path

import click

from emoretrieve_cli.options import Command, Common

LABEL_SETS = ("artemis", "deam", "emopia", "jamendo", "pmemo", "wikiart-emotions")


@click.command("labels", cls=Command)
@click.argument("name", metavar="NAME", type=click.Choice(LABEL_SETS))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def command(common: Common, name: str, folder: Path, file: Path) -> None:
    """Write the labels of a data set as a table of truth.

    NAME is artemis or wikiart-emotions (pictures), deam, emopia, jamendo or pmemo (songs), DIR the folder where it is
    unpacked. FILE gets a CSV table for 'evaluate --truth': the quadrant of valence and arousal of every item, with both
    numbers and a colour (docs/datasets.md has the rules). No collection is needed.
    """
    from emoretrieve_indexer.datasets.labels.label_table import LABEL_SETS as KNOWN
    from emoretrieve_indexer.datasets.labels.label_table import write_labels

    items = write_labels(KNOWN[name], folder, file)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"dataset": name, "file": str(file), "items": items})
        return
    click.echo(f"Labels of {items:,} items written to {file}.")
