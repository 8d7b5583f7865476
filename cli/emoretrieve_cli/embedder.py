"""The options of commands that embed: where the weights are, what they run on, which licences are accepted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from emoretrieve.embedding import EmbedderSettings

Decorated = TypeVar("Decorated", bound=Callable[..., object])

_OPTIONS = (
    click.option(
        "--weights",
        metavar="PLACE",
        help="Weights of the embedder: a file, a folder, or owner/name on the hub.  [default: as remembered]",
    ),
    click.option("--device", metavar="NAME", help="What the embedder runs on.  [default: a GPU where there is one]"),
    click.option(
        "--accept-licence",
        "accepted",
        multiple=True,
        metavar="NAME",
        help="Accept the licence of this embedder (docs/rescoring.md). Repeatable.",
    ),
)


def embedder_options(function: Decorated) -> Decorated:
    """The command gets them as `weights`, `device` and `accepted`."""
    decorated: Any = function
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    result: Decorated = decorated
    return result


def embedder_settings(
    name: str, weights: str | None, device: str | None, accepted: tuple[str, ...]
) -> EmbedderSettings:
    from emoretrieve.embedding import EmbedderSettings

    return EmbedderSettings(name, weights, device, frozenset(accepted))
