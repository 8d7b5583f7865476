"""The embedders that there are, by name: built in, or brought by plug-ins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from emoretrieve.embedding import Embedder, EmbedderSettings
from emoretrieve.perception.registry import Opening, embedder_named
from emoretrieve.perception.settings import PerceptionSettings

EMBEDDERS: Mapping[str, str] = {
    "imagebind": "emoretrieve.embedding.imagebind",
}
"""Where each built-in embedder is made: the module with its `open_embedder`."""


def open_embedder(settings: EmbedderSettings) -> Embedder:
    """The embedder of this name.

    Raises PerceptionError of kind `unknown_perception`, `licence_not_accepted`, `unknown_model`, `damaged_model`, and
    MissingDependency where an extra is not installed.
    """
    if settings.name in EMBEDDERS:
        opener: Callable[[EmbedderSettings], Embedder] = import_module(EMBEDDERS[settings.name]).open_embedder
        return opener(settings)
    given = {"weights": settings.weights, "device": settings.device}
    options = {name: value for name, value in given.items() if value is not None}
    return embedder_named(settings.name)(Opening(PerceptionSettings(settings.name, options=options)))
