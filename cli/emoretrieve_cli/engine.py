"""The options that say on which machines `emoretrieve index` does its work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from emoretrieve.perception import PerceptionChoice
    from emoretrieve_indexer.ray.settings import RaySettings

Decorated = TypeVar("Decorated", bound=Callable[..., object])

_ENGINE = click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Work in processes of this machine, or on a Ray cluster (docs/ray.md).",
)
_ADDRESS = click.option(
    "--address",
    metavar="HOST:PORT",
    help="The Ray cluster.  [default: one for this run, on this machine]",
)


def engine_options(function: Decorated) -> Decorated:
    """The command gets them as `engine` and `address`."""
    decorated: Any = _ENGINE(_ADDRESS(function))
    result: Decorated = decorated
    return result


def ray_settings(
    engine: str, address: str | None, perception: PerceptionChoice
) -> tuple[RaySettings | None, PerceptionChoice]:
    """How Ray is used, if it is, and the perception without the options that are for Ray."""
    if engine == "local":
        if address is not None:
            raise click.UsageError("--address names a Ray cluster; add --engine ray.")
        return None, perception
    from emoretrieve_indexer.ray.settings import RaySettings, split_options

    options, ours = split_options(perception.options)
    return RaySettings.of(ours, address=address), replace(perception, options=options)
