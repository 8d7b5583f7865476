"""Scores of queries, against the formulas that they abbreviate."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra 'sphere'")

from benchmarks.sphere.queries import Clouds, Embedding, Scored, all_scores
from emoretrieve.sphere.modality import MODALITIES, Modality
from emoretrieve.sphere.points import Points, composed_scores

COUNT, DIMENSION = 30, 16


def _points(random: np.random.Generator) -> Points:
    mu = random.standard_normal((COUNT, DIMENSION))
    return Points(mu / np.linalg.norm(mu, axis=1, keepdims=True), np.exp(random.uniform(0, 9, COUNT)))


def test_the_quick_expected_likelihood_is_the_exact_one() -> None:
    random = np.random.default_rng(1)
    embedded: dict[Modality, Embedding] = {modality: _points(random) for modality in MODALITIES}
    compared = 0
    for scored in all_scores(embedded):
        if scored.distance == "elk":
            exact = _exact(scored, embedded)
            apart = scored.scores - exact
            assert np.ptp(apart) < 1e-5, scored  # a constant for all is allowed
            compared += 1
    assert compared == 6 + 3 * 3


def test_clouds_as_sure_as_each_other_are_ranked_by_their_means() -> None:
    random = np.random.default_rng(2)
    embedded: dict[Modality, Embedding] = {
        modality: Clouds(_points(random).mu, np.full((COUNT, DIMENSION), -2.0)) for modality in MODALITIES
    }
    found: dict[tuple[str, str], dict[str, list[int]]] = {}
    for scored in all_scores(embedded):
        if len(scored.direction.sources) == 1:
            order = found.setdefault((scored.direction.name, scored.composition), {})
            order[scored.distance] = np.argsort(-scored.scores, axis=1).ravel().tolist()
    for orders in found.values():
        assert orders["cos"] == orders["density"] == orders["expected_square"]


def _exact(scored: Scored, embedded: dict[Modality, Embedding]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    parts = [embedded[source] for source in scored.direction.sources]
    target = embedded[scored.direction.target]
    how = "product" if scored.composition == "-" else scored.composition
    assert isinstance(target, Points)
    found = composed_scores("elk", how, [part for part in parts if isinstance(part, Points)], target)
    assert found is not None
    return found
