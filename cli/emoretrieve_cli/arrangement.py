"""The options of `emoretrieve query` that say which of the matches are shown, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypedDict, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., object])


class Arrangement(TypedDict):
    """As `QueryOptions` takes them."""

    offset: int
    group_by: str | None
    group_size: int
    diverse: float | None


_OPTIONS = (
    click.option("--offset", type=click.IntRange(min=0), default=0, metavar="N", help="Leave out the best N."),
    click.option("--group-by", metavar="KEY", help="The best of each value of a key, such as artist; --limit values."),
    click.option(
        "--group-size",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        metavar="N",
        help="How many of each value.",
    ),
    click.option("--diverse", is_flag=True, help="Results that differ from those before them (MMR)."),
    click.option(
        "--relevance",
        type=click.FloatRange(0, 1),
        metavar="LAMBDA",
        help="How much the score counts under --diverse, from 0 to 1.  [default: 0.5]",
    ),
)


def arrangement_options(function: Decorated) -> Decorated:
    """The command gets them as `arrangement`."""

    @wraps(function)
    def with_arrangement(
        *arguments: object,
        offset: int,
        group_by: str | None,
        group_size: int,
        diverse: bool,
        relevance: float | None,
        **others: object,
    ) -> object:
        if relevance is not None and not diverse:
            raise click.UsageError("--relevance says how --diverse chooses; add --diverse.")
        share = (0.5 if relevance is None else relevance) if diverse else None
        arrangement = Arrangement(offset=offset, group_by=group_by, group_size=group_size, diverse=share)
        return function(*arguments, arrangement=arrangement, **others)

    decorated: Any = with_arrangement
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    result: Decorated = decorated
    return result
