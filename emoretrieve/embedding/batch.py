"""Several files embedded at once, each for itself: one that fails does not take the others with it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import numpy as np

from emoretrieve.embedding import BatchEmbedder, Embedder, ModelInput
from emoretrieve.errors import EmoretrieveError, MediaError, MissingDependency, PerceptionError
from emoretrieve.item import MODALITIES
from emoretrieve.media import MediaFile

Outcome: TypeAlias = list[float] | EmoretrieveError
"""The vector of a file, or why there is none."""


def embed_files(embedder: Embedder, files: Sequence[MediaFile]) -> list[Outcome]:
    """The outcome of each file, in order.

    Raises what is wrong with the embedder rather than with a file: weights that cannot be loaded, a library that is not
    installed.
    """
    outcomes = _together(embedder, files) if isinstance(embedder, BatchEmbedder) else _one_by_one(embedder, files)
    return [_checked(outcome, embedder.dimension) for outcome in outcomes]


def _one_by_one(embedder: Embedder, files: Sequence[MediaFile]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for media in files:
        try:
            outcomes.append(embedder.embed(media))
        except MediaError as error:
            outcomes.append(error)
    return outcomes


def _together(embedder: BatchEmbedder, files: Sequence[MediaFile]) -> list[Outcome]:
    """Files are decoded in threads, then embedded in one go for each modality."""
    with ThreadPoolExecutor(min(len(files), os.cpu_count() or 1) or 1) as threads:
        prepared = list(threads.map(lambda media: _prepared(embedder, media), files))
    outcomes: list[Outcome | None] = [one if isinstance(one, EmoretrieveError) else None for one in prepared]
    for modality in MODALITIES:
        places = [place for place, media in enumerate(files) if media.modality == modality and outcomes[place] is None]
        inputs = [one for place in places if not isinstance(one := prepared[place], EmoretrieveError)]
        if inputs:
            for place, vector in zip(places, embedder.embed_prepared(modality, inputs), strict=True):
                outcomes[place] = vector
    return [outcome for outcome in outcomes if outcome is not None]


def _prepared(embedder: BatchEmbedder, media: MediaFile) -> ModelInput | EmoretrieveError:
    try:
        return embedder.prepare(media)
    except (MediaError, MissingDependency) as error:  # such as ffmpeg, which only some files need
        return error


def _checked(outcome: Outcome, dimension: int) -> Outcome:
    """Nothing that is no vector gets through: an engine would store NaN."""
    if isinstance(outcome, EmoretrieveError):
        return outcome
    vector = np.asarray(outcome, np.float64)
    if vector.shape == (dimension,) and np.isfinite(vector).all() and vector.any():
        return outcome
    return PerceptionError(
        f"The embedder gave no vector of {dimension} finite numbers that are not all zero; look at its weights.",
        kind="bad_vector",
    )
