"""The spherical sliced-Wasserstein distance SSW_p between samples on S^(d-1) (Bonet et al. 2023).

Points are projected onto great circles, U^T z / |U^T z| for orthonormal U (d, 2) drawn uniformly, and the samples are
compared on each circle: SSW_p^p is the mean of W_p^p over the circles, in units of the circumference. For two single
points SSW_1 is their angle / 2 pi; always SSW_p is at most 1/2. Projections are taken as an argument, to be shared by
everything that is compared.
"""

from __future__ import annotations

from math import tau

import torch
from torch import Tensor

from emoretrieve.sphere.circular import transport_cost


def great_circles(count: int, like: Tensor) -> Tensor:
    """(count, d, 2), orthonormal pairs drawn uniformly, for points such as `like` (..., d), of its type and device."""
    normal = torch.randn(count, like.shape[-1], 2, dtype=like.dtype, device=like.device)
    return torch.linalg.qr(normal).Q


def coordinates(points: Tensor, circles: Tensor) -> Tensor:
    """(T, *batch, n), where points (*batch, n, d) come to lie on the circles (T, d, 2), in turns, from -1/2 to 1/2."""
    batch, size = points.shape[:-1], points.shape[-1]
    planes = circles.permute(2, 0, 1).reshape(-1, size)
    x, y = (planes @ points.reshape(-1, size).T).view(2, len(circles), *batch)
    return torch.atan2(y, x) / tau


def sliced_wasserstein(x: Tensor, y: Tensor, circles: Tensor, power: int = 1) -> Tensor:
    """SSW_p between points (*batch, n, d) and (*batch, m, d) of length 1, as (*batch), in [0, 1/2]; p is 1 or 2."""
    return from_coordinates(coordinates(x, circles), coordinates(y, circles), power)


def from_coordinates(a: Tensor, b: Tensor, power: int = 1) -> Tensor:
    """SSW_p (*batch) from coordinates (T, *batch, n) and (T, *batch, m) on the same circles."""
    cost = transport_cost(a, b, power).mean(0)
    return cost if power == 1 else cost.clamp_min(1e-30).sqrt()
