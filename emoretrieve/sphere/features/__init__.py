"""Feature extractors: what a song, a picture or words are, as a row of numbers that a head can learn from.

An extractor is frozen: the same input gives the same row for ever, so rows are kept by content (`cache.py`). What would
change a row (model, digest of the weights, version of the measures) is in its signature.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import MediaError
from emoretrieve.media import MediaFile
from emoretrieve.sphere.modality import Modality

Features: TypeAlias = NDArray[np.float32]
"""(n, D), one row an input."""

Input: TypeAlias = MediaFile | str
"""A sound or picture, or words."""


@dataclass(frozen=True, slots=True)
class ExtractorSettings:
    """What makes an extractor."""

    name: str = "lite"
    """One of the registry, or `transformers:PLACE`."""
    weights: str | None = None
    """A file, a folder or owner/name on the hub; None: as the extractor has it built in."""
    device: str | None = None
    """Such as `cpu` or `cuda:1`; None: a GPU where there is one."""
    accepted: Collection[str] = field(default_factory=frozenset)
    """Embedders whose licence the user accepts."""


class FeatureExtractor(Protocol):
    """Turns inputs of some modalities into features."""

    @property
    def name(self) -> str: ...

    @property
    def modalities(self) -> frozenset[Modality]:
        """Those that it takes."""
        ...

    def signature(self, modality: Modality) -> Mapping[str, str]:
        """What decides which features inputs of this modality have."""
        ...

    def dimension(self, modality: Modality) -> int:
        """D."""
        ...

    def extract(self, modality: Modality, inputs: Sequence[Input]) -> Features:
        """The features of inputs of one modality, finite, (n, D).

        Raises MediaError for a file that cannot be decoded, PerceptionError where a model fails.
        """
        ...


def input_of(modality: Modality, given: Path | Input) -> Input:
    """A path as the sound or picture that its content is; raises MediaError (`not_media`, ...) for anything else."""
    if not isinstance(given, Path):
        return given
    from emoretrieve.media.identify import identify

    media = identify(given)
    if media is None:
        raise MediaError(f"The file '{given}' is neither a sound nor a picture.", kind="not_media")
    if media.modality != modality:
        wanted, found = _NOUNS[modality], _NOUNS[media.modality]
        raise MediaError(f"The file '{given}' is {found}, and {wanted} is wanted here.", kind="other_modality")
    return media


def input_or_error(modality: Modality, given: Path | Input) -> Input | MediaError:
    """The same, with the error in place of what is none."""
    try:
        return input_of(modality, given)
    except MediaError as error:
        return error


_NOUNS: Mapping[Modality, str] = {"audio": "a sound", "image": "a picture", "text": "a text"}
