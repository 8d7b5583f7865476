"""The options of `emoretrieve query` that score the best matches again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from emoretrieve.search.rescoring import Rescoring

Decorated = TypeVar("Decorated", bound=Callable[..., object])

_OPTIONS = (
    click.option(
        "--rescore",
        metavar="NAME",
        help="Score the best matches again: by the words of their captions (captions), or by vectors that "
        "index --embed added, such as imagebind (docs/rescoring.md).",
    ),
    click.option(
        "--alpha", type=float, metavar="A", help="How much the second score counts, from 0 to 1.  [default: 0.4]"
    ),
    click.option(
        "--shortlist", type=int, metavar="N", help="How many of the best matches are scored again.  [default: 200]"
    ),
)


def rescoring_options(function: Decorated) -> Decorated:
    """The command gets them as `rescoring`, None where nothing is to be scored again."""

    @wraps(function)
    def with_rescoring(*args: Any, **given: Any) -> object:
        name, alpha, shortlist = (given.pop(option) for option in ("rescore", "alpha", "shortlist"))
        return function(*args, rescoring=_rescoring(name, alpha, shortlist), **given)

    decorated: Any = with_rescoring
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    result: Decorated = decorated
    return result


def _rescoring(name: str | None, alpha: float | None, shortlist: int | None) -> Rescoring | None:
    if name is None:
        if alpha is not None or shortlist is not None:
            option = "--shortlist" if alpha is None else "--alpha"
            raise click.UsageError(f"{option} is for --rescore; say what to score by, such as --rescore captions.")
        return None
    from dataclasses import replace

    from emoretrieve.search.rescoring import Rescoring

    rescoring = Rescoring(name)
    rescoring = rescoring if alpha is None else replace(rescoring, alpha=alpha)
    return rescoring if shortlist is None else replace(rescoring, shortlist=shortlist)
