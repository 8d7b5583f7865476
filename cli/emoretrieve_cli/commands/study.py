"""`emoretrieve study`: what people say of pairs, without knowing which pairs are which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from emoretrieve_cli.commands.pair import METHODS
from emoretrieve_cli.options import Command, Common, PlaceCommand, match_options

if TYPE_CHECKING:
    from emoretrieve.evaluation.human.design import StudyOptions
    from emoretrieve.evaluation.human.score import StudyScore

POINTS = ("5", "7")


class Given(TypedDict):
    """The arguments of `make` as click hands them over."""

    page: Path
    key: Path
    each: int | None
    repeats: int | None
    points: str
    seed: int | None
    consent: str | None
    method: str
    match: str
    weights: str | None
    audio_filters: tuple[str, ...]
    image_filters: tuple[str, ...]


@click.group("study")
def command() -> None:
    """Let people rate pairs blindly, and score their answers.

    'plan' says how many participants it takes; 'make' writes a page for them and a key for you; they hand in the files
    that their page saves, and 'score' holds them against the key (docs/human_study.md has the whole procedure).
    """


@command.command("make", cls=Command)
@click.argument("page", metavar="PAGE", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("key", metavar="KEY", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--each", type=int, metavar="N", help="Best, worst and random pairs each.  [default: 10, or what fits]")
@click.option("--repeats", type=int, metavar="N", help="Pairs that everyone rates twice.  [default: 3, or 1 of 10]")
@click.option("--points", type=click.Choice(POINTS), default="7", show_default=True, help="Of the scale.")
@click.option("--seed", type=int, metavar="N", help="Makes the same study again.  [default: drawn; the key has it]")
@click.option("--consent", metavar="TEXT", help="What participants agree to.  [default: a general sentence]")
@click.option("--method", type=click.Choice(METHODS), default="hungarian", show_default=True, help="How to pair.")
@match_options
@click.option("--song-filter", "audio_filters", multiple=True, metavar="KEY=VALUE", help="Only these songs.")
@click.option("--picture-filter", "image_filters", multiple=True, metavar="KEY=VALUE", help="Only these pictures.")
@click.pass_obj
def make(common: Common, **given: Unpack[Given]) -> None:
    """Write a page on which people rate pairs, and the key to it.

    PAGE gets an HTML page with everything in it: the best and the worst pairs of a pairing, and random ones, in an
    order that tells nothing. Send it to participants. KEY gets what each pair is; keep it to yourself until the last
    answer is in.
    """
    from emoretrieve_cli.gallery.study import StudyFiles, make_study
    from emoretrieve_cli.terminal.stages import stages

    with common.open_library() as library, stages("pairing") as on_progress:
        files = StudyFiles(given["page"], given["key"])
        key = make_study(library, _options(given), files, given["consent"], on_progress)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        written = {"page": str(given["page"]), "key": str(given["key"])}
        print_json({**written, "study": key.study, "seed": key.seed, "pairs": len(key.pairs), "repeats": key.repeats})
        return
    size = given["page"].stat().st_size / 1e6
    click.echo(f"{len(key.pairs)} pairs in {given['page']} ({size:.1f} MB), for participants.")
    click.echo(f"The key is {given['key']}: keep it to yourself, and keep it.")


def _options(given: Given) -> StudyOptions:
    from emoretrieve.evaluation.human.design import StudyOptions
    from emoretrieve.pairing.options import PairOptions
    from emoretrieve.search.filters import parse_filters
    from emoretrieve.search.match import parse_weights

    pairing = PairOptions(
        method=given["method"],
        match=given["match"],
        weights=None if given["weights"] is None else parse_weights(given["weights"]),
        source_where=parse_filters(given["audio_filters"]),
        target_where=parse_filters(given["image_filters"]),
    )
    return StudyOptions(pairing, given["each"], given["repeats"], int(given["points"]), given["seed"])


@command.command("plan", cls=PlaceCommand)
@click.option("--raters", multiple=True, type=int, metavar="N", help="Participants. Repeatable.  [default: 6 12 24 48]")
@click.option("--each", type=int, default=10, show_default=True, metavar="N", help="Pairs of each kind.")
@click.option("--points", type=click.Choice(POINTS), default="7", show_default=True, help="Of the scale.")
@click.option(
    "--lift",
    type=float,
    default=1.0,
    show_default=True,
    metavar="POINTS",
    help="How much better best pairs feel than random ones.",
)
@click.option("--studies", type=int, default=100, show_default=True, metavar="N", help="To make up, of each size.")
@click.pass_obj
def plan_study(common: Common, raters: tuple[int, ...], each: int, points: str, lift: float, studies: int) -> None:
    """Say how many participants a study needs.

    Studies are made up, with people who feel best pairs to be better by as much as you think, and differ as people do;
    and with people who feel no difference. No collection is needed.
    """
    from emoretrieve.evaluation.human.planning import USUAL_RATERS, PlanOptions, plan
    from emoretrieve_cli.terminal.stages import stages

    options = PlanOptions(raters or USUAL_RATERS, each, int(points), lift, studies)
    with stages("making studies up") as on_progress:
        found = plan(options, on_progress)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json(found.to_json())
        return
    from emoretrieve_cli.terminal.evaluation import evaluation_lines

    click.echo("\n".join(evaluation_lines([found.table()])))


@command.command("score", cls=PlaceCommand)
@click.argument("key", metavar="KEY", type=click.Path(path_type=Path))
@click.argument("answers", metavar="ANSWERS...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--min-heard",
    type=float,
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="Leave ratings out that were given after less of the song.",
)
@click.option(
    "--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Write the tables to this file as well."
)
@click.pass_obj
def score(common: Common, key: Path, answers: tuple[Path, ...], min_heard: float, markdown: Path | None) -> None:
    """Say what the answers to a study are worth.

    Mean ratings of best, random and worst pairs, how often one kind is rated above another by the same participant,
    Krippendorff's alpha, and whether higher scores go with higher ratings; each with its interval, beside chance. No
    collection is needed.
    """
    from emoretrieve.evaluation.human.answers import read_answers
    from emoretrieve.evaluation.human.key import read_key
    from emoretrieve.evaluation.human.score import ScoreOptions, score_study

    if markdown is not None:
        from emoretrieve_cli.output_file import check_place, is_evaluation

        check_place(markdown, is_evaluation, "file of such tables")
    known = read_key(key)
    _show(common, score_study(known, read_answers(answers, known), ScoreOptions(min_heard)), markdown)


def _show(common: Common, found: StudyScore, markdown: Path | None) -> None:
    from emoretrieve.evaluation.human.tables import tables

    if markdown is not None:
        from emoretrieve.evaluation.markdown import write_markdown

        write_markdown(tables(found), markdown)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json(found.to_json())
        return
    from emoretrieve_cli.terminal.evaluation import evaluation_lines

    click.echo("\n".join(evaluation_lines(tables(found))))
