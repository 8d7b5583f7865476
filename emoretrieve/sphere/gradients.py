"""The functions of `normaliser.py` on tensors, with their derivatives in closed form.

Autograd through the formulas would be right as well, but slower, and in float32 less exact: large terms cancel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch

from emoretrieve.sphere import normaliser
from emoretrieve.sphere.bessel import At

Derivative: TypeAlias = Callable[[torch.Tensor, int], torch.Tensor]

DERIVATIVES: dict[str, Derivative] = {
    "log_normaliser": lambda kappa, dimension: -normaliser.resultant(kappa, dimension),
    "scaled_log_normaliser": normaliser.resultant_gap,
    "resultant": normaliser.resultant_slope,
    "resultant_gap": lambda kappa, dimension: -normaliser.resultant_slope(kappa, dimension),
    "entropy": lambda kappa, dimension: -kappa * normaliser.resultant_slope(kappa, dimension),
}
"""By kappa. The one that is not here, `resultant_slope`, is left to autograd."""


def evaluated(name: str, kappa: torch.Tensor, dimension: int) -> torch.Tensor:
    """The function of this name at every kappa."""
    if name in DERIVATIVES:
        return _Evaluated.apply(kappa, dimension, name)
    return getattr(At(kappa, dimension, torch), name)()


class _Evaluated(torch.autograd.Function):  # type: ignore[misc]  # torch is checked as if it were not installed
    generate_vmap_rule = True

    @staticmethod
    def forward(kappa: torch.Tensor, dimension: int, name: str) -> torch.Tensor:
        return getattr(At(kappa, dimension, torch), name)()

    @staticmethod
    def setup_context(
        ctx: torch.autograd.function.FunctionCtx, inputs: tuple[torch.Tensor, int, str], _output: torch.Tensor
    ) -> None:
        kappa, ctx.dimension, ctx.name = inputs
        ctx.save_for_backward(kappa)

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, gradient: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (kappa,) = ctx.saved_tensors
        return gradient * DERIVATIVES[ctx.name](kappa, ctx.dimension), None, None
