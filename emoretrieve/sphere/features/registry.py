"""The feature extractors that there are, by name."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from emoretrieve.errors import PerceptionError
from emoretrieve.sphere.features import ExtractorSettings, FeatureExtractor

_OWN = {"lite": "lite"}
"""Modules of this package by the name of their extractor."""
TRANSFORMERS = "transformers"
"""Before a colon and the place of a model."""


def extractor_names() -> list[str]:
    """All that can be named."""
    return [*_OWN]


def open_extractor(settings: ExtractorSettings) -> FeatureExtractor:
    """The extractor of this name; raises PerceptionError of kind `unknown_extractor`, and what the extractor raises."""
    if settings.name not in _OWN:
        raise PerceptionError(
            f"There is no feature extractor called '{settings.name}'; there are {', '.join(extractor_names())}.",
            kind="unknown_extractor",
        )
    module = import_module(f"emoretrieve.sphere.features.{_OWN[settings.name]}")
    opener: Callable[[ExtractorSettings], FeatureExtractor] = module.open_extractor
    return opener(settings)
