"""The normaliser and what follows from it, held to mpmath, to closed forms and to numbers of other programs."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from emoretrieve.sphere import normaliser
from emoretrieve.sphere.bessel import DEBYE
from tests.emoretrieve.sphere.vectors import CONCENTRATIONS, DIMENSIONS, KNOWN, Exact, Known

Floats = NDArray[np.floating]
FUNCTIONS: dict[str, Callable[[Floats, int], Floats]] = {
    name: getattr(normaliser, name) for name in Exact._fields if name != "log_normaliser"
}


def worst(dimension: int, kind: type[np.floating]) -> dict[str, float]:
    """The largest error by function: relative of A, A' and 1 - A, of the others absolute, in nats."""
    kappas = np.array(CONCENTRATIONS, np.float32).astype(kind)
    exact = [Exact.of(dimension, float(kappa)) for kappa in kappas]
    found = {}
    for name, function in FUNCTIONS.items():
        values, wanted = function(kappas, dimension), np.array([getattr(one, name) for one in exact])
        assert values.dtype == kind
        errors = np.abs(values.astype(float) - wanted)
        found[name] = float(np.max(errors / wanted if name.startswith("resultant") else errors))
    return found


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: f"d={known.dimension}, kappa={known.kappa:g}")
def test_the_numbers_of_the_specification_come_out(known: Known) -> None:
    assert normaliser.log_normaliser(known.kappa, known.dimension) == pytest.approx(known.log_normaliser, abs=1e-8)
    assert normaliser.resultant(known.kappa, known.dimension) == pytest.approx(known.resultant, abs=1e-8)
    if not math.isnan(known.entropy):
        assert normaliser.entropy(known.kappa, known.dimension) == pytest.approx(known.entropy, abs=1e-8)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_float64_agrees_with_mpmath_to_ten_digits(dimension: int) -> None:
    assert max(worst(dimension, np.float64).values()) < 2e-10


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_float32_loses_no_more_than_its_rounding(dimension: int) -> None:
    errors = worst(dimension, np.float32)
    assert max(errors["scaled_log_normaliser"], errors["entropy"]) < 1e-6 * dimension + 5e-5
    assert max(errors["resultant"], errors["resultant_gap"]) < 1e-6
    assert errors["resultant_slope"] < 2e-4


@pytest.mark.parametrize("kappa", [1e-3, 0.5, 10.0, 200.0, 1e5])
def test_in_three_dimensions_the_closed_form_comes_out(kappa: float) -> None:
    log_sinh = kappa + math.log(-math.expm1(-2 * kappa)) - math.log(2)
    assert normaliser.log_normaliser(kappa, 3) == pytest.approx(math.log(kappa / (4 * math.pi)) - log_sinh, abs=1e-9)
    assert normaliser.resultant(kappa, 3) == pytest.approx(1 / math.tanh(kappa) - 1 / kappa, abs=1e-12)


@pytest.mark.parametrize("dimension", [2, 3, 4, 128, 1024])
def test_without_concentration_the_distribution_is_uniform(dimension: int) -> None:
    log_area = math.log(2) + dimension / 2 * math.log(math.pi) - math.lgamma(dimension / 2)
    assert normaliser.entropy(0.0, dimension) == pytest.approx(log_area, abs=1e-10)
    assert normaliser.log_normaliser(0.0, dimension) == pytest.approx(-log_area, abs=1e-10)
    assert normaliser.resultant(0.0, dimension) == 0
    assert normaliser.resultant_slope(0.0, dimension) == pytest.approx(1 / dimension, rel=1e-10)


@pytest.mark.parametrize("dimension", [3, 16, 128, 1024])
def test_the_concentration_of_a_mean_length_is_found_again(dimension: int) -> None:
    kappas = np.geomspace(0.01, 1e4, 30)
    found = normaliser.concentration(normaliser.resultant(kappas, dimension), dimension)
    assert found == pytest.approx(kappas, rel=1e-6)


def test_the_polynomials_are_those_of_the_recurrence() -> None:
    """DLMF 10.41.9 gives U_k; the logarithm of sum U_k / u^k has the coefficients D_j in n D-sums of it."""
    u = [{0: Fraction(1)}]
    for _ in DEBYE:
        following: dict[int, Fraction] = {}
        for power, value in u[-1].items():
            for step, factor in ((1, Fraction(power, 2) + Fraction(1, 8 * (power + 1))),
                                 (3, -Fraction(power, 2) - Fraction(5, 8 * (power + 3)))):  # fmt: skip
                following[power + step] = following.get(power + step, Fraction(0)) + value * factor
        u.append(following)
    found: list[dict[int, Fraction]] = []
    for n in range(1, len(DEBYE) + 1):
        log_term = dict(u[n])
        for k in range(1, n):
            for p, a in found[k - 1].items():
                for q, b in u[n - k].items():
                    log_term[p + q] = log_term.get(p + q, Fraction(0)) - Fraction(k, n) * a * b
        found.append({power: value for power, value in log_term.items() if value})
    ours = [{power: Fraction(top, bottom) for power, top in tops.items()} for bottom, tops in DEBYE]
    assert ours == found


def test_a_query_needs_no_torch() -> None:
    code = (
        "import sys; from emoretrieve.sphere.distances import SCORES; print(SCORES['elk'](9.0, 8.0, 0.5, 128));"
        "print(sorted({'torch', 'scipy'} & set(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.splitlines()[-1] == "[]"


def test_there_is_no_sphere_in_one_dimension() -> None:
    with pytest.raises(ValueError, match="at least 2 dimensions, not 1"):
        normaliser.resultant(1.0, 1)
