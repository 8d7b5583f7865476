"""Batches of random distributions, all from parameters that can be learned."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from emoretrieve.sphere.gaussian import Gaussian
from emoretrieve.sphere.von_mises_fisher import VonMisesFisher

MODALITIES = ("audio", "image", "text")


class Learnable(NamedTuple):
    """Free parameters, (B, d) and (B, 1 or d), of distributions by modality."""

    directions: dict[str, Any]
    spreads: dict[str, Any]

    @classmethod
    def random(cls, family: str, rows: int = 6, size: int = 8, seed: int = 0) -> Learnable:
        torch.manual_seed(seed)
        width = 1 if family == "vmf" else size
        directions = {name: torch.randn(rows, size, dtype=torch.float64, requires_grad=True) for name in MODALITIES}
        spreads = {name: torch.randn(rows, width, dtype=torch.float64, requires_grad=True) for name in MODALITIES}
        return cls(directions, spreads)

    def batch(self) -> dict[str, Any]:
        """Mean directions of length 1; concentrations around 20, or log variances around -1."""
        return {name: self.one(name) for name in MODALITIES}

    def one(self, name: str) -> Any:
        direction = torch.nn.functional.normalize(self.directions[name], dim=-1)
        if self.spreads[name].shape[-1] == 1:
            return VonMisesFisher(direction, (3 + 0.5 * self.spreads[name].squeeze(-1)).exp())
        return Gaussian(direction, 0.5 * self.spreads[name] - 1)

    @property
    def parameters(self) -> list[Any]:
        return [*self.directions.values(), *self.spreads.values()]


def present(rows: int = 6, **absent: list[int]) -> dict[str, Any]:
    """All rows of all modalities but these."""
    flags = {name: torch.ones(rows, dtype=torch.bool) for name in MODALITIES}
    for name, places in absent.items():
        flags[name][places] = False
    return flags
