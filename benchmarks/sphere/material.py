"""What an experiment learns from: frozen features a modality, the sides of the split, what was logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emoretrieve.sphere.modality import MODALITIES, Modality

Features = npt.NDArray[np.float32]
SIDES = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Material:
    """N items; `features[modality]` is [N, D], `sides[side]` are places of items, `logged[name]` is [N]."""

    features: Mapping[Modality, Features]
    sides: Mapping[str, npt.NDArray[np.int64]]
    logged: Mapping[str, npt.NDArray[np.float64]]

    def side(self, side: str) -> dict[Modality, Features]:
        return {modality: rows[self.sides[side]] for modality, rows in self.features.items()}

    def sizes(self) -> str:
        return ", ".join(f"{len(self.sides[side]):,} {side}" for side in SIDES)

    def save(self, path: Path) -> None:
        """As one file, whole or not at all."""
        arrays: dict[str, npt.NDArray[Any]] = {f"features.{name}": rows for name, rows in self.features.items()}
        arrays |= {f"sides.{name}": places for name, places in self.sides.items()}
        arrays |= {f"logged.{name}": values for name, values in self.logged.items()}
        part = path.with_suffix(".part.npz")
        np.savez(part, **arrays)  # type: ignore[arg-type]  # names of arrays, none of which is `allow_pickle`
        part.replace(path)


def load_material(path: Path) -> Material:
    with np.load(path) as arrays:
        sides = {side: arrays[f"sides.{side}"] for side in SIDES}
        logged = {name.partition(".")[2]: arrays[name] for name in arrays.files if name.startswith("logged.")}
        return Material({modality: arrays[f"features.{modality}"] for modality in MODALITIES}, sides, logged)


def compress(rows: Features, train: npt.NDArray[np.int64], most: int = 256, standardised: bool = True) -> Features:
    """[N, at most `most`]: principal components of the columns, standardised or centred, fitted on the `train` rows."""
    mean, deviation = rows[train].mean(axis=0), rows[train].std(axis=0)
    scaled = rows - mean
    if standardised:
        scaled /= np.where(deviation > 1e-6, deviation, 1.0)
    if scaled.shape[1] <= most:
        return np.asarray(scaled, np.float32)
    covariance = scaled[train].T @ scaled[train] / len(train)
    _, vectors = np.linalg.eigh(covariance.astype(np.float64))
    return np.asarray(scaled @ vectors[:, ::-1][:, :most], np.float32)
