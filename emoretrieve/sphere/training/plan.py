"""What a training is told on a command line: settings and extractors, from a file and from options.

    seed = 0
    steps = 3000

    [features]
    audio = "clap"                 # text and image: lite, unless they are named

    [features.weights]
    audio = "models/clap"

    [loss]
    name = "elk"
    sliced_weight = 1.0

    [head]
    dimension = 128

An option has the same name with a dot: `loss.name=mcinfonce`, `features.audio=clap`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from emoretrieve.errors import SourceError, TrainingError
from emoretrieve.perception.options import did_you_mean
from emoretrieve.sphere.features import ExtractorSettings
from emoretrieve.sphere.heads import HeadShape
from emoretrieve.sphere.losses import LossOptions
from emoretrieve.sphere.modality import MODALITIES, Modality
from emoretrieve.sphere.training.settings import TrainingSettings

_DEFAULTS = TrainingSettings().flat()
_FEATURES = {f"features.{modality}": "lite" for modality in MODALITIES}
_WEIGHTS = tuple(f"features.weights.{modality}" for modality in MODALITIES)
_TYPES: Mapping[str, type] = {
    **{name: type(value) for name, value in (_DEFAULTS | _FEATURES).items()},
    **dict.fromkeys(("device", *_WEIGHTS), str),
}
"""What each setting is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained on what."""

    settings: TrainingSettings = field(default_factory=TrainingSettings)
    extractors: Mapping[Modality, ExtractorSettings] = field(
        default_factory=lambda: {modality: ExtractorSettings() for modality in MODALITIES}
    )


def make_plan(file: Path | None, options: Mapping[str, str], accepted: Collection[str] = ()) -> Plan:
    """A plan from a file and options, which count more; `accepted` are licences.

    Raises SourceError (`bad_config`) and TrainingError (`bad_training`) with what is wrong.
    """
    values: dict[str, Any] = {}
    if file is not None:
        values |= {name: _typed(name, value) for name, value in _flat(_read(file), file)}
    values |= {name: _parsed(name, text) for name, text in options.items()}
    flat: dict[str, Any] = _DEFAULTS | {name: value for name, value in values.items() if name in _DEFAULTS}
    extractors = {
        modality: ExtractorSettings(
            values.get(f"features.{modality}", "lite"),
            values.get(f"features.weights.{modality}"),
            flat["device"],
            frozenset(accepted),
        )
        for modality in MODALITIES
    }
    return Plan(_settings(flat), extractors)


def _settings(flat: Mapping[str, Any]) -> TrainingSettings:
    def part(prefix: str) -> dict[str, Any]:
        return {name.removeprefix(prefix): value for name, value in flat.items() if name.startswith(prefix)}

    plain = {one.name: flat[one.name] for one in fields(TrainingSettings) if one.name in flat}
    return TrainingSettings(LossOptions(**part("loss.")), HeadShape(**part("head.")), **plain)


def _read(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise _bad_file(file, "is not there") from None
    except OSError as error:
        raise _bad_file(file, f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _bad_file(file, f"is no TOML: {error}") from error


def _flat(table: Mapping[str, object], file: Path, prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flat(value, file, f"{name}.")
        elif name not in _TYPES:
            raise _bad_file(file, f"has no place for '{name}'{did_you_mean(name, _TYPES)}")
        else:
            yield name, value


def _typed(name: str, value: object) -> object:
    wanted = _TYPES[name]
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not wanted:
        raise TrainingError(f"The setting {name} is {value!r}; it has to be {_KINDS[wanted]}.", kind="bad_training")
    return value


def _parsed(name: str, text: str) -> object:
    if name not in _TYPES:
        raise TrainingError(f"There is no setting '{name}'{did_you_mean(name, _TYPES)}", kind="bad_training")
    wanted = _TYPES[name]
    try:
        if wanted is bool:
            return {"true": True, "false": False}[text.strip().lower()]
        return text.strip() if wanted is str else wanted(text)
    except (ValueError, KeyError):
        raise TrainingError(
            f"The setting {name} is '{text}'; it has to be {_KINDS[wanted]}.", kind="bad_training"
        ) from None


_KINDS: Mapping[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def _bad_file(file: Path, what: str) -> SourceError:
    ending = "" if what.endswith((".", "?")) else "."
    return SourceError(f"The configuration file '{file}' {what}{ending}", kind="bad_config")
