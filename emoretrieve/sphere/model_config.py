"""What a model's folder says of it: sizes, extractors, how it was trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from emoretrieve.sphere.features import ExtractorSettings
from emoretrieve.sphere.heads import HeadShape
from emoretrieve.sphere.modality import MODALITIES, Modality
from emoretrieve.sphere.network import NetworkShape

FORMAT = 1
"""Raise it whenever an older release could not read the folder."""


@dataclass(frozen=True, slots=True)
class FeatureSource:
    """Where the features of a modality come from."""

    settings: ExtractorSettings
    signature: Mapping[str, str]
    """That of the extractor when the model was trained."""


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """All of a model but its weights and its card."""

    shape: NetworkShape
    extractors: Mapping[Modality, FeatureSource] = field(default_factory=dict)
    """Modalities without one have inputs that a program makes."""
    backbones: tuple[Modality, ...] = ()
    """Modalities whose backbone learnt along."""
    training: Mapping[str, object] = field(default_factory=dict)
    """What it was trained with; values that JSON can spell."""

    def to_json(self) -> dict[str, object]:
        return {
            "format": FORMAT,
            "family": self.shape.family,
            "features": dict(self.shape.features),
            "head": asdict(self.shape.head),
            "extractors": {modality: _source_json(source) for modality, source in self.extractors.items()},
            "backbones": list(self.backbones),
            "training": dict(self.training),
        }


def parse_config(values: Mapping[str, Any]) -> ModelConfig:
    """What `to_json` wrote; raises ValueError, KeyError or TypeError for anything else."""
    if values["format"] != FORMAT:
        raise ValueError(f"it has the format {values['format']}, and this release reads {FORMAT}")
    if values["family"] not in ("vmf", "gaussian"):
        raise ValueError(f"there is no family '{values['family']}'")
    features = {_modality(name): _whole(width) for name, width in values["features"].items()}
    if not features:
        raise ValueError("it has no modality")
    return ModelConfig(
        NetworkShape(features, _head(values["head"]), values["family"]),
        {_modality(name): _source(source) for name, source in values["extractors"].items()},
        tuple(_modality(name) for name in values["backbones"]),
        values["training"],
    )


def _head(values: Mapping[str, Any]) -> HeadShape:
    known = {one.name for one in fields(HeadShape)}
    if set(values) != known:
        raise ValueError(f"its head says {sorted(values)} and not {sorted(known)}")
    for name in ("dimension", "hidden", "layers"):
        _whole(values[name], least=0 if name == "layers" else 1)
    head = HeadShape(**values)
    if not 0 < head.kappa_min < head.kappa_max:
        raise ValueError("the limits of kappa are none")
    return head


def _source_json(source: FeatureSource) -> dict[str, object]:
    settings = source.settings
    return {
        "name": settings.name,
        "weights": settings.weights,
        "accepted": sorted(settings.accepted),
        "signature": dict(source.signature),
    }


def _source(values: Mapping[str, Any]) -> FeatureSource:
    settings = ExtractorSettings(values["name"], values["weights"], accepted=frozenset(values["accepted"]))
    return FeatureSource(settings, {str(key): str(value) for key, value in values["signature"].items()})


def _modality(name: str) -> Modality:
    for modality in MODALITIES:
        if name == modality:
            return modality
    raise ValueError(f"there is no modality '{name}'")


def _whole(value: object, least: int = 1) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{value!r} is no size")
    return value
