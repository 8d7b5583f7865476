"""The von Mises-Fisher distribution on the unit sphere S^(d-1), as one of torch's distributions.

    p(z) = C_d(kappa) exp(kappa mu.z)

Samples are z = w mu + sqrt(1 - w^2) v with v uniform on the directions at right angles to mu (Ulrich 1984). On the
sphere of three dimensions w comes from its inverse distribution function. Elsewhere it comes from Wood's rejection
(1994), as in Davidson et al. 2018: w is a function of a beta variable e that is kept, and of kappa.

The gradient through w is that of the kept e. For d = 3 it is exact; under rejection it leaves out that kappa also
decides what is kept (Naesseth et al. 2017), and so gives only a part of the true derivative by kappa: 0.87 of it for
d = 5 and kappa = 2, more than 0.99 from d = 64 on. `benchmarks/sphere/sampler_gradient.py` measures it. Gradients by
mu have no such error, and everything in closed form (KL, entropy, the kernels) has exact gradients.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.distributions import Distribution, constraints, kl

from emoretrieve.sphere import distances, normaliser

_UNIT_LENGTH_WITHIN = 1e-4
_ROUNDS = 64
"""At least 0.65 of the proposals are accepted, so none is left after so many but those of a kappa that is NaN."""
_SMALLEST = 1e-30
"""Under a root, so that it has a derivative."""


class _UnitVector(constraints.Constraint):  # type: ignore[misc]  # torch is checked as if it were not installed
    event_dim = 1

    def check(self, value: Tensor) -> Tensor:
        return (torch.linalg.vector_norm(value.detach(), dim=-1) - 1).abs() < _UNIT_LENGTH_WITHIN


class VonMisesFisher(Distribution):  # type: ignore[misc]  # torch is checked as if it were not installed
    """Mean directions `loc` (*batch, d), of length 1, and concentrations `concentration` (*batch), above 0.

    d is 2 or more, kappa up to 1e9. Both parameters are of float32 or float64.
    """

    arg_constraints = {"loc": _UnitVector(), "concentration": constraints.positive}  # noqa: RUF012  # as torch has them
    support = _UnitVector()
    has_rsample = True

    def __init__(self, loc: Tensor, concentration: Tensor, validate_args: bool | None = None) -> None:
        batch = torch.broadcast_shapes(loc.shape[:-1], concentration.shape)
        self.loc = loc.expand(*batch, loc.shape[-1])
        self.concentration = concentration.expand(batch)
        super().__init__(batch, loc.shape[-1:], validate_args=validate_args)

    @property
    def dimension(self) -> int:
        """d: the sphere is S^(d-1)."""
        return int(self.event_shape[0])

    def expand(self, batch_shape: Any, _instance: VonMisesFisher | None = None) -> VonMisesFisher:
        new = self._get_checked_instance(VonMisesFisher, _instance)
        loc, concentration = self.loc.expand(*batch_shape, self.dimension), self.concentration.expand(batch_shape)
        VonMisesFisher.__init__(new, loc, concentration, validate_args=False)
        new._validate_args = self._validate_args
        return new  # type: ignore[no-any-return]  # torch is checked as if it were not installed

    def __getitem__(self, index: Any) -> VonMisesFisher:
        """Some of the distributions: `index` is what the batch is indexed with, a mask for example."""
        return VonMisesFisher(self.loc[index], self.concentration[index], validate_args=False)

    @property
    def mean(self) -> Tensor:
        """(*batch, d): A_d(kappa) mu, of a length below 1."""
        return normaliser.resultant(self.concentration, self.dimension).unsqueeze(-1) * self.loc

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        """(*batch, d), of each coordinate: the diagonal of A' mu mu^T + (A / kappa) (1 - mu mu^T)."""
        along = normaliser.resultant_slope(self.concentration, self.dimension)
        across = normaliser.resultant(self.concentration, self.dimension) / self.concentration
        square = self.loc**2
        return along.unsqueeze(-1) * square + across.unsqueeze(-1) * (1 - square)

    def log_prob(self, value: Tensor) -> Tensor:
        """(*samples, *batch): the log density at unit vectors (*samples, *batch, d), by the area of the sphere."""
        if self._validate_args:
            self._validate_sample(value)
        mode = normaliser.scaled_log_normaliser(self.concentration, self.dimension)
        return mode - self.concentration * (1 - (self.loc * value).sum(-1))

    def entropy(self) -> Tensor:
        """(*batch), in nats, by the area of the sphere."""
        return normaliser.entropy(self.concentration, self.dimension)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """(*samples, *batch, d), unit vectors; the module says what their gradient by kappa is worth."""
        shape = self._extended_shape(torch.Size(sample_shape))
        kappa = self.concentration.expand(shape[:-1])
        gap = _gap_of_three(kappa) if self.dimension == 3 else _gap(kappa, self.dimension)
        around = torch.randn(shape, dtype=self.loc.dtype, device=self.loc.device)
        for _ in range(2 if self.dimension < 4 else 1):  # once leaves more than rounding where little is left
            around = around - (around * self.loc).sum(-1, keepdim=True) * self.loc
            around = torch.nn.functional.normalize(around, dim=-1)
        sine = (gap * (2 - gap)).clamp_min(_SMALLEST).sqrt()
        return (1 - gap).unsqueeze(-1) * self.loc + sine.unsqueeze(-1) * around

    def product(self, *others: VonMisesFisher) -> VonMisesFisher:
        """What is proportional to the product of the densities: their kappa mu add up. Batches broadcast."""
        factors = (self, *others)
        eta = sum(one.concentration.unsqueeze(-1) * one.loc for one in factors)
        kappa = torch.linalg.vector_norm(eta, dim=-1)
        return VonMisesFisher(torch.nn.functional.normalize(eta, dim=-1), kappa, validate_args=self._validate_args)

    def log_expected_likelihood(self, other: VonMisesFisher) -> Tensor:
        """(*batch): the log of the integral of both densities' product, in nats. Batches broadcast."""
        return distances.log_expected_likelihood(*_compared(self, other))

    def log_bhattacharyya(self, other: VonMisesFisher) -> Tensor:
        """(*batch): the log of the integral of the root of that product, in nats, <= 0. Batches broadcast."""
        return distances.log_bhattacharyya(*_compared(self, other))


