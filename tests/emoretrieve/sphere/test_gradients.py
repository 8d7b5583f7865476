"""Derivatives of the normaliser on tensors: by finite differences, twice, and at the ends of the range in float32."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.sphere import normaliser
from emoretrieve.sphere.distances import SCORES
from tests.emoretrieve.sphere.vectors import CONCENTRATIONS, DIMENSIONS, Exact

torch = pytest.importorskip("torch", reason="needs the extra 'sphere'")

NAMES = ("log_normaliser", "scaled_log_normaliser", "resultant", "resultant_gap", "resultant_slope", "entropy")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dimension", [3, 8, 64, 512])
def test_first_and_second_derivatives_are_those_of_finite_differences(name: str, dimension: int) -> None:
    function = getattr(normaliser, name)
    kappas = torch.tensor([0.3, 5.0, 60.0, 700.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda kappa: function(kappa, dimension), kappas)
    assert torch.autograd.gradgradcheck(lambda kappa: function(kappa, dimension), kappas)


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("dimension", [3, 128])
def test_scores_have_the_derivatives_of_finite_differences(name: str, dimension: int) -> None:
    values = [
        torch.tensor(one, dtype=torch.float64, requires_grad=True) for one in ([3.0, 80.0], [9.0, 40.0], [-0.4, 0.9])
    ]
    assert torch.autograd.gradcheck(lambda q, x, c: SCORES[name](q, x, c, dimension), values)


@pytest.mark.parametrize("dimension", DIMENSIONS)
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_derivatives_are_right_from_the_flattest_to_the_sharpest(dimension: int, kind: str) -> None:
    kappas = torch.tensor(CONCENTRATIONS, dtype=torch.float32).to(getattr(torch, kind)).requires_grad_()
    (first,) = torch.autograd.grad(normaliser.log_normaliser(kappas, dimension).sum(), kappas, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), kappas)
    exact = [Exact.of(dimension, kappa) for kappa in kappas.tolist()]
    close = {"float64": (1e-10, 1e-10), "float32": (1e-6, 2e-4)}[kind]
    assert -first.detach().numpy() == pytest.approx(np.array([one.resultant for one in exact]), rel=close[0])
    assert -second.numpy() == pytest.approx(np.array([one.resultant_slope for one in exact]), rel=close[1])


def test_tensors_and_arrays_give_the_same_numbers() -> None:
    kappas = np.array(CONCENTRATIONS)
    for name in NAMES:
        function = getattr(normaliser, name)
        assert function(torch.tensor(kappas), 128).numpy() == pytest.approx(function(kappas, 128), rel=1e-13)


def test_a_batch_of_many_blocks_is_evaluated_like_its_parts() -> None:
    kappas = torch.linspace(0.1, 500, 40_000, dtype=torch.float64).reshape(4, 10_000).requires_grad_()
    values = normaliser.log_normaliser(kappas, 128)
    (gradient,) = torch.autograd.grad(values.sum(), kappas)
    assert torch.allclose(values[3, 7::100], normaliser.log_normaliser(kappas[3, 7::100], 128), rtol=1e-13)
    assert torch.allclose(gradient, -normaliser.resultant(kappas, 128), rtol=1e-13)
    assert normaliser.log_normaliser(kappas[:0], 128).shape == (0, 10_000)
