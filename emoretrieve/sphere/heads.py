"""Heads: features of one modality become distributions on the shared sphere.

    standardise -> LayerNorm -> (Linear -> GELU -> dropout) x layers -> mean and concentration

The form of the heads is not given in the paper; that they put out a mean direction and a concentration is. PCME and MPC
have diagonal Gaussians instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import torch
from torch import Tensor, nn

Family: TypeAlias = Literal["vmf", "gaussian"]
"""What the heads put out."""


class VonMisesFishers(NamedTuple):
    """Distributions on the sphere S^(d-1), one a row."""

    mu: Tensor
    """(n, d), mean directions of length 1."""
    kappa: Tensor
    """(n,), concentrations within the limits of the head."""


class Gaussians(NamedTuple):
    """Diagonal Gaussians, one a row, for PCME and MPC."""

    mean: Tensor
    """(n, d), of length 1, as both of them have it."""
    log_variance: Tensor
    """(n, d)."""


Distributions: TypeAlias = VonMisesFishers | Gaussians


@dataclass(frozen=True, slots=True)
class HeadShape:
    """The size of a head, and the limits of kappa."""

    dimension: int = 128
    """d: the sphere is S^(d-1)."""
    hidden: int = 512
    """Width of the hidden layers."""
    layers: int = 1
    """Hidden layers; 0 makes the head linear."""
    dropout: float = 0.0
    """Share of the hidden values that a training step leaves out."""
    kappa_min: float = 1.0
    kappa_max: float = 1e4


class Standardise(nn.Module):
    """Every feature as its deviation from the mean of the training items, in their standard deviations.

    The measures of `lite` are decibels, shares and octaves side by side: LayerNorm alone would hear the decibels only.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))

    def fit(self, features: Tensor) -> None:
        """Take mean and deviation from features (n, D); one that never varies is left as it is."""
        values = features.double()
        deviation = values.std(dim=0, correction=0)
        self.mean.copy_(values.mean(dim=0))
        self.scale.copy_(torch.where(deviation > 1e-6 * values.abs().amax(dim=0), deviation, 1.0))

    def forward(self, features: Tensor) -> Tensor:
        return (features - self.mean) / self.scale


class VonMisesFisherHead(nn.Module):
    """Features (n, D) to `VonMisesFishers`.

    mu is normalised; log kappa is linear in the last hidden layer, clamped to its limits, and starts at log 2d for
    every item, where A_d is about 0.78.
    """

    def __init__(self, features: int, shape: HeadShape) -> None:
        super().__init__()
        self.trunk, width = _trunk(features, shape)
        self.direction = nn.Linear(width, shape.dimension)
        self.concentration = nn.Linear(width, 1)
        self._limits = math.log(shape.kappa_min), math.log(shape.kappa_max)
        nn.init.zeros_(self.concentration.weight)
        nn.init.constant_(self.concentration.bias, math.log(2 * shape.dimension))

    def forward(self, features: Tensor) -> VonMisesFishers:
        hidden = self.trunk(features)
        with torch.autocast(features.device.type, enabled=False):  # normalisers of half precision are none
            hidden = hidden.float()
            mu = nn.functional.normalize(self.direction(hidden), dim=-1)
            log_kappa = self.concentration(hidden).squeeze(-1).clamp(*self._limits)
            return VonMisesFishers(mu, log_kappa.exp())


class GaussianHead(nn.Module):
    """Features (n, D) to `Gaussians`; the log variance starts at -log d for every item: a spread of one unit in all."""

    def __init__(self, features: int, shape: HeadShape) -> None:
        super().__init__()
        self.trunk, width = _trunk(features, shape)
        self.mean = nn.Linear(width, shape.dimension)
        self.log_variance = nn.Linear(width, shape.dimension)
        nn.init.zeros_(self.log_variance.weight)
        nn.init.constant_(self.log_variance.bias, -math.log(shape.dimension))

    def forward(self, features: Tensor) -> Gaussians:
        hidden = self.trunk(features)
        with torch.autocast(features.device.type, enabled=False):
            hidden = hidden.float()
            return Gaussians(nn.functional.normalize(self.mean(hidden), dim=-1), self.log_variance(hidden))


def make_head(family: Family, features: int, shape: HeadShape) -> VonMisesFisherHead | GaussianHead:
    """The head for features of this width."""
    return VonMisesFisherHead(features, shape) if family == "vmf" else GaussianHead(features, shape)


def at_clamp(kappa: Tensor, shape: HeadShape) -> float:
    """The share of concentrations (n,) that lie at one of their limits, 0..1."""
    low, high = kappa <= shape.kappa_min * (1 + 1e-5), kappa >= shape.kappa_max * (1 - 1e-5)
    return float((low | high).double().mean())


def _trunk(features: int, shape: HeadShape) -> tuple[nn.Sequential, int]:
    """The layers before the two outputs, and the width of what they put out."""
    layers: Sequence[nn.Module] = [Standardise(features), nn.LayerNorm(features)]
    width = features
    for _ in range(shape.layers):
        layers = [*layers, nn.Linear(width, shape.hidden), nn.GELU(), nn.Dropout(shape.dropout)]
        width = shape.hidden
    return nn.Sequential(*layers), width
