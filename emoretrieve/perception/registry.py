"""The captioners and mappers that there are, by name: built in, or brought by plug-ins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.settings import PerceptionSettings

if TYPE_CHECKING:
    from emoretrieve.perception import Captioner, EmotionMapper, ModelCaptioner, ModelMapper
    from emoretrieve.perception.prompted.ledger import Ledger


@dataclass
class Opening:
    """What a captioner or mapper is made from."""

    settings: PerceptionSettings
    ledger_file: Path | None = None
    ledger_in_use: Ledger | None = field(default=None, init=False)
    """The ledger, once somebody needs it."""

    @property
    def ledger(self) -> Ledger:
        """Where answers of models are kept: one for captioner and mapper."""
        from emoretrieve.perception.prompted.ledger import Ledger

        if self.ledger_in_use is None:
            self.ledger_in_use = Ledger(self.ledger_file)
        return self.ledger_in_use


OpenCaptioner: TypeAlias = "Callable[[Opening], Captioner | ModelCaptioner]"
OpenMapper: TypeAlias = "Callable[[Opening], EmotionMapper | ModelMapper]"

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


def captioner_named(name: str) -> OpenCaptioner:
    """What opens the captioner of this name; PerceptionError of kind `unknown_perception` where there is none."""
    if name not in _CAPTIONERS:
        raise _unknown("perception", name, list(_CAPTIONERS))
    opener: OpenCaptioner = _load(_CAPTIONERS[name][0])
    return opener


def mapper_named(name: str) -> OpenMapper:
    """What opens the mapper of this name; PerceptionError of kind `unknown_perception` where there is none."""
    if name not in _MAPPERS:
        raise _unknown("emotion mapper", name, list(_MAPPERS))
    opener: OpenMapper = _load(_MAPPERS[name])
    return opener


def default_mapper(captioner: str) -> str:
    """The mapper that belongs to a captioner."""
    return _CAPTIONERS[captioner][1]


def _load(place: str) -> Any:
    """The function at `module:function`; what it opens is checked by the type of the name it is given."""
    module, _, function = place.partition(":")
    return getattr(import_module(module), function)


def _unknown(what: str, name: str, known: list[str]) -> PerceptionError:
    return PerceptionError(
        f"There is no {what} called '{name}'; there are {', '.join(sorted(known))}.", kind="unknown_perception"
    )
