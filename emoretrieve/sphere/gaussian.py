"""Diagonal Gaussians, which PCME and MPC have in place of von Mises-Fisher distributions."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, tau
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Gaussian:
    """One distribution a row."""

    mean: Tensor
    """(*batch, d)."""
    log_variance: Tensor
    """(*batch, d), by coordinate."""

    def __getitem__(self, index: Any) -> Gaussian:
        """Some of the rows."""
        return Gaussian(self.mean[index], self.log_variance[index])

    def rsample(self, count: int) -> Tensor:
        """(count, *batch, d), with gradients to both parameters."""
        noise = torch.randn((count, *self.mean.shape), dtype=self.mean.dtype, device=self.mean.device)
        return self.mean + (0.5 * self.log_variance).exp() * noise

    def product(self, other: Gaussian) -> tuple[Gaussian, Tensor]:
        """What is proportional to the product of both densities, and the log of the product's integral, (*batch)."""
        together = torch.logaddexp(self.log_variance, other.log_variance)
        log_variance = self.log_variance + other.log_variance - together
        mean = log_variance.exp() * (self.mean * (-self.log_variance).exp() + other.mean * (-other.log_variance).exp())
        distance = (self.mean - other.mean).square() * (-together).exp()
        return Gaussian(mean, log_variance), -0.5 * (distance + together + log(tau)).sum(-1)

    def kl_to_standard(self) -> Tensor:
        """(*batch): KL to the Gaussian of mean 0 and variance 1, in nats."""
        return 0.5 * (self.mean.square() + self.log_variance.exp() - 1 - self.log_variance).sum(-1)
