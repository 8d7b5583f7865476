"""`emoretrieve labels`: what people said of the items of a published data set, as a table of truth."""

from __future__ import annotations

from pathlib import Path

import click

from emoretrieve_cli.options import Common, HolderCommand

LABEL_SETS = ("artemis", "deam", "emopia", "emoset", "emotify", "jamendo", "pmemo", "wikiart-emotions")
PAIR_SETS = ("artsound", "emid", "imemnet")


@click.command("labels", cls=HolderCommand)
@click.argument("name", metavar="NAME", type=click.Choice((*LABEL_SETS, *PAIR_SETS)))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def command(common: Common, name: str, folder: Path, file: Path) -> None:
    """Write the labels of a data set as a table of truth.

    NAME is artemis, emoset or wikiart-emotions (pictures), deam, emopia, emotify, jamendo or pmemo (songs), artsound,
    emid or imemnet (pairs), DIR the folder where it is unpacked. FILE gets a CSV table for 'evaluate --truth': the
    quadrant of valence and arousal of every item, with both numbers and a colour, or the grade of every pair
    (docs/datasets.md has the rules). No collection is needed.
    """
    pairs = _write_pairs(name, folder, file) if name in PAIR_SETS else None
    items = _write_items(name, folder, file) if name in LABEL_SETS else None
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"dataset": name, "file": str(file), "items": items, "pairs": pairs})
        return
    written = f"Labels of {items:,} items" if items is not None else f"Grades of {pairs:,} pairs"
    click.echo(f"{written} written to {file}.")


def _write_items(name: str, folder: Path, file: Path) -> int:
    from emoretrieve_indexer.datasets.labels.label_table import LABEL_SETS as KNOWN
    from emoretrieve_indexer.datasets.labels.label_table import write_labels

    return write_labels(KNOWN[name], folder, file)


def _write_pairs(name: str, folder: Path, file: Path) -> int:
    from emoretrieve_indexer.datasets.labels.grade_table import PAIR_SETS as KNOWN
    from emoretrieve_indexer.datasets.labels.grade_table import write_grades

    return write_grades(KNOWN[name], folder, file)
