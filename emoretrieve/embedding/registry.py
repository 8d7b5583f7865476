"""The embedders that there are, by name: built in, or brought by plug-ins."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from emoretrieve.embedding import Embedder, EmbedderSettings
from emoretrieve.perception.plugins import plugin_named
from emoretrieve.perception.registry import EMBEDDERS, Opening, embedder_named
from emoretrieve.perception.settings import PerceptionSettings
from emoretrieve.store import Embedding


def open_embedder(settings: EmbedderSettings) -> Embedder:
    """The embedder of this name; that of a plug-in gets `weights` and `device` as options, where they are set.

    Raises PerceptionError of kind `unknown_perception`, `licence_not_accepted`, `unknown_model`, `damaged_model`, and
    MissingDependency where an extra is not installed.
    """
    if settings.name in EMBEDDERS:
        module = import_module(f"emoretrieve.embedding.{settings.name.replace('-', '_')}")
        opener: Callable[[EmbedderSettings], Embedder] = module.open_embedder
        return opener(settings)
    given = {"weights": settings.weights, "device": settings.device}
    options = {name: value for name, value in given.items() if value is not None}
    return embedder_named(settings.name)(Opening(PerceptionSettings(settings.name, options=options)))


def embedding_of(name: str, embedder: Embedder) -> Embedding:
    """What a collection remembers of the vectors that this embedder makes."""
    plugin = None if name in EMBEDDERS else plugin_named("embedder", name)
    origin = {"embedder.plugin": plugin.origin} if plugin else {}
    return Embedding(name, embedder.dimension, {**embedder.signature, **origin})
