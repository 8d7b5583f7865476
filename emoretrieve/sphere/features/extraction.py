"""Features of many inputs, each for itself: one file that cannot be decoded does not take the others with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import MediaError, PerceptionError
from emoretrieve.sphere.features import FeatureExtractor, Features, Input
from emoretrieve.sphere.modality import Modality

Outcome: TypeAlias = NDArray[np.float32] | MediaError
"""The features (D,) of an input, or why there are none."""


def extract_each(
    extractor: FeatureExtractor, modality: Modality, inputs: Sequence[Input | MediaError]
) -> list[Outcome]:
    """The outcome of each input, in order; what failed before passes through.

    Raises PerceptionError where the model rather than a file is the trouble, of kind `other_modality` where the
    extractor does not take this modality and `nan_features` where its numbers are none.
    """
    require(extractor, modality)
    given = [one for one in inputs if not isinstance(one, MediaError)]
    found = iter(_together(extractor, modality, given))
    return [one if isinstance(one, MediaError) else next(found) for one in inputs]


def require(extractor: FeatureExtractor, modality: Modality) -> None:
    """Raise PerceptionError (`other_modality`) where the extractor does not take this modality."""
    if modality not in extractor.modalities:
        raise PerceptionError(
            f"The features '{extractor.name}' are of {' and '.join(sorted(extractor.modalities))}, not of {modality}; "
            "name another extractor for it.",
            kind="other_modality",
        )


def _together(extractor: FeatureExtractor, modality: Modality, inputs: Sequence[Input]) -> list[Outcome]:
    if not inputs:
        return []
    try:
        return list(_finite(extractor, modality, extractor.extract(modality, inputs)))
    except MediaError as error:
        if len(inputs) == 1:
            return [error]
    return [outcome for one in inputs for outcome in _together(extractor, modality, [one])]


def _finite(extractor: FeatureExtractor, modality: Modality, features: Features) -> Features:
    if not np.isfinite(features).all():
        raise PerceptionError(
            f"The features '{extractor.name}' of {modality} hold NaN or infinite numbers; look at its weights.",
            kind="nan_features",
        )
    return features
