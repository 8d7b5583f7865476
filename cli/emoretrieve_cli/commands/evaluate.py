"""`emoretrieve evaluate`: numbers about a collection, each beside chance."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from emoretrieve_cli.failure import SOME_FAILED
from emoretrieve_cli.judges import coherence_options, judges
from emoretrieve_cli.options import Command, Common, draws_option, match_options

if TYPE_CHECKING:
    from emoretrieve.evaluation.evaluation import Evaluation, EvaluationOptions


class Given(TypedDict):
    """The options as click hands them over."""

    match: str
    weights: str | None
    draws: int
    against: str | None
    truth: Path | None
    protocol: str
    relevant_from: float | None
    coherence: tuple[str, ...]
    device: str | None
    markdown: Path | None


@click.command("evaluate", cls=Command)
@match_options
@draws_option
@click.option("--against", metavar="NAME", help="Another run over the same files: a collection of the same perception.")
@click.option(
    "--truth",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What people say: a table of item and label, or of from, to and grade (docs/evaluation.md).",
)
@click.option(
    "--protocol",
    type=click.Choice(["plain", "emo-clim", "affect"]),
    default="plain",
    show_default=True,
    help="Which labels of the truth count, and how queries are averaged.",
)
@click.option(
    "--relevant-from", type=float, metavar="GRADE", help="The grade that makes an item relevant.  [default: above 0]"
)
@coherence_options
@click.option(
    "--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Write the tables to this file as well."
)
@click.pass_obj
def command(common: Common, **given: Unpack[Given]) -> int:
    """Say what a collection is worth, every number beside chance.

    How long descriptions are, how many colours there are, whether the parts of an item belong together, what pairs of
    songs and pictures score, whether a few items are found by everyone, whether captions belong to what they describe,
    how far two runs agree, and whether what people call alike is found (docs/evaluation.md has the definitions).
    """
    from emoretrieve.evaluation.tables import tables

    evaluation = _evaluate(common, _options(given), given["against"])
    if given["markdown"] is not None:
        from emoretrieve.evaluation.markdown import write_markdown

        write_markdown(tables(evaluation), given["markdown"])
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json(evaluation.to_json())
    else:
        from emoretrieve_cli.terminal.evaluation import evaluation_lines

        click.echo("\n".join(evaluation_lines(tables(evaluation))))
    return SOME_FAILED if any(one.failed for one in evaluation.coherence) else 0


def _options(given: Given) -> EvaluationOptions:
    from emoretrieve.evaluation.evaluation import EvaluationOptions
    from emoretrieve.evaluation.truth.retrieval import TruthOptions
    from emoretrieve.search.match import Match, parse_weights

    if given["truth"] is None and (given["protocol"] != "plain" or given["relevant_from"] is not None):
        raise click.UsageError("--protocol and --relevant-from say how --truth is used; name its file.")
    match = Match.parse(given["match"], None if given["weights"] is None else parse_weights(given["weights"]))
    truth = None
    if given["truth"] is not None:
        truth = TruthOptions(given["truth"], given["protocol"], given["relevant_from"])
    return EvaluationOptions(match, given["draws"], truth, judges(given["coherence"], given["device"]))


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
