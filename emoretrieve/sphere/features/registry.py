"""The feature extractors that there are, by name."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.plugins import plugins
from emoretrieve.perception.registry import EMBEDDERS
from emoretrieve.sphere.features import ExtractorSettings, FeatureExtractor

_TRANSFORMERS = "transformers"
"""Before a colon and the place of a model."""
_OWN = {"lite": "lite", "qwen3-embedding": "transformers_model"}
"""Modules of this package by the names of their extractors, beside those of the embedders."""


def extractor_names() -> list[str]:
    """All that can be named; the last stands for any place."""
    return [*_OWN, *EMBEDDERS, *(plugin.name for plugin in plugins("embedder")), f"{_TRANSFORMERS}:PLACE"]


def open_extractor(settings: ExtractorSettings) -> FeatureExtractor:
    """The extractor of this name; raises PerceptionError of kind `unknown_extractor`, and what the extractor raises."""
    module = import_module(f"emoretrieve.sphere.features.{_module_of(settings.name)}")
    opener: Callable[[ExtractorSettings], FeatureExtractor] = module.open_extractor
    return opener(settings)


def _module_of(name: str) -> str:
    if name in _OWN:
        return _OWN[name]
    if name.startswith(f"{_TRANSFORMERS}:"):
        return "transformers_model"
    if name in EMBEDDERS or any(plugin.name == name for plugin in plugins("embedder")):
        return "embedders"
    raise PerceptionError(
        f"There is no feature extractor called '{name}'; there are {', '.join(extractor_names())}.",
        kind="unknown_extractor",
    )
