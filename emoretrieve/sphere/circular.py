"""Optimal transport between samples on a circle of circumference 1, exactly and for whole batches.

Points are coordinates, real numbers modulo 1; two of them are as far apart as the shorter way round is long, at most
1/2. Samples of different sizes may be compared: each is a uniform measure on its points.
"""

from __future__ import annotations

from math import ceil, lcm, log2

import torch
from torch import Tensor


def circular_wasserstein(a: Tensor, b: Tensor, power: int = 1) -> Tensor:
    """W_p between points (*batch, n) and (*batch, m), as (*batch), in [0, 1/2]; p is 1 or 2."""
    cost = transport_cost(a - a.detach().floor(), b - b.detach().floor(), power)
    return cost if power == 1 else cost.clamp_min(1e-30).sqrt()


def transport_cost(a: Tensor, b: Tensor, power: int = 1) -> Tensor:
    """W_p^p between points (*batch, n) and (*batch, m) that lie within one turn: no two of a row differ by more than 1.

    It has a derivative by the points wherever no two of them meet.
    """
    if power not in (1, 2):
        raise ValueError(f"transport on the circle has the power 1 or 2, not {power}")
    return _first(a, b) if power == 1 else _second(a, b)


def _first(a: Tensor, b: Tensor) -> Tensor:
    """W_1 = integral of |F_a - F_b - c| over one turn, with c a median of F_a - F_b by length (Hundrieser et al. 2022).

    F_a - F_b changes at the points only, so this is |c| plus a sum over points x of x times what |F_a - F_b - c| loses
    there. These slopes do not change while the points keep their order: they are the derivative.
    """
    with torch.no_grad():
        slopes, median = _slopes(a, b)
    of_a, of_b = slopes.split([a.shape[-1], b.shape[-1]], dim=-1)
    return median.abs() + torch.linalg.vecdot(a, of_a) + torch.linalg.vecdot(b, of_b)


def _slopes(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """The derivatives of W_1 by the points of a and then of b, (*batch, n + m), and the median, (*batch)."""
    n, m = a.shape[-1], b.shape[-1]
    points = torch.cat([a, b], dim=-1)
    order = _ascending(points)
    sorted_points = points.gather(-1, order)
    arcs = sorted_points.diff(dim=-1, append=sorted_points[..., :1] + 1)  # the last one leads round to the first
    steps = points.new_tensor([1 / n] * n + [-1 / m] * m)
    levels = steps.index_select(0, order.flatten()).view_as(points).cumsum(-1)
    median = _median(levels, arcs)
    off = (levels - median).abs()
    before = torch.cat([median.abs(), off[..., :-1]], dim=-1)
    return torch.empty_like(points).scatter_(-1, order, before - off), median.squeeze(-1)


def _median(levels: Tensor, arcs: Tensor) -> Tensor:
    """The lowest level (*batch, 1) with at least half of the turn at or below it; levels and arcs are (*batch, n)."""
    order = _ascending(levels)
    covered = arcs.gather(-1, order).cumsum(-1)
    half = torch.searchsorted(covered, covered.new_full((*covered.shape[:-1], 1), 0.5))
    return levels.gather(-1, order.gather(-1, half.clamp_max(levels.shape[-1] - 1)))


def _ascending(values: Tensor) -> Tensor:
    """The order of the last axis. NumPy sorts many short rows several times faster than torch does on a processor."""
    if values.device.type == "cpu":
        return torch.from_numpy(values.numpy().argsort(axis=-1))
    return values.argsort(dim=-1)


def _second(a: Tensor, b: Tensor) -> Tensor:
    """W_2^2: the least mean square over all ways to shift one sorted sample against the other (Delon et al. 2010).

    With k points each, k the least common multiple of n and m (points are repeated up to it), only shifts by whole
    points can be best, and the cost is convex in the shift, which is therefore found by halving.
    """
    k = lcm(a.shape[-1], b.shape[-1])
    a, b = (points.sort(dim=-1).values.repeat_interleave(k // points.shape[-1], dim=-1) for points in (a, b))
    with torch.no_grad():
        shift = _best_shift(a, b)
    return (a - _shifted(b, shift)).square().mean(-1)


def _best_shift(a: Tensor, b: Tensor) -> Tensor:
    """(*batch, 1), integers from -k to k, for sorted points (*batch, k)."""
    k = a.shape[-1]
    low = torch.full_like(a[..., :1], -k, dtype=torch.long)
    high = -low
    for _ in range(ceil(log2(2 * k)) + 1):
        middle = torch.div(low + high, 2, rounding_mode="floor")
        here, there = _shifted(b, middle), _shifted(b, middle + 1)
        rises = ((there - here) * (here + there - 2 * a)).sum(-1, keepdim=True) >= 0
        low, high = torch.where(rises, low, middle + 1), torch.where(rises, middle, high)
    return high


def _shifted(points: Tensor, shift: Tensor) -> Tensor:
    """Sorted points (*batch, k), continued turn after turn, from the place `shift` (*batch, 1) on."""
    k = points.shape[-1]
    place = shift + torch.arange(k, device=points.device)
    return points.gather(-1, place.remainder(k)) + place.div(k, rounding_mode="floor")
