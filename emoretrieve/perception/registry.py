"""The captioners and mappers that there are, by name: built in, or brought by plug-ins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.settings import PerceptionSettings, Role

if TYPE_CHECKING:
    from emoretrieve.perception import Captioner, Embedder, EmotionMapper, ModelCaptioner, ModelMapper
    from emoretrieve.perception.plugins import Kind, Plugin
    from emoretrieve.perception.prompted.ledger import Answers, Ledger


@dataclass
class Opening:
    """What a captioner or mapper is made from."""

    settings: PerceptionSettings
    ledger_file: Path | Answers | None = None
    ledger_in_use: Ledger | None = field(default=None, init=False)
    """The ledger, once somebody needs it."""
    origins: dict[str, str] = field(default_factory=dict, init=False)
    """Packages and versions of the plug-ins that were opened, under `captioner.plugin` and the like."""

    @property
    def ledger(self) -> Ledger:
        """Where answers of models are kept: one for captioner and mapper."""
        from emoretrieve.perception.prompted.ledger import Ledger

        if self.ledger_in_use is None:
            self.ledger_in_use = Ledger(self.ledger_file)
        return self.ledger_in_use


OpenCaptioner: TypeAlias = "Callable[[Opening], Captioner | ModelCaptioner]"
OpenMapper: TypeAlias = "Callable[[Opening], EmotionMapper | ModelMapper]"
OpenEmbedder: TypeAlias = "Callable[[Opening], Embedder]"

_CAPTIONERS = {
    "lite": ("emoretrieve.perception.lite:open_captioner", "lexicon"),
    "qwen": ("emoretrieve.perception.qwen:open_captioner", "qwen"),
    "endpoint": ("emoretrieve.perception.endpoint:open_captioner", "endpoint"),
    "captions": ("emoretrieve.perception.given:open_captioner", "lexicon"),
}
"""Where each built-in captioner is made, and the mapper that belongs to it."""

_MAPPERS = {
    "lexicon": "emoretrieve.perception.lexicon:open_mapper",
    "qwen": "emoretrieve.perception.qwen:open_mapper",
    "endpoint": "emoretrieve.perception.endpoint:open_mapper",
    "given": "emoretrieve.perception.given:open_mapper",
}


EMBEDDERS = ("imagebind", "pe-av", "clap", "clip", "siglip")
"""The built-in embedders, which `emoretrieve.embedding` makes."""

_PROMPTED = {"qwen", "endpoint"}
"""Those that prompt language models."""

PROMPTING_OPTIONS = {
    "prompts": "File of prompts, in the form of emoretrieve/perception/prompted/prompts.toml (the built-in ones).",
    "max_new_tokens": "Tokens that an answer may have (512).",
    "temperature": "0 takes the likeliest token each time; above it, tokens are drawn (0).",
    "seed": "Of the drawing (0).",
    "colour.readout": "How colours are named: text, as written by the model, or logits, weighed (text).",
    "colour.samples": "How often each colour is asked for; the median counts (1).",
    "colour.attempts": "How often a model is asked until its answer holds colours (3).",
}
"""What all of those read."""


def captioner_named(name: str) -> OpenCaptioner:
    """What opens the captioner of this name; PerceptionError of kind `unknown_perception` where there is none."""
    if name not in _CAPTIONERS:
        return _plugin_opener("captioner", name)
    opener: OpenCaptioner = _load(_CAPTIONERS[name][0])
    return opener


def mapper_named(name: str) -> OpenMapper:
    """What opens the mapper of this name; PerceptionError of kind `unknown_perception` where there is none."""
    if name not in _MAPPERS:
        return _plugin_opener("mapper", name)
    opener: OpenMapper = _load(_MAPPERS[name])
    return opener


def embedder_named(name: str) -> OpenEmbedder:
    """What opens the embedder of this name; PerceptionError of kind `unknown_perception` where there is none."""
    return _plugin_opener("embedder", name)


def default_mapper(captioner: str) -> str:
    """The mapper that belongs to a captioner; to one of a plug-in, the lexicon."""
    return _CAPTIONERS[captioner][1] if captioner in _CAPTIONERS else "lexicon"


def built_in(kind: Kind) -> list[str]:
    """The names that no plug-in can have."""
    names: dict[Kind, list[str]] = {
        "captioner": list(_CAPTIONERS),
        "mapper": list(_MAPPERS),
        "embedder": list(EMBEDDERS),
    }
    return names[kind]


def option_names(settings: PerceptionSettings) -> set[str]:
    """The options that the captioner and the mapper of these settings read, such as `url` and `audio.url`."""
    mapper = settings.mapper or default_mapper(settings.name)
    return _names_read("captioner", settings.name, ("audio", "image")) | _names_read("mapper", mapper, ("colour",))


def _names_read(kind: Kind, name: str, roles: tuple[Role, ...]) -> set[str]:
    options = options_named(kind, name)
    if name not in _PROMPTED:
        return set(options)
    for_all = {option for option in options if "." not in option}
    for_one = {option for option in options if option.partition(".")[0] in roles}
    return for_all | for_one | {f"{role}.{option}" for role in roles for option in for_all}


def options_named(kind: Kind, name: str) -> dict[str, str]:
    """The options that one captioner or mapper reads: `OPTIONS` of the module that makes it."""
    if name not in built_in(kind):
        return dict(_plugin(kind, name).options())
    place = _CAPTIONERS[name][0] if kind == "captioner" else _MAPPERS[name]
    options: Mapping[str, str] = getattr(import_module(place.partition(":")[0]), "OPTIONS", {})
    return dict(options) | (PROMPTING_OPTIONS if name in _PROMPTED else {})


def _load(place: str) -> Any:
    """The function at `module:function`; what it opens is checked by the type of the name it is given."""
    module, _, function = place.partition(":")
    return getattr(import_module(module), function)


def _plugin(kind: Kind, name: str) -> Plugin:
    """The plug-in of this name. They are looked for only here: that costs several milliseconds."""
    from emoretrieve.perception.plugins import plugin_named, plugins

    plugin = plugin_named(kind, name)
    if plugin is None:
        raise _unknown(kind, name, [*built_in(kind), *(plugin.name for plugin in plugins(kind))])
    return plugin


def _plugin_opener(kind: Kind, name: str) -> Callable[[Opening], Any]:
    plugin = _plugin(kind, name)

    def open_plugin(opening: Opening) -> Any:
        opening.origins[f"{kind}.plugin"] = plugin.origin
        return plugin.open(opening.settings)

    return open_plugin


def _unknown(kind: Kind, name: str, known: list[str]) -> PerceptionError:
    what = {"captioner": "perception", "mapper": "emotion mapper", "embedder": "embedder"}[kind]
    there_are = f"there are {', '.join(sorted(set(known)))}" if known else "there are none"
    return PerceptionError(
        f"There is no {what} called '{name}'; {there_are}. `emoretrieve models` shows what each of them needs.",
        kind="unknown_perception",
    )
