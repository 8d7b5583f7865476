"""Losses by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from emoretrieve.sphere.losses.contrastive import (
    Contrastive,
    Deterministic,
    ExpectedLikelihood,
    MonteCarloInfoNCE,
    SoftContrastive,
)
from emoretrieve.sphere.losses.mpc import Mpc
from emoretrieve.sphere.losses.options import LOSSES, LossOptions
from emoretrieve.sphere.losses.pcme import Pcme
from emoretrieve.sphere.losses.sphere import SphereLoss

Loss: TypeAlias = SphereLoss | Pcme | Mpc
"""Any of them: a `torch.nn.Module` that is called as this package says."""

CONTRASTIVE: dict[str, Callable[[int], Contrastive]] = {
    "elk": ExpectedLikelihood,
    "mcinfonce": MonteCarloInfoNCE,
    "hib": SoftContrastive,
    "det": Deterministic,
}


def make_loss(options: LossOptions, dimension: int) -> Loss:
    """The loss that the options name, for distributions on the sphere S^(d-1) or Gaussians of d coordinates."""
    if options.name == "pcme":
        return Pcme()
    if options.name == "mpc":
        return Mpc()
    if options.name == "none":
        return SphereLoss(None, options)
    if options.name not in CONTRASTIVE:
        raise ValueError(f"there is no loss '{options.name}'; choose one of {', '.join(LOSSES)}")
    return SphereLoss(CONTRASTIVE[options.name](dimension), options)
