"""MPC (Neculai et al. 2022), a competitor: queries are products of Gaussians, scored by targets' samples.

Published for images and texts; here every modality is the query of every other, and where an item has three, each two
of them, multiplied, are the query of the third.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log, tau

import torch
from torch import Tensor, nn

from emoretrieve.sphere.gaussian import Gaussian
from emoretrieve.sphere.losses.value import Batch, Family, LossValue, Presence, mean_of, meetings, zero_of

SAMPLES = 7
"""Of each target."""
_VARIANCE_WEIGHT = 1e-3


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: a Gaussian with mean of length 1, and the log integral of the product it came from."""

    gaussian: Gaussian
    log_z: Tensor
    """(N,): 0 for a single modality."""

    @classmethod
    def of(cls, *factors: Gaussian) -> Query:
        """The product of one Gaussian or several."""
        whole, log_z = factors[0], torch.zeros_like(factors[0].mean[..., 0])
        for factor in factors[1:]:
            whole, log_part = whole.product(factor)
            log_z = log_z + log_part
        return cls(Gaussian(nn.functional.normalize(whole.mean, dim=-1), whole.log_variance), log_z)


class Mpc(nn.Module):  # type: ignore[misc]  # torch is checked as if it were not installed
    """Cross-entropy of the scores at temperature 1, both ways, plus 1e-3 times the mean square of the log variances."""

    family: Family = "gaussian"

    def forward(self, batch: Batch[Gaussian], present: Presence) -> LossValue:
        with torch.autocast(next(iter(batch.values())).mean.device.type, enabled=False):
            nothing = zero_of([tensor for one in batch.values() for tensor in (one.mean, one.log_variance)])
            retrieval, variance = [], []
            for query, target in _questions(batch, present):
                retrieval.append((_entropy(query, target) + _entropy(target, query)) / 2)
                variance += [one.gaussian.log_variance.square().mean() for one in (query, target)]
            parts = {"retrieval": mean_of(retrieval, nothing), "log_variance": mean_of(variance, nothing)}
        total = parts["retrieval"] + _VARIANCE_WEIGHT * parts["log_variance"] + nothing
        return LossValue(total, {name: part.detach() for name, part in parts.items()})


def scores(query: Query, target: Query) -> Tensor:
    """(N, M): log z + the mean log density of the query at samples of the target, to rank targets by."""
    samples = target.gaussian.rsample(SAMPLES)
    precision = (-query.gaussian.log_variance).exp()
    mean = query.gaussian.mean
    moments = samples.square().mean(0), samples.mean(0)
    squares = precision @ moments[0].T - 2 * (precision * mean) @ moments[1].T + (precision * mean**2).sum(-1)[:, None]
    constant = query.log_z - 0.5 * (query.gaussian.log_variance + log(tau)).sum(-1)
    return constant[:, None] - 0.5 * squares


def _entropy(query: Query, target: Query) -> Tensor:
    """Of the right target among all; first the best score of each target is taken from its scores, as in MPC's code."""
    found = scores(query, target)
    found = found - found.amax(dim=0, keepdim=True)
    return nn.functional.cross_entropy(found, torch.arange(len(found), device=found.device))


def _questions(batch: Batch[Gaussian], present: Presence) -> Iterator[tuple[Query, Query]]:
    """Queries and their targets: of each two modalities (both ways are counted later), and of two for a third."""
    for one, other, rows in meetings(present, 2):
        yield Query.of(batch[one][rows]), Query.of(batch[other][rows])
        for third in present:
            rows_of_three = rows & present[third]
            if third not in (one, other) and int(rows_of_three.sum()) >= 2:
                factors = batch[one][rows_of_three], batch[other][rows_of_three]
                yield Query.of(*factors), Query.of(batch[third][rows_of_three])
