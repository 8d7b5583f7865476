"""Contrastive losses L_C between two modalities, each averaged over both directions of retrieval.

The formula of the paper's "multimodal probabilistic contrastive loss" is not known to us; these are candidates.
All take N von Mises-Fisher distributions of each modality, row n of one belonging to row n of the other.
"""

from __future__ import annotations

from math import log, sqrt

import torch
from torch import Tensor, nn

from emoretrieve.sphere.distances import log_expected_likelihood
from emoretrieve.sphere.losses.value import both_ways
from emoretrieve.sphere.von_mises_fisher import VonMisesFisher

_LARGEST_SCALE = 100.0
"""Of inverse temperatures, as in CLIP (Radford et al. 2021)."""
_SMALLEST = 1e-12


class Contrastive(nn.Module):  # type: ignore[misc]  # torch is checked as if it were not installed
    """The loss of one pair of modalities."""

    draws = 0
    """At most so many samples of each distribution are used; 0: none are needed."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(log(scale)))

    @property
    def scale(self) -> Tensor:
        """What scores are multiplied with: a learned inverse temperature."""
        return self.log_scale.exp().clamp_max(_LARGEST_SCALE)

    def forward(self, x: VonMisesFisher, y: VonMisesFisher, of_x: Tensor, of_y: Tensor) -> Tensor:
        """A scalar; `of_x` and `of_y` (L, N, d) are samples, empty where `draws` is 0."""
        raise NotImplementedError


class ExpectedLikelihood(Contrastive):
    """InfoNCE on the log expected likelihood of two distributions: no samples, exact gradients, kappa identifiable.

    The scale starts at 0.2 for d = 128, and elsewhere so that the scores of random pairs spread as far: they grow with
    the root of d.
    """

    def __init__(self, dimension: int) -> None:
        super().__init__(scale=0.2 * sqrt(128 / dimension))

    def forward(self, x: VonMisesFisher, y: VonMisesFisher, _of_x: Tensor, _of_y: Tensor) -> Tensor:
        cosines = (x.loc @ y.loc.T).clamp(-1, 1)
        scores = log_expected_likelihood(x.concentration[:, None], y.concentration[None], cosines, x.dimension)
        return both_ways(self.scale * scores)


class Deterministic(Contrastive):
    """InfoNCE on the mean directions alone, which never learns kappa: an ablation, not the paper's baseline."""

    def __init__(self, _dimension: int) -> None:
        super().__init__(scale=1 / 0.07)

    def forward(self, x: VonMisesFisher, y: VonMisesFisher, _of_x: Tensor, _of_y: Tensor) -> Tensor:
        return both_ways(self.scale * (x.loc @ y.loc.T))


class MonteCarloInfoNCE(Contrastive):
    """MC-InfoNCE (Kirchhof et al. 2023): the log of the mean, over L samples, of the softmax of their cosines."""

    draws = 1_000_000

    def __init__(self, _dimension: int) -> None:
        super().__init__(scale=1 / 0.07)

    def forward(self, _x: VonMisesFisher, _y: VonMisesFisher, of_x: Tensor, of_y: Tensor) -> Tensor:
        scores = self.scale * (of_x @ of_y.mT)
        return (_unlikeliness(scores) + _unlikeliness(scores.mT)) / 2


def _unlikeliness(scores: Tensor) -> Tensor:
    """-log of the mean softmax of the right target, for scores (L, N, N), averaged over the N."""
    right = scores.log_softmax(dim=-1).diagonal(dim1=-2, dim2=-1)
    return log(len(scores)) - right.logsumexp(dim=0).mean()


class SoftContrastive(Contrastive):
    """Hedged instance embedding (Oh et al. 2019): pairs match with the mean probability sigmoid(-a |z - z'| + b).

    The negative log likelihood of all N^2 pairs, by N. At most 8 samples of each distribution are used: there are as
    many distances as their squared number times N^2.
    """

    draws = 8

    def __init__(self, _dimension: int) -> None:
        super().__init__(scale=15.0)
        self.shift = nn.Parameter(torch.tensor(15.0))

    def forward(self, _x: VonMisesFisher, _y: VonMisesFisher, of_x: Tensor, of_y: Tensor) -> Tensor:
        cosines = torch.einsum("knd,lmd->klnm", of_x, of_y)
        distances = (2 - 2 * cosines).clamp_min(_SMALLEST).sqrt()
        return soft_contrastive(self.shift - self.scale * distances) / of_x.shape[1]


def soft_contrastive(logits: Tensor) -> Tensor:
    """-log p(match) of the pairs n = m and -log p(no match) of all others, summed, for logits (K, L, N, N) of samples.

    The probability of a pair is the mean of sigmoid(logit) over its samples.
    """
    signs = 2 * torch.eye(logits.shape[-1], dtype=logits.dtype, device=logits.device) - 1
    likelihood = nn.functional.logsigmoid(signs * logits).flatten(end_dim=1).logsumexp(dim=0)
    return (log(logits.shape[0] * logits.shape[1]) - likelihood).sum()
