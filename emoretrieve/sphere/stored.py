"""Points of the hypersphere in a collection: the mean direction as a vector, what is needed of kappa beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emoretrieve.embedding import caution_of
from emoretrieve.errors import StoreError
from emoretrieve.sphere.normaliser import log_normaliser, resultant
from emoretrieve.sphere.point import SpherePoint
from emoretrieve.store import Embedding, Store

if TYPE_CHECKING:
    from emoretrieve.sphere.model import SphereModel

SPHERE = "sphere"
"""What the vectors are called."""
KAPPA = "kappa"
NUMBERS = (KAPPA, "A", "log_C")
"""Beside each: the concentration, the mean cosine of a draw to its mean (A_d), and the logarithm of the normaliser."""

_MEMORY = "sphere-model"


def embedding_of(model: SphereModel) -> Embedding:
    """What a collection remembers of the model that made its points, its cautions among that."""
    cautions = " ".join(model.card.warnings()).rstrip(".")
    said = {"caution": cautions} if cautions else {}
    return Embedding(SPHERE, model.dimension, {**model.signature, **said}, numbers=NUMBERS)


def sphere_of(store: Store) -> Embedding:
    """The points that a collection holds; StoreError (`no_sphere`) where it holds none."""
    embedding = store.embeddings.get(SPHERE)
    if embedding is None:
        raise StoreError(
            "The collection has no points on the hypersphere; make them with 'emoretrieve index --space sphere --model "
            "DIR', where DIR is the folder of a model.",
            kind="no_sphere",
        )
    return embedding


def caution_about(store: Store) -> str | None:
    """What must be said wherever scores on the hypersphere of a collection are shown."""
    return caution_of(sphere_of(store).signature)


def set_points(store: Store, points: Mapping[str, SpherePoint]) -> int:
    """Write points of items by id; the number of those that are there."""
    rows = {id: point.direction for id, point in points.items()}
    return store.set_vectors(SPHERE, rows, {id: _numbers(point) for id, point in points.items()})


def stored_points(store: Store, ids: Sequence[str]) -> dict[str, SpherePoint]:
    """The points of the items that have one."""
    directions, numbers = store.vectors(SPHERE, ids), store.numbers(SPHERE, ids)
    return {
        id: SpherePoint(mu.astype(np.float32), numbers[id][KAPPA]) for id, mu in directions.items() if id in numbers
    }


def remember_model(store: Store, folder: Path) -> None:
    """Keep where the model is, for queries. Losing it costs naming it again."""
    store.save_derived(_MEMORY, json.dumps({"folder": str(folder.expanduser().absolute())}).encode())


def remembered_model(store: Store) -> Path | None:
    """The folder of the model that made the points, as far as the collection knows."""
    try:
        return Path(json.loads(store.load_derived(_MEMORY) or b"{}")["folder"])
    except (ValueError, KeyError, TypeError):
        return None


def _numbers(point: SpherePoint) -> dict[str, float]:
    kappa, size = point.kappa, point.dimension
    return dict(zip(NUMBERS, (kappa, float(resultant(kappa, size)), float(log_normaliser(kappa, size))), strict=True))
