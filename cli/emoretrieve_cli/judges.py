"""The options of commands that hold captions against songs and pictures: which embedders, with which weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from emoretrieve.embedding import EmbedderSettings

Decorated = TypeVar("Decorated", bound=Callable[..., object])

_OPTIONS = (
    click.option(
        "--coherence",
        multiple=True,
        metavar="NAME[=PLACE]",
        help="Hold captions against songs by clap, against pictures by clip or siglip; PLACE of the weights: a folder, "
        "or owner/name on the hub. Repeatable.",
    ),
    click.option("--device", metavar="NAME", help="What --coherence runs on.  [default: a GPU where there is one]"),
)


def coherence_options(function: Decorated) -> Decorated:
    """The command gets them as `coherence` and `device`."""
    decorated: Any = function
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    result: Decorated = decorated
    return result


def judges(coherence: Sequence[str], device: str | None) -> tuple[EmbedderSettings, ...]:
    """The embedders that are asked for."""
    from emoretrieve.embedding import EmbedderSettings

    if device is not None and not coherence:
        raise click.UsageError("--device says what --coherence runs on; name an embedder, such as --coherence clap.")
    named = [one.partition("=") for one in coherence]
    if any(not name or (equals and not place) for name, equals, place in named):
        raise click.UsageError("--coherence is NAME or NAME=PLACE, such as clap=laion/clap-htsat-fused.")
    return tuple(EmbedderSettings(name, place or None, device) for name, _, place in named)
