"""Transport on the circle: known distances, a linear program, POT, rotations and derivatives."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch", reason="needs the extra 'sphere'")

from emoretrieve.sphere.circular import circular_wasserstein, transport_cost  # noqa: E402  # after the skip

Floats = NDArray[np.float64]
FOUR, OTHER_FOUR = [0.1, 0.11, 0.4, 0.6], [0.21, 0.15, 0.7, 0.95]
KNOWN = [
    ([0.0], [0.5], 0.5),
    ([0.05], [0.95], 0.1),
    ([0.1, 0.2], [0.9, 0.3], 0.15),
    ([0.2, 0.5, 0.8], [0.4, 0.5, 0.7], 0.1),
    ([0.05, 0.10, 0.95, 0.40], [0.90, 0.15, 0.50, 0.99], 0.065),
    (FOUR, OTHER_FOUR, 0.12),
]
SIZES = [(1, 1), (2, 2), (16, 16), (4, 6), (4, 7), (5, 1), (3, 8), (12, 9)]


def points(seed: int, *shape: int) -> Any:
    return torch.tensor(np.random.default_rng(seed).uniform(size=shape))


def by_linear_program(a: Floats, b: Floats, power: int) -> float:
    """W_p of uniform measures by POT's network simplex, with the arcs between points as costs."""
    ot = pytest.importorskip("ot", reason="needs POT")
    apart = np.abs(a[:, None] - b[None]) % 1
    cost = np.minimum(apart, 1 - apart) ** power
    total: float = ot.emd2(np.full(len(a), 1 / len(a)), np.full(len(b), 1 / len(b)), cost)
    return total if power == 1 else sqrt(total)


@pytest.mark.parametrize(("a", "b", "distance"), KNOWN)
def test_known_distances_come_out(a: list[float], b: list[float], distance: float) -> None:
    assert float(circular_wasserstein(torch.tensor(a), torch.tensor(b))) == pytest.approx(distance, abs=1e-7)


@pytest.mark.parametrize("power", [1, 2])
@pytest.mark.parametrize("turn", [0.02, 0.3, 0.9, 7.5, -3.3])
def test_turning_the_circle_changes_nothing(turn: float, power: int) -> None:
    a, b = (torch.tensor(values, dtype=torch.float64) for values in (FOUR, OTHER_FOUR))
    turned = circular_wasserstein(a + turn, b + turn, power)
    assert float(turned) == pytest.approx(float(circular_wasserstein(a, b, power)), abs=1e-12)


@pytest.mark.parametrize("power", [1, 2])
@pytest.mark.parametrize(("n", "m"), SIZES)
def test_a_linear_program_finds_nothing_shorter_or_longer(n: int, m: int, power: int) -> None:
    a, b = points(1, 60, n), points(2, 60, m)
    wanted = [by_linear_program(x, y, power) for x, y in zip(a.numpy(), b.numpy(), strict=True)]
    assert circular_wasserstein(a, b, power).numpy() == pytest.approx(np.array(wanted), abs=1e-9)


@pytest.mark.parametrize("power", [1, 2])
def test_equal_numbers_of_points_have_the_distance_that_pot_gives(power: int) -> None:
    ot = pytest.importorskip("ot", reason="needs POT")
    a, b = points(3, 40, 9), points(4, 40, 9)
    theirs = np.array(
        [float(ot.wasserstein_circle(x, y, p=power).item()) for x, y in zip(a.numpy(), b.numpy(), strict=True)]
    )
    assert transport_cost(a, b, power).numpy() == pytest.approx(theirs, abs=1e-8)


@pytest.mark.parametrize("power", [1, 2])
def test_close_clusters_across_the_seam_are_close(power: int) -> None:
    """The arc that leads round from the last point to the first counts."""
    a, b = torch.tensor([0.98, 0.99, 0.0]), torch.tensor([0.01, 0.02, 0.03])
    assert float(circular_wasserstein(a, b, power)) == pytest.approx(0.03, abs=1e-6)


@pytest.mark.parametrize("power", [1, 2])
def test_many_float32_points_are_as_far_apart_as_in_float64(power: int) -> None:
    a, b = points(5, 8, 200), points(6, 8, 200) ** 2
    exact = circular_wasserstein(a, b, power)
    assert torch.allclose(circular_wasserstein(a.float(), b.float(), power).double(), exact, atol=2e-6)


@pytest.mark.parametrize("power", [1, 2])
def test_equal_samples_are_at_no_distance_in_any_order(power: int) -> None:
    a = points(7, 5, 12)
    assert torch.allclose(circular_wasserstein(a, a.flip(-1), power), torch.zeros(5, dtype=a.dtype), atol=1e-12)


@pytest.mark.parametrize("power", [1, 2])
@pytest.mark.parametrize(("n", "m"), [(1, 1), (5, 5), (4, 6)])
def test_derivatives_are_those_of_finite_differences(n: int, m: int, power: int) -> None:
    a, b = points(8, 3, n).requires_grad_(), points(9, 3, m).requires_grad_()
    assert torch.autograd.gradcheck(lambda x, y: circular_wasserstein(x, y, power), (a, b))


def test_batches_keep_their_shape() -> None:
    assert circular_wasserstein(points(10, 2, 3, 4), points(11, 2, 3, 6)).shape == (2, 3)


def test_other_powers_are_refused() -> None:
    with pytest.raises(ValueError, match="power 1 or 2, not 3"):
        circular_wasserstein(points(12, 4), points(13, 4), 3)