@kl.register_kl(VonMisesFisher, VonMisesFisher)  # type: ignore[untyped-decorator]  # torch is checked as if not installed
def _kl_divergence(p: VonMisesFisher, q: VonMisesFisher) -> Tensor:
    return -distances.negative_kl(*_compared(p, q))


def _compared(p: VonMisesFisher, q: VonMisesFisher) -> tuple[Tensor, Tensor, Tensor, int]:
    """What the functions of `distances.py` take."""
    return p.concentration, q.concentration, (p.loc * q.loc).sum(-1), p.dimension


def _gap_of_three(kappa: Tensor) -> Tensor:
    """1 - w for d = 3, where w has the distribution function (exp(kappa w) - exp(-kappa)) / (2 sinh kappa)."""
    kappa = kappa.clamp_min(1e-6)
    return -torch.log1p(torch.rand_like(kappa) * torch.expm1(-2 * kappa)) / kappa


def _gap(kappa: Tensor, dimension: int) -> Tensor:
    """1 - w, by Wood's rejection, in the shape of kappa; differentiable for the beta variables that are kept."""
    spread = dimension - 1
    b = spread / (2 * kappa + (4 * kappa**2 + spread**2).sqrt())
    kept = _kept(kappa.detach(), b.detach(), spread)
    return 2 * b * kept / ((1 - kept) + b * kept)


@torch.no_grad()  # type: ignore[untyped-decorator]  # torch is checked as if it were not installed
def _kept(kappa: Tensor, b: Tensor, spread: int) -> Tensor:
    """Accepted beta variables, one for every kappa.

    With x_0 = (1 - b) / (1 + b), the probability to accept is exp(kappa (w - x_0)) ((1 - x_0 w) / (1 - x_0^2))^(d-1),
    here in terms of 1 - x_0 and 1 - w: small where kappa is large, they would be lost as differences of what is near 1.
    """
    half = torch.full((), spread / 2, dtype=b.dtype, device=b.device)
    beta = torch.distributions.Beta(half, half, validate_args=False)
    kept = torch.empty(b.numel(), dtype=b.dtype, device=b.device)
    left = torch.arange(kept.numel(), device=b.device)
    kappas, bs = kappa.flatten(), b.flatten()
    for _ in range(_ROUNDS):
        proposed = beta.sample(left.shape)
        kept[left] = proposed
        refused = ~_accepts(proposed, kappas[left], bs[left], spread)
        left = left[refused]
        if not len(left):
            break
    return kept.view(b.shape)


def _accepts(proposed: Tensor, kappa: Tensor, b: Tensor, spread: int) -> Tensor:
    gap_0, gap = 2 * b / (1 + b), 2 * b * proposed / ((1 - proposed) + b * proposed)
    ratio = (gap_0 + gap - gap_0 * gap) / (gap_0 * (2 - gap_0))
    return kappa * (gap_0 - gap) + spread * ratio.log() >= torch.rand_like(proposed).log()
