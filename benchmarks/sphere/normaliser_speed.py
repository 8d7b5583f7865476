"""The log normaliser of von Mises-Fisher distributions and its gradient, beside a round trip through SciPy.

    python benchmarks/sphere/normaliser_speed.py [VALUES]

The yardstick goes to NumPy and back for `scipy.special.ive`, as implementations in torch do: I_v forward, I_{v-1} and
I_v again backward. Both give the sum of log C_d(kappa) of 100,000 values of kappa from 1 to 10,000 and its gradient, in
turns, on one thread, medians of its processor time; the goal is a ratio of 20. The last columns are the worst errors
against mpmath at 60 values of kappa from 1e-3 to 1e5, and the share of these for which the round trip has no number.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import log, pi
from statistics import median
from time import thread_time

import mpmath
import numpy as np
import scipy.special
import torch

from emoretrieve.sphere.normaliser import log_normaliser

DIMENSIONS = (3, 16, 64, 128, 256, 512, 1024)
TURNS = 15


class ScaledBessel(torch.autograd.Function):
    """e^-kappa I_v(kappa) by SciPy."""

    @staticmethod
    def forward(ctx, order, kappa):
        ctx.order = order
        ctx.save_for_backward(kappa)
        return torch.from_numpy(scipy.special.ive(order, kappa.detach().numpy()))

    @staticmethod
    def backward(ctx, gradient):
        (kappa,) = ctx.saved_tensors
        below = torch.from_numpy(scipy.special.ive(ctx.order - 1, kappa.numpy()))
        same = torch.from_numpy(scipy.special.ive(ctx.order, kappa.numpy()))
        return None, gradient * (below - same * (ctx.order + kappa) / kappa)


def through_scipy(kappa: torch.Tensor, dimension: int) -> torch.Tensor:
    order = dimension / 2 - 1
    log_bessel = ScaledBessel.apply(order, kappa).log() + kappa
    return order * kappa.log() - dimension / 2 * log(2 * pi) - log_bessel


def main(count: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(f"{count} values, medians of {TURNS} turns; errors in nats")
    print("| d | type | ours, ms | SciPy, ms | ratio | our error | its error | it has no number |")
    print("|---|---|---|---|---|---|---|---|")
    for dimension in DIMENSIONS:
        for kind in (torch.float32, torch.float64):
            ours, theirs = timed(dimension, torch.empty(count, dtype=kind).uniform_(0, log(1e4)).exp_())
            our_error, its_error, missing = errors(dimension, kind)
            times = f"{ours:.2f} | {theirs:.1f} | {theirs / ours:.1f}"
            worst = f"{our_error:.1e} | {its_error:.1e} | {missing:.0%}"
            print(f"| {dimension} | {str(kind)[6:]} | {times} | {worst} |", flush=True)


def timed(dimension: int, kappa: torch.Tensor) -> tuple[float, float]:
    """Medians of ours and the yardstick's, in ms."""
    spent: dict[Callable[..., torch.Tensor], list[float]] = {log_normaliser: [], through_scipy: []}
    for _ in range(TURNS):
        for function, times in spent.items():
            value = kappa.clone().requires_grad_()
            start = thread_time()
            function(value, dimension).sum().backward()
            times.append(1e3 * (thread_time() - start))
    return median(spent[log_normaliser]), median(spent[through_scipy])


def errors(dimension: int, kind: torch.dtype) -> tuple[float, float, float]:
    """The worst of ours, the worst of the yardstick's where it has numbers, and the share where it has none."""
    kappa = torch.logspace(-3, 5, 60, dtype=torch.float64).to(kind)
    exact = np.array([exactly(dimension, value) for value in kappa.tolist()])
    ours, theirs = log_normaliser(kappa, dimension).double().numpy(), through_scipy(kappa, dimension).double().numpy()
    there = np.isfinite(theirs)
    return float(np.abs(ours - exact).max()), float(np.abs(theirs - exact)[there].max()), float(1 - there.mean())


def exactly(dimension: int, kappa: float) -> float:
    with mpmath.workdps(40):
        order = mpmath.mpf(dimension) / 2 - 1
        bessel = mpmath.log(mpmath.besseli(order, mpmath.mpf(kappa)))
        return float(order * mpmath.log(kappa) - mpmath.mpf(dimension) / 2 * mpmath.log(2 * mpmath.pi) - bessel)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
