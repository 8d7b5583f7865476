"""Scores of pairs: the specification's numbers, what must hold of them, and float32."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.sphere.distances import SCORES, product_concentration
from tests.emoretrieve.sphere.vectors import PAIRS, Pair

EDGES = np.geomspace(1e-3, 1e5, 9)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.kappa_q:g} and {pair.kappa_x:g}")
def test_the_numbers_of_the_specification_come_out(pair: Pair) -> None:
    def score(name: str) -> float:
        return SCORES[name](pair.kappa_q, pair.kappa_x, pair.cosine, 128)

    assert score("cos") == pair.cosine
    assert score("elk") == pytest.approx(pair.log_elk, abs=1e-8)
    assert score("kl_qx") == pytest.approx(-pair.kl_qx, abs=1e-8)
    assert score("kl_xq") == pytest.approx(-pair.kl_xq, abs=1e-8)
    assert score("bhatt") == pytest.approx(pair.log_bhattacharyya, abs=1e-8)
    assert score("expected_cos") == pytest.approx(pair.expected_cosine, abs=1e-8)
    assert product_concentration(pair.kappa_q, pair.kappa_x, pair.cosine) == pytest.approx(pair.product, abs=1e-8)


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("dimension", [3, 128, 1024])
def test_a_score_never_falls_as_the_cosine_rises(name: str, dimension: int) -> None:
    """What the certificate of a shortlist rests on."""
    cosines = np.linspace(-1, 1, 401)
    for kappa_q in EDGES:
        scores = SCORES[name](np.array(kappa_q), EDGES[:, None], cosines, dimension)
        slack = 1e-12 * (1 + np.abs(scores[..., 1:]))
        assert (np.diff(scores) >= -slack).all()


@pytest.mark.parametrize("name", ["kl_qx", "kl_xq", "bhatt"])
@pytest.mark.parametrize("dimension", [3, 128, 1024])
def test_equal_distributions_have_no_divergence(name: str, dimension: int) -> None:
    assert SCORES[name](EDGES, EDGES, np.array(1.0), dimension) == pytest.approx(np.zeros(9), abs=1e-9)


@pytest.mark.parametrize("name", SCORES)
def test_float32_keeps_what_its_cosine_knows(name: str) -> None:
    """The cosine itself is known to 6e-8, which concentrations multiply."""
    random = np.random.default_rng(5)
    q, x = np.exp(random.uniform(0, 9, (2, 500))).astype(np.float32)
    c = random.uniform(-1, 1, 500).astype(np.float32)
    exact = SCORES[name](q.astype(float), x.astype(float), c.astype(float), 128)
    found = SCORES[name](q, x, c, 128)
    assert found.dtype == np.float32
    assert (np.abs(found - exact) <= 2e-4 + 1e-6 * (q + x)).all()
