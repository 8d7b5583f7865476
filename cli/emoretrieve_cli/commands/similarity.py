"""`emoretrieve similarity`: how alike the members of given pairs are by the vectors of an embedder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from emoretrieve_cli.failure import SOME_FAILED
from emoretrieve_cli.options import Command, Common

if TYPE_CHECKING:
    from emoretrieve.evaluation.similarity import PairedSimilarity


@click.command("similarity", cls=Command)
@click.argument("pairs", metavar="PAIRS", type=click.Path(path_type=Path))
@click.option(
    "--by",
    metavar="NAME",
    help="Vectors of the collection, such as imagebind.  [default: only the scores that the table states]",
)
@click.pass_obj
def command(common: Common, pairs: Path, by: str | None) -> int:
    """Say how alike given pairs are by an embedder's vectors.

    The statistics are those of the study's Table VI. PAIRS is a table with columns song and picture (and perhaps
    score), one that 'pair --csv' wrote, or one of the study's. Members are named by file name, path or id. The mean
    stands beside that of random pairs of the same members.
    """
    from emoretrieve.evaluation.pair_list import read_pairs
    from emoretrieve.evaluation.similarity import paired_similarity, stated_similarity

    listed = read_pairs(pairs)
    if by is None:
        found = stated_similarity(listed)
        if found.stated is None:
            raise click.UsageError(f"'{pairs}' states no scores; name vectors to compare by, such as --by imagebind.")
    else:
        with common.open_library() as library:
            found = paired_similarity(library.store, by, listed)
    _print(found, as_json=common.as_json)
    return SOME_FAILED if found.skipped else 0


def _print(found: PairedSimilarity, *, as_json: bool) -> None:
    if as_json:
        from emoretrieve_cli.output import print_json

        print_json(found.to_json())
        return
    from emoretrieve_cli.terminal.similarity import similarity_lines

    click.echo("\n".join(similarity_lines(found)))
