"""Items to learn from that a few steps are enough for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from emoretrieve.sphere.heads import HeadShape
from emoretrieve.sphere.losses import LossOptions
from emoretrieve.sphere.modality import MODALITIES
from emoretrieve.sphere.training.settings import TrainingSettings
from emoretrieve.sphere.triplets import Triplets

QUICK = TrainingSettings(
    loss=LossOptions(sliced_weight=0.0, samples=3, projections=4),
    head=HeadShape(dimension=8, hidden=24),
    steps=40,
    learning_rate=3e-3,
    batch_size=16,
    validate_every=10,
    device="cpu",
)


def quick(loss: str = "elk", **changes: object) -> TrainingSettings:
    """Quick settings with another loss or other values."""
    weight = 0.1 if loss in ("none", "mcinfonce") else 0.0
    return replace(QUICK, loss=replace(QUICK.loss, name=loss, sliced_weight=weight), **changes)  # type: ignore[arg-type]  # of its fields


def related(count: int = 80, seed: int = 0, missing: bool = False) -> Triplets:
    """Three views of the same five numbers, with noise; with `missing`, every third item lacks a modality."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(count, 5))
    views = np.random.default_rng(1).normal(size=(3, 5, 9))
    inputs, present = {}, {}
    for place, modality in enumerate(MODALITIES):
        noise = 0.1 * rng.normal(size=(count, 9))
        inputs[modality] = (hidden @ views[place] + noise).astype(np.float32)
        lacks = (np.arange(count) % 3 == 0) & (np.arange(count) // 3 % 3 == place)
        present[modality] = ~(lacks & missing)
    return Triplets([f"item {number}" for number in range(count)], inputs, present)
