"""How much of the derivative by kappa comes through the samples of a von Mises-Fisher distribution.

    python benchmarks/sphere/sampler_gradient.py [SAMPLES]

The mean of d(mu.z) / d kappa over samples, divided by the exact one, for every d and kappa: 1 is a gradient without
bias. For d = 3 samples come from the inverse distribution function and the ratio is 1; elsewhere from rejection, whose
gradient leaves out that kappa also decides what is kept (Naesseth et al. 2017). The error is the standard error.
"""

from __future__ import annotations

import sys

import torch

from emoretrieve.sphere.normaliser import resultant_slope
from emoretrieve.sphere.von_mises_fisher import VonMisesFisher

DIMENSIONS = (3, 4, 5, 8, 16, 32, 64, 128, 256, 512)
CONCENTRATIONS = (0.5, 2.0, 5.0, 20.0, 100.0, 1000.0)


def main(samples: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(f"{samples} samples a cell, float64: gradient through the samples / exact, with its standard error")
    print("| d | " + " | ".join(f"kappa {kappa:g}" for kappa in CONCENTRATIONS) + " |")
    print("|---|" + "---|" * len(CONCENTRATIONS))
    for dimension in DIMENSIONS:
        cells = [ratio(dimension, kappa, samples) for kappa in CONCENTRATIONS]
        print(f"| {dimension} | " + " | ".join(f"{mean:.3f} ± {error:.3f}" for mean, error in cells) + " |", flush=True)


def ratio(dimension: int, kappa: float, samples: int) -> tuple[float, float]:
    """The mean over samples and its standard error."""
    mu = torch.nn.functional.normalize(torch.randn(dimension, dtype=torch.float64), dim=-1)
    kappas = torch.full((samples,), kappa, dtype=torch.float64, requires_grad=True)
    along = (VonMisesFisher(mu, kappas).rsample() * mu).sum(-1)
    (each,) = torch.autograd.grad(along.sum(), kappas)
    each = each / float(resultant_slope(kappa, dimension))
    return float(each.mean()), float(each.std() / samples**0.5)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
