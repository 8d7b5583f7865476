"""`emoretrieve evaluate`: numbers about a collection, each beside chance."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from emoretrieve_cli.options import Command, Common, match_options

if TYPE_CHECKING:
    from emoretrieve.evaluation.evaluation import Evaluation, EvaluationOptions


@click.command("evaluate", cls=Command)
@match_options
@click.option(
    "--draws",
    type=click.IntRange(min=1),
    default=10_000,
    show_default=True,
    metavar="N",
    help="Random pairings to hold the pairs against.",
)
@click.option("--against", metavar="NAME", help="Another run over the same files: a collection of the same perception.")
@click.option(
    "--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Write the tables to this file as well."
)
@click.pass_obj
def command(
    common: Common, match: str, weights: str | None, draws: int, against: str | None, markdown: Path | None
) -> None:
    """Say what a collection is worth, every number beside chance.

    How long descriptions are, how many colours there are, whether the parts of an item belong together, what pairs of
    songs and pictures score, whether a few items are found by everyone, and how far two runs agree
    (docs/evaluation.md has the definitions).
    """
    from emoretrieve.evaluation.evaluation import EvaluationOptions
    from emoretrieve.evaluation.tables import tables
    from emoretrieve.search.match import Match, parse_weights

    chosen = Match.parse(match, None if weights is None else parse_weights(weights))
    evaluation = _evaluate(common, EvaluationOptions(chosen, draws), against)
    if markdown is not None:
        from emoretrieve.evaluation.markdown import write_markdown

        write_markdown(tables(evaluation), markdown)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json(evaluation.to_json())
        return
    from emoretrieve_cli.terminal.evaluation import evaluation_lines

    click.echo("\n".join(evaluation_lines(tables(evaluation))))


def _evaluate(common: Common, options: EvaluationOptions, against: str | None) -> Evaluation:
    from emoretrieve_cli.terminal.stages import stages

    with ExitStack() as stack:
        library = stack.enter_context(common.open_library())
        other = None
        if against is not None:
            _require_another(common, against)
            other = stack.enter_context(replace(common, collection=against).open_library())
        return library.evaluate(options, other, stack.enter_context(stages("reading")))


def _require_another(common: Common, against: str) -> None:
    place = common.place
    if place.resolve(against) == place.resolve(common.collection_name):
        from emoretrieve.errors import StoreError

        raise StoreError(
            f"'{against}' is the collection that is evaluated; name another run with --against.", kind="same_collection"
        )
