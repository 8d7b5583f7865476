"""The functions of `normaliser.py` on tensors, with their derivatives in closed form.

Autograd through the formulas would be right as well, but slower, and in float32 less exact: large terms cancel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from emoretrieve.sphere import normaliser
from emoretrieve.sphere.bessel import At

DERIVATIVES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "log_normaliser": ("resultant", lambda _kappa: -1.0),
    "scaled_log_normaliser": ("resultant_gap", lambda _kappa: 1.0),
    "resultant": ("resultant_slope", lambda _kappa: 1.0),
    "resultant_gap": ("resultant_slope", lambda _kappa: -1.0),
    "entropy": ("resultant_slope", lambda kappa: -kappa),
}
"""By kappa: another of the functions, and a factor. `resultant_slope`, which is not here, is left to autograd."""

_BLOCK = 16_384
"""So many values are evaluated at once: their intermediate results stay near the processor."""


def evaluated(name: str, kappa: Tensor, dimension: int) -> Tensor:
    """The function of this name at every kappa."""
    if name in DERIVATIVES:
        return _Evaluated.apply(kappa, dimension, name)
    return getattr(At(kappa, dimension, torch), name)


class _Evaluated(torch.autograd.Function):  # type: ignore[misc]  # torch is checked as if it were not installed
    @staticmethod
    def forward(ctx: Any, kappa: Tensor, dimension: int, name: str) -> Tensor:
        """The derivative comes along with the value, of which it shares most: backward has nothing left to compute."""
        ctx.dimension, ctx.name = dimension, name
        derivative, factor = DERIVATIVES[name]
        values, slopes = [], []
        for block in kappa.flatten().split(_BLOCK):
            at = At(block, dimension, torch)
            values.append(getattr(at, name))
            if ctx.needs_input_grad[0]:
                slopes.append(factor(block) * getattr(at, derivative))
        ctx.save_for_backward(kappa, torch.cat(slopes).view_as(kappa) if slopes else None)
        return torch.cat(values).view_as(kappa)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        """Where the derivative is to be differentiated again, it is evaluated as a function of its own."""
        kappa, slopes = ctx.saved_tensors
        if torch.is_grad_enabled():
            derivative, factor = DERIVATIVES[ctx.name]
            slopes = factor(kappa) * getattr(normaliser, derivative)(kappa, ctx.dimension)
        return gradient * slopes, None, None
