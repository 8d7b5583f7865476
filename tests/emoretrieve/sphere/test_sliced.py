"""The sliced distance on the sphere: single points, POT on the same circles, rotations, bounds and derivatives."""

from __future__ import annotations

from math import pi, sqrt, tau
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra 'sphere'")

from emoretrieve.sphere.sliced import great_circles, sliced_wasserstein  # noqa: E402  # after the skip


def points(seed: int, *shape: int) -> Any:
    """Unit vectors, one a row."""
    torch.manual_seed(seed)
    return torch.nn.functional.normalize(torch.randn(*shape, dtype=torch.float64), dim=-1)


def circles(count: int, like: Any, seed: int = 0) -> Any:
    torch.manual_seed(seed)
    return great_circles(count, like)


def test_circles_are_orthonormal_pairs() -> None:
    drawn = circles(50, points(0, 2, 7))
    assert drawn.shape == (50, 7, 2)
    assert torch.allclose(drawn.mT @ drawn, torch.eye(2, dtype=drawn.dtype).expand(50, 2, 2))


@pytest.mark.parametrize(("angle", "distance"), [(1.2, 0.190986), (pi / 2, 0.25), (pi, 0.5)])
@pytest.mark.parametrize("dimension", [3, 8, 128])
def test_single_points_are_apart_by_their_angle_over_two_pi(dimension: int, angle: float, distance: float) -> None:
    x, across = torch.eye(dimension, dtype=torch.float64)[:2]
    y = np.cos(angle) * x + np.sin(angle) * across
    count = 4000
    found = float(sliced_wasserstein(x[None], y[None], circles(count, x)))
    assert distance == pytest.approx(angle / tau, abs=1e-6)
    assert found == pytest.approx(distance, abs=4 * 0.145 / sqrt(count))


@pytest.mark.parametrize("power", [1, 2])
@pytest.mark.parametrize("dimension", [3, 64, 256])
def test_pot_gives_the_same_on_the_same_circles(dimension: int, power: int) -> None:
    ot = pytest.importorskip("ot", reason="needs POT")
    x, y = points(1, 10, dimension), points(2, 10, dimension)
    drawn = circles(20, x)
    theirs = ot.sliced_wasserstein_sphere(x.numpy(), y.numpy(), n_projections=20, p=power, projections=drawn.numpy())
    assert float(sliced_wasserstein(x, y, drawn, power)) == pytest.approx(float(theirs), abs=1e-8)


@pytest.mark.parametrize("power", [1, 2])
def test_rotating_the_sphere_with_its_circles_changes_nothing(power: int) -> None:
    x, y = points(3, 6, 9), points(4, 8, 9)
    drawn = circles(30, x)
    torch.manual_seed(5)
    rotation = torch.linalg.qr(torch.randn(9, 9, dtype=torch.float64)).Q
    rotated = sliced_wasserstein(x @ rotation.T, y @ rotation.T, rotation @ drawn, power)
    assert torch.allclose(rotated, sliced_wasserstein(x, y, drawn, power), atol=1e-12)


def test_the_distance_does_not_exceed_the_one_along_the_sphere() -> None:
    """SSW_1 <= W_1 of geodesic lengths / 2 pi, here in the mean of many circles and by a linear program."""
    ot = pytest.importorskip("ot", reason="needs POT")
    x, y = points(6, 12, 16), points(7, 12, 16)
    geodesic = ot.emd2([], [], np.arccos(np.clip((x @ y.T).numpy(), -1, 1))) / tau
    assert float(sliced_wasserstein(x, y, circles(2000, x))) <= float(geodesic) + 0.01


def test_a_batch_gives_what_its_members_give() -> None:
    x, y = points(8, 3, 4, 7, 10), points(9, 3, 4, 5, 10)
    drawn = circles(15, x)
    batch = sliced_wasserstein(x, y, drawn)
    assert batch.shape == (3, 4)
    assert torch.allclose(batch[2, 1], sliced_wasserstein(x[2, 1], y[2, 1], drawn))


@pytest.mark.parametrize("power", [1, 2])
def test_derivatives_are_those_of_finite_differences(power: int) -> None:
    x, y = points(10, 2, 4, 6).requires_grad_(), points(11, 2, 3, 6).requires_grad_()
    drawn = circles(5, x)
    assert torch.autograd.gradcheck(lambda a, b: sliced_wasserstein(a, b, drawn, power), (x, y))


def test_moving_against_the_gradient_brings_samples_together() -> None:
    x, y = points(12, 16, 8), points(13, 16, 8)
    moved = x.clone().requires_grad_()
    for seed in range(150):
        (gradient,) = torch.autograd.grad(sliced_wasserstein(moved, y, circles(32, x, seed)), moved)
        moved = torch.nn.functional.normalize(moved.detach() - 3 * gradient, dim=-1).requires_grad_()
    drawn = circles(500, x, seed=999)
    assert float(sliced_wasserstein(moved.detach(), y, drawn)) < 0.5 * float(sliced_wasserstein(x, y, drawn))
