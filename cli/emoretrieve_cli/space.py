"""The options of `emoretrieve query` that ask on the hypersphere instead of among the colours."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from emoretrieve.sphere_search.answer import SphereAnswer
    from emoretrieve_cli.options import Common

Decorated = TypeVar("Decorated", bound=Callable[..., object])

COLOURS, SPHERE = "colours", "sphere"
_DISTANCES = ("cos", "elk", "expected_cos", "kl", "kl_xq", "ssw")
_OF_BOTH = frozenset(
    ("items", "texts", "to", "limit", "offset", "filters", "html", "shortlist", "space", "distance", "model")
)
"""Parameters that mean something in `--space sphere`."""

_OPTIONS = (
    click.option(
        "--space",
        type=click.Choice([COLOURS, SPHERE]),
        default=COLOURS,
        show_default=True,
        help="What to compare: colours of emotion, or points on the hypersphere, where several files and texts are "
        "multiplied (docs/sphere.md).",
    ),
    click.option(
        "--distance",
        type=click.Choice(_DISTANCES),
        help="With --space sphere: how to compare; kl is KL(query || item), kl_xq KL(item || query).  [default: elk]",
    ),
    click.option(
        "--model",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="With --space sphere: the folder of the model.  [default: as remembered]",
    ),
)


def space_options(function: Decorated) -> Decorated:
    """The command is called for colours only; what is asked on the hypersphere is answered here."""

    @wraps(function)
    def with_space(*args: Any, space: str, distance: str | None, model: Path | None, **given: Any) -> object:
        if space == SPHERE:
            _refuse_useless(click.get_current_context())
            _answer(click.get_current_context().obj, distance, model, given)
            return None
        for option, value in (("--distance", distance), ("--model", model)):
            if value is not None:
                raise click.UsageError(f"{option} is for --space sphere; add that, or leave it out.")
        return function(*args, **given)

    decorated: Any = with_space
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    result: Decorated = decorated
    return result


def _refuse_useless(context: click.Context) -> None:
    """Raise click.UsageError where an option was given that means nothing on the hypersphere."""
    for parameter in context.command.params:
        given = context.get_parameter_source(str(parameter.name)) is click.core.ParameterSource.COMMANDLINE
        if given and parameter.name not in _OF_BOTH and parameter.name in context.params:
            raise click.UsageError(f"{parameter.opts[0]} says nothing about --space sphere; leave it out.")


def _answer(common: Common, distance: str | None, model: Path | None, given: dict[str, Any]) -> None:
    from dataclasses import replace

    from emoretrieve.search.filters import parse_filters
    from emoretrieve.sphere_search.options import SphereOptions

    if not given["items"] and not given["texts"]:
        raise click.UsageError("Name files or ids, or say --text WORDS; several are multiplied.")
    options = SphereOptions(
        to=given["to"], limit=given["limit"], offset=given["offset"], where=parse_filters(given["filters"])
    )
    options = options if distance is None else replace(options, distance=distance)
    options = options if given["shortlist"] is None else replace(options, shortlist=given["shortlist"])
    with common.open_library() as library:
        answer = library.query_sphere(given["items"], given["texts"], options, model=model)
    if given["html"] is not None:
        from emoretrieve_cli.gallery.sphere import write_sphere_gallery

        write_sphere_gallery(answer, given["html"])
    _print(answer, as_json=common.as_json)


def _print(answer: SphereAnswer, *, as_json: bool) -> None:
    if as_json:
        from emoretrieve_cli.output import print_json

        print_json(answer.to_json())
        return
    from emoretrieve_cli.terminal.sphere import sphere_lines

    click.echo("\n".join(sphere_lines(answer)))
