"""`emoretrieve pair`: songs and pictures in pairs, and what the pairs are worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from emoretrieve_cli.options import Command, Common, draws_option, match_options

if TYPE_CHECKING:
    from emoretrieve.exchange.pair_table import PairLayout
    from emoretrieve.item import Modality
    from emoretrieve.pairing.options import PairOptions

METHODS = ("hungarian", "greedy", "stable", "argmax")
SHOWN = 20


class Given(TypedDict):
    """The arguments as click hands them over."""

    source: Modality
    target: Modality | None
    method: str
    match: str
    weights: str | None
    capacity: int
    from_filters: tuple[str, ...]
    to_filters: tuple[str, ...]
    draws: int
    limit: int | None
    csv: Path | None
    layout: PairLayout
    html: Path | None


@click.command("pair", cls=Command)
@click.option(
    "--from",
    "source",
    type=click.Choice(["audio", "image"]),
    default="audio",
    show_default=True,
    help="What looks for a partner.",
)
@click.option("--to", "target", type=click.Choice(["audio", "image"]), help="The partners.  [default: the others]")
@click.option("--method", type=click.Choice(METHODS), default="hungarian", show_default=True, help="How to pair.")
@match_options
@click.option(
    "--capacity",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="How often a partner may be taken; argmax knows no limit.",
)
@click.option("--from-filter", "from_filters", multiple=True, metavar="KEY=VALUE", help="Only these look for partners.")
@click.option("--to-filter", "to_filters", multiple=True, metavar="KEY=VALUE", help="Only these are partners.")
@draws_option
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Show at most this many pairs.  [default: {SHOWN}; with --json, all; with --html, 100]",
)
@click.option("--csv", type=click.Path(path_type=Path, dir_okay=False), help="Write all pairs to this table.")
@click.option(
    "--layout",
    type=click.Choice(["own", "study"]),
    default="own",
    show_default=True,
    help="The columns of the table: ours, or those of the study.",
)
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the pairs to this file as a page.")
@click.pass_obj
def command(common: Common, **given: Unpack[Given]) -> None:
    """Pair songs with pictures, and say what that is worth.

    \b
    hungarian  the highest sum of scores that there is
    greedy     the best pair first, then the best of what is left
    stable     no two would both rather have each other than their partners
    argmax     to each the best partner, however often that one is taken

    The mean score stands beside those of random pairs, of the other methods (up to 1,000 x 1,000 items) and of argmax.
    """
    options = _options(given)
    _check(given["csv"], given["html"])
    from emoretrieve_cli.terminal.stages import stages

    with common.open_library() as library, stages("pairing") as on_progress:
        pairing = library.pair(options, on_progress)
    if given["csv"] is not None:
        from emoretrieve.exchange.pair_table import write_pairs

        write_pairs(pairing, given["csv"], given["layout"])
    if given["html"] is not None:
        from emoretrieve_cli.gallery.pairs import write_pairs_page

        write_pairs_page(pairing, given["html"], given["limit"] or 100)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json(pairing.to_json(given["limit"]))
        return
    from emoretrieve_cli.terminal.pairs import pairing_lines

    click.echo("\n".join(pairing_lines(pairing, given["limit"] or SHOWN)))


def _check(csv: Path | None, html: Path | None) -> None:
    """See before anything is computed that both files can be written."""
    from emoretrieve_cli.output_file import check_apart, check_place, is_page, is_pair_table

    check_apart(("--csv", csv), ("--html", html))
    if csv is not None:
        check_place(csv, is_pair_table, "table of pairs")
    if html is not None:
        check_place(html, is_page, "HTML page")


def _options(given: Given) -> PairOptions:
    from emoretrieve.pairing.options import PairOptions
    from emoretrieve.search.filters import parse_filters
    from emoretrieve.search.match import parse_weights

    other: dict[Modality, Modality] = {"audio": "image", "image": "audio"}
    return PairOptions(
        source=given["source"],
        target=given["target"] or other[given["source"]],
        method=given["method"],
        match=given["match"],
        weights=None if given["weights"] is None else parse_weights(given["weights"]),
        capacity=given["capacity"],
        source_where=parse_filters(given["from_filters"]),
        target_where=parse_filters(given["to_filters"]),
        draws=given["draws"],
    )
