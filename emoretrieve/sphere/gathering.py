"""From the items of a manifest to triplets of features: extracted once, kept, with what failed named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from emoretrieve.errors import MediaError
from emoretrieve.sphere.features import FeatureExtractor, input_or_error
from emoretrieve.sphere.features.cache import FeatureCache, extract_cached
from emoretrieve.sphere.features.extraction import Outcome
from emoretrieve.sphere.manifest import ManifestItem
from emoretrieve.sphere.modality import MODALITIES, Modality
from emoretrieve.sphere.triplets import Flags, Inputs, Triplets

OnInput: TypeAlias = Callable[[int, int], object]
"""How many inputs are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A part of an item that has no features; the item is used without it."""

    id: str
    modality: Modality
    error: MediaError


@dataclass(frozen=True, slots=True)
class Gathered:
    """The triplets, and what of them failed."""

    triplets: Triplets
    failures: Sequence[Failure]


def gather(
    items: Sequence[ManifestItem],
    extractors: Mapping[Modality, FeatureExtractor],
    cache: FeatureCache,
    on_input: OnInput = lambda _done, _of: None,
) -> Gathered:
    """The features of all items, of the modalities that have an extractor."""
    used = [modality for modality in MODALITIES if modality in extractors]
    total = sum(modality in one.parts for one in items for modality in used)
    inputs: dict[Modality, Inputs] = {}
    present: dict[Modality, Flags] = {}
    failures: list[Failure] = []
    for modality in used:
        inputs[modality] = np.zeros((len(items), extractors[modality].dimension(modality)), np.float32)
        present[modality] = np.zeros(len(items), np.bool_)
        for place, outcome in _outcomes(items, modality, extractors[modality], cache):
            if isinstance(outcome, MediaError):
                failures.append(Failure(items[place].id, modality, outcome))
            else:
                inputs[modality][place], present[modality][place] = outcome, True
            on_input(int(sum(flags.sum() for flags in present.values())) + len(failures), total)
    return Gathered(Triplets([one.id for one in items], inputs, present), failures)


def _outcomes(
    items: Sequence[ManifestItem], modality: Modality, extractor: FeatureExtractor, cache: FeatureCache
) -> Iterator[tuple[int, Outcome]]:
    """The places of the items that have the modality, and what came of it."""
    places = [place for place, one in enumerate(items) if modality in one.parts]
    given = [input_or_error(modality, items[place].parts[modality]) for place in places]
    return zip(places, extract_cached(extractor, modality, given, cache), strict=True)
