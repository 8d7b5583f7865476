"""The options of commands that describe or colour: which perception, and how it is set up.

What is said on the command line counts before a configuration file, and both before what a collection remembers. A
file that `--config` names is a part of the command line: a collection that another perception filled is then refused.
One that EMORETRIEVE_CONFIG names stands in the background of all commands, and counts where it is for the perception in
use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from emoretrieve.perception import PerceptionChoice

Decorated = TypeVar("Decorated", bound=Callable[..., object])

_DESCRIBING = (
    click.option(
        "--perception",
        "perception_name",
        metavar="NAME",
        help="What describes them, such as lite or qwen; a collection is filled by one perception.  "
        "[default: as the collection remembers, or lite]",
    ),
    click.option(
        "--use-descriptions",
        is_flag=True,
        help="Let titles, artists and tags into the descriptions; a collection is filled either with or without them.",
    ),
)
_COLOURING = (
    click.option(
        "--mapper",
        metavar="NAME",
        help="What gives captions their colours, such as lexicon or qwen.  [default: as belongs to the perception]",
    ),
    click.option(
        "--readout",
        type=click.Choice(["text", "logits"]),
        help="How a model names colours: written, or weighed; short for --set colour.readout=.",
    ),
    click.option(
        "--samples",
        type=click.IntRange(min=1),
        metavar="N",
        help="Ask for every colour N times and take the median; short for --set colour.samples=.",
    ),
)
_SETTING_UP = (
    click.option(
        "--set",
        "assignments",
        multiple=True,
        metavar="KEY=VALUE",
        help="An option of the models or servers, such as colour.model=NAME (docs/perceptions.md). Repeatable.",
    ),
    click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        envvar="EMORETRIEVE_CONFIG",
        show_envvar=True,
        help="A TOML file with the perception and its options.",
    ),
)


def perception_options(function: Decorated) -> Decorated:
    """Options to choose a perception; the command gets them as `perception: PerceptionChoice`."""
    return _with(function, (_DESCRIBING[0], *_COLOURING, _DESCRIBING[1], *_SETTING_UP))


def colouring_options(function: Decorated) -> Decorated:
    """Options to choose what gives captions their colours; the command gets them as `perception`, too."""
    return _with(function, (*_COLOURING, *_SETTING_UP))


def setup_options(function: Decorated) -> Decorated:
    """Options to say where the perception of a collection runs; the command gets them as `perception`, too."""
    return _with(function, _SETTING_UP)


def _with(function: Decorated, options: Sequence[Callable[[Any], Any]]) -> Decorated:
    @wraps(function)
    def with_choice(*args: Any, **given: Any) -> object:
        own = {name: given.pop(name) for name in _NAMES if name in given}
        return function(*args, perception=_choice(own), **given)

    decorated: Any = with_choice
    for option in reversed(options):
        decorated = option(decorated)
    result: Decorated = decorated
    return result


_NAMES = ("perception_name", "mapper", "readout", "samples", "use_descriptions", "assignments", "config")


def _choice(own: dict[str, Any]) -> PerceptionChoice:
    """What click parsed, as one value."""
    from emoretrieve.perception import PerceptionChoice

    choice = PerceptionChoice(
        own.get("perception_name"), own.get("use_descriptions") or None, own.get("mapper"), _options(own)
    )
    return choice if own["config"] is None else _over_file(choice, own["config"])


def _options(own: dict[str, Any]) -> dict[str, str]:
    options = dict(map(_assignment, own["assignments"]))
    for name in ("readout", "samples"):
        if own.get(name) is not None:
            options[f"colour.{name}"] = str(own[name])
    if not options:
        return options
    from emoretrieve.perception.config import anchored

    return anchored(options, Path.cwd())


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise click.UsageError("--set takes KEY=VALUE, such as colour.samples=3.")
    return name.strip(), value


def _over_file(choice: PerceptionChoice, file: Path) -> PerceptionChoice:
    """The choice before that of a file."""
    from dataclasses import replace

    from emoretrieve.perception import PerceptionSettings
    from emoretrieve.perception.config import load_config

    written = load_config(file)
    ambient = click.get_current_context().get_parameter_source("config") is ParameterSource.ENVIRONMENT
    if ambient or written.name is None or choice.name not in (None, written.name):
        return replace(choice, background=written)
    merged = choice.over(PerceptionSettings(written.name, mapper=written.mapper, options=written.options))
    descriptions = written.use_descriptions if choice.use_descriptions is None else choice.use_descriptions
    return replace(
        choice, name=merged.name, use_descriptions=descriptions, mapper=merged.mapper, options=merged.options
    )
