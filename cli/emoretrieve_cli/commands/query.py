"""`emoretrieve query`: what feels like this song, picture or text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from emoretrieve_cli.arrangement import Arrangement, arrangement_options
from emoretrieve_cli.options import Command, Common, filter_option, limit_option, match_options
from emoretrieve_cli.perception import setup_options
from emoretrieve_cli.rescoring import rescoring_options
from emoretrieve_cli.space import space_options

if TYPE_CHECKING:
    from emoretrieve.library import Library
    from emoretrieve.perception import PerceptionChoice
    from emoretrieve.search.answer import Answer
    from emoretrieve.search.options import QueryOptions, Target
    from emoretrieve.search.rescoring import Rescoring


class Given(TypedDict):
    """The arguments as click hands them over."""

    items: tuple[str, ...]
    texts: tuple[str, ...]
    rgb: str | None
    like: tuple[str, ...]
    unlike: tuple[str, ...]
    to: Target | None
    limit: int
    match: str
    weights: str | None
    filters: tuple[str, ...]
    max_p: float | None
    explain: bool
    exact: bool
    html: Path | None
    rescoring: Rescoring | None
    arrangement: Arrangement
    perception: PerceptionChoice


@click.command("query", cls=Command)
@click.argument("items", metavar="[FILE|ID]...", nargs=-1)
@click.option(
    "--text",
    "texts",
    multiple=True,
    metavar="WORDS",
    help="Find what feels like these words: instead of a file, or as well. Repeatable in --space sphere.",
)
@click.option("--rgb", metavar="R,G,B", help="Find what has this colour; five with ';' between are whole;f1;f2;f3;f4.")
@click.option("--like", multiple=True, metavar="FILE|ID", help="Find what feels like this as well. Repeatable.")
@click.option("--unlike", multiple=True, metavar="FILE|ID", help="And not like this. Repeatable.")
@click.option(
    "--to",
    type=click.Choice(["image", "audio", "any"]),
    help="What to look for.  [default: the other modality; for words and colours, image]",
)
@limit_option(10)
@match_options
@filter_option
@click.option("--max-p", type=float, metavar="P", help="Only results whose p is at most this, from 0 to 1.")
@click.option("--explain", is_flag=True, help="Show how every score came about.")
@click.option("--exact", is_flag=True, help="Look at every item, also where there is a graph (docs/scale.md).")
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the answer to this file as a gallery."
)
@space_options
@arrangement_options
@rescoring_options
@setup_options
@click.pass_obj
def command(common: Common, **given: Unpack[Given]) -> None:
    """Find what feels like a song, a picture, a text or colours.

    FILE is a song or a picture, indexed or not; ID is that of an indexed item.
    With --to of the same kind, more like this one. Where there is nothing but
    --like, the first that is liked is the query (docs/filters.md).

    \b
    score    how alike the emotion colours are
    chance   the score of a random item
    z        how far the score is above chance, in standard deviations
    p        share of random profiles whose best match is at least as good
    """
    _require_one_start(given)
    options = _options(given)
    with common.open_library(given["perception"]) as library:
        answer = _ask(library, given, options)
    if given["html"] is not None:
        from emoretrieve_cli.gallery import write_gallery

        write_gallery(answer, given["html"])
    _print(answer, as_json=common.as_json)


def _require_one_start(given: Given) -> None:
    starts = [*(given["items"] or given["texts"]), *([] if given["rgb"] is None else [given["rgb"]])]
    if not (starts or given["like"]):
        raise click.UsageError("Name one file, or say --text WORDS, --rgb R,G,B or --like FILE.")
    if len(starts) > 1 or len(given["texts"]) > 1:
        raise click.UsageError(
            "Name one file, or say --text WORDS, --rgb R,G,B or --like FILE; several go together with --like, or in "
            "--space sphere."
        )


def _options(given: Given) -> QueryOptions:
    from emoretrieve.search.filters import parse_filters
    from emoretrieve.search.match import parse_weights
    from emoretrieve.search.options import QueryOptions

    return QueryOptions(
        to=given["to"],
        limit=given["limit"],
        match=given["match"],
        weights=None if given["weights"] is None else parse_weights(given["weights"]),
        where=parse_filters(given["filters"]),
        max_p=given["max_p"],
        explain=given["explain"],
        exact=given["exact"],
        rescoring=given["rescoring"],
        **given["arrangement"],
    )


def _ask(library: Library, given: Given, options: QueryOptions) -> Answer:
    like, unlike = given["like"], given["unlike"]
    if given["texts"] and not given["items"]:
        return library.query_text(given["texts"][0], options, like=like, unlike=unlike)
    if given["rgb"] is not None:
        from emoretrieve.search.colours import parse_colours

        return library.query_colours(parse_colours(given["rgb"]), options, like=like, unlike=unlike)
    if not given["items"]:
        first, *like_too = like
        return library.query(first, options, like=like_too, unlike=unlike)
    words = given["texts"][0] if given["texts"] else ""
    return library.query(given["items"][0], options, like=like, unlike=unlike, words=words)


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        from emoretrieve_cli.output import print_json

        print_json(answer.to_json())
        return
    from emoretrieve_cli.terminal.answer import answer_lines

    click.echo("\n".join(answer_lines(answer)))
