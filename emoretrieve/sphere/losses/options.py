"""Which loss, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass

LOSSES = ("elk", "mcinfonce", "hib", "det", "none", "pcme", "mpc")
"""What `LossOptions.name` takes: a contrastive loss L_C ("none": L_S alone), or a competitor, which takes no L_S."""


@dataclass(frozen=True, slots=True)
class LossOptions:
    """A loss by name. Fields that a loss does not use are ignored by it."""

    name: str = "elk"
    sliced_weight: float = 1.0
    """lambda: the weight of L_S; at 0 it is neither computed nor are samples drawn for it."""
    samples: int = 16
    """L: draws per distribution, for L_S, mcinfonce and hib."""
    projections: int = 100
    """T: great circles of L_S, drawn anew each time."""
    power: int = 1
    """p of SSW_p: 1, the paper's, or 2."""
    concentration_penalty: float = 0.0
    """Weight of the mean square of log(kappa / d); 1e-4 to 1e-3 keeps kappa of mcinfonce and hib from its bound."""
