"""Triplets: what each item is in up to three modalities, as rows of numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import TrainingError
from emoretrieve.sphere.modality import MODALITIES, Modality

Inputs: TypeAlias = NDArray[np.float32]
"""(n, D), features of n items; (n, ...), what a backbone takes."""
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Triplets:
    """n items. Raises TrainingError of kind `bad_triplets` or `nan_features`."""

    ids: Sequence[str]
    inputs: Mapping[Modality, Inputs]
    """Of each modality, a row an item; the row of an item without it counts nowhere and may hold anything finite."""
    present: Mapping[Modality, Flags]
    """(n,) of each modality, whether the item has it."""

    def __post_init__(self) -> None:
        for modality in self.modalities:
            rows, flags = len(self.inputs[modality]), len(self.present.get(modality, ()))
            if rows != len(self.ids) or flags != len(self.ids):
                raise TrainingError(
                    f"There are {len(self.ids)} items, {rows} rows of {modality} and {flags} flags of it; give one of "
                    "each an item.",
                    kind="bad_triplets",
                )
            self._check_finite(modality)

    @classmethod
    def complete(cls, inputs: Mapping[Modality, Inputs], ids: Sequence[str] | None = None) -> Triplets:
        """Items that have every modality that is given; they are called by their places unless they have ids."""
        count = len(next(iter(inputs.values())))
        names = [str(place) for place in range(count)] if ids is None else ids
        return cls(names, inputs, {modality: np.ones(count, np.bool_) for modality in inputs})

    @property
    def modalities(self) -> tuple[Modality, ...]:
        return tuple(modality for modality in MODALITIES if modality in self.inputs)

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> Triplets:
        """Some of the items, in this order."""
        places = np.asarray(rows, np.intp)
        return Triplets(
            [self.ids[place] for place in places],
            {modality: values[places] for modality, values in self.inputs.items()},
            {modality: flags[places] for modality, flags in self.present.items()},
        )

    def paired(self) -> NDArray[np.intp]:
        """The places of items that have two modalities at least: the others have nothing to be drawn towards."""
        counts = np.sum([self.present[modality] for modality in self.modalities], axis=0)
        return np.flatnonzero(counts >= 2)

    def digest(self) -> str:
        """SHA-256 of ids, inputs and flags, in hex."""
        together = hashlib.sha256("\0".join(self.ids).encode())
        for modality in self.modalities:
            together.update(f"{modality} {self.inputs[modality].shape}".encode())
            together.update(np.ascontiguousarray(self.inputs[modality]).tobytes())
            together.update(self.present[modality].tobytes())
        return together.hexdigest()

    def _check_finite(self, modality: Modality) -> None:
        values = self.inputs[modality]
        finite = np.isfinite(values).all(axis=tuple(range(1, values.ndim)))
        bad = np.flatnonzero(~finite & self.present[modality])
        if len(bad):
            raise TrainingError(
                f"The features of {modality} of the item '{self.ids[bad[0]]}' hold NaN or infinite numbers (and those "
                f"of {len(bad) - 1} more); mend them or leave these items out.",
                kind="nan_features",
            )
