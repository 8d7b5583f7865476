"""`emoretrieve query`: what feels like this song, picture or text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from emoretrieve_cli.options import Command, Common, filter_option, limit_option, match_options
from emoretrieve_cli.perception import setup_options
from emoretrieve_cli.rescoring import rescoring_options

if TYPE_CHECKING:
    from emoretrieve.library import Library
    from emoretrieve.perception import PerceptionChoice
    from emoretrieve.search.answer import Answer
    from emoretrieve.search.options import QueryOptions, Target
    from emoretrieve.search.rescoring import Rescoring


class Given(TypedDict):
    """The arguments as click hands them over."""

    item: str | None
    text: str | None
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
    perception: PerceptionChoice


@click.command("query", cls=Command)
@click.argument("item", metavar="[FILE|ID]", required=False)
@click.option("--text", metavar="WORDS", help="Find what feels like these words, instead of a file.")
@click.option(
    "--to",
    type=click.Choice(["image", "audio", "any"]),
    help="What to look for.  [default: the other modality; for words, image]",
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
@rescoring_options
@setup_options
@click.pass_obj
def command(common: Common, **given: Unpack[Given]) -> None:
    """Find what feels like a song, a picture or a text.

    FILE is a song or a picture, indexed or not; ID is that of an indexed item.

    \b
    score    how alike the emotion colours are
    chance   the score of a random item
    z        how far the score is above chance, in standard deviations
    p        share of random profiles whose best match is at least as good
    """
    if (given["item"] is None) == (given["text"] is None):
        raise click.UsageError("Name one file, or say --text WORDS.")
    options = _options(given)
    with common.open_library(given["perception"]) as library:
        answer = _ask(library, given, options)
    if given["html"] is not None:
        from emoretrieve_cli.gallery import write_gallery

        write_gallery(answer, given["html"])
    _print(answer, as_json=common.as_json)


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
    )


def _ask(library: Library, given: Given, options: QueryOptions) -> Answer:
    text, item = given["text"], given["item"]
    if text is not None:
        return library.query_text(text, options)
    return library.query(str(item), options)


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        from emoretrieve_cli.output import print_json

        print_json(answer.to_json())
        return
    from emoretrieve_cli.terminal.answer import answer_lines

    click.echo("\n".join(answer_lines(answer)))
