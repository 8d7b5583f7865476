"""PCME (Chun et al. 2021), a competitor: Gaussians whose samples match softly, by their distance.

Published for images and texts; here the mean over all pairs of modalities. In its code the logarithm of the standard
deviation is sampled with and then taken for that of the variance in the KL term; here it is the variance in both.
"""

from __future__ import annotations

from math import log

import torch
from torch import Tensor, nn

from emoretrieve.sphere.gaussian import Gaussian
from emoretrieve.sphere.losses.contrastive import soft_contrastive
from emoretrieve.sphere.losses.value import Batch, Family, LossValue, Presence, mean_of, meetings, zero_of

SAMPLES = 7
"""K, of each distribution."""
_KL_WEIGHT = 1e-5
_EPSILON = 1e-6
"""Of squared distances, as in PCME's code."""


class Pcme(nn.Module):  # type: ignore[misc]  # torch is checked as if it were not installed
    """The negative log likelihood of all N^2 pairs, both ways, plus the KL of both to the standard Gaussian, in sum.

    Two samples match with the probability e^s / (e^s + e^-s), s = -a |z - z'| + b, a and b learned from 15.
    """

    family: Family = "gaussian"

    def __init__(self) -> None:
        super().__init__()
        self.negative_scale = nn.Parameter(torch.tensor(15.0))
        self.shift = nn.Parameter(torch.tensor(15.0))

    def forward(self, batch: Batch[Gaussian], present: Presence) -> LossValue:
        with torch.autocast(next(iter(batch.values())).mean.device.type, enabled=False):
            given = [tensor for one in batch.values() for tensor in (one.mean, one.log_variance)]
            nothing = zero_of([*given, *self.parameters()])
            pairs = [(batch[one][rows], batch[other][rows]) for one, other, rows in meetings(present, 2)]
            match = mean_of([2 * soft_contrastive(self.logits(x, y)) for x, y in pairs], nothing)
            kl = mean_of([(x.kl_to_standard() + y.kl_to_standard()).sum() for x, y in pairs], nothing)
        parts = {"match": match, "kl": kl, "negative_scale": self.negative_scale, "shift": self.shift}
        return LossValue(match + _KL_WEIGHT * kl + nothing, {name: part.detach() for name, part in parts.items()})

    def logits(self, x: Gaussian, y: Gaussian) -> Tensor:
        """(K, K, N, M): 2 s of every two samples, so that the probability of a match is their sigmoid."""
        of_x, of_y = x.rsample(SAMPLES), y.rsample(SAMPLES)
        lengths = of_x.square().sum(-1)[:, None, :, None] + of_y.square().sum(-1)[None, :, None, :]
        squares = lengths - 2 * torch.einsum("knd,lmd->klnm", of_x, of_y)
        return 2 * (self.shift - self.negative_scale * (squares.clamp_min(0) + _EPSILON).sqrt())

    def scores(self, queries: Gaussian, targets: Gaussian) -> Tensor:
        """(N, M): the log probabilities of a match, to rank targets by."""
        matched = nn.functional.logsigmoid(self.logits(queries, targets))
        return matched.flatten(end_dim=1).logsumexp(dim=0) - 2 * log(SAMPLES)
