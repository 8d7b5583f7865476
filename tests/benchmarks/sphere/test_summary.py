"""Differences between two ways to answer the same queries, and what is said of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra 'sphere'")

from benchmarks.sphere.summary import Mean, Summary


def _summary(folder: Path, clusters: list[int] | None = None) -> Summary:
    (folder / "about.json").write_text(json.dumps({"sizes": {"test": 400}}), "utf-8")
    if clusters is not None:
        np.save(folder / "clusters.npy", np.array(clusters))
    return Summary(folder)


def test_a_difference_of_all_queries_is_seen_and_noise_is_not(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    before, noise = random.uniform(0, 1, 400), random.normal(0, 0.05, 400)
    summary = _summary(tmp_path)
    assert summary.contrast(before + 0.02 + noise, before).verdict == "higher"
    assert summary.contrast(before - 0.02 + noise, before).verdict == "lower"
    assert summary.contrast(before + noise - noise.mean(), before).verdict == "no difference seen"


def test_queries_of_one_work_that_err_alike_count_as_one(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    works = np.repeat(np.arange(20), 20)
    apart = random.normal(0, 0.1, 20)[works] + random.normal(0, 0.01, 400)
    (tmp_path / "alone").mkdir()
    alone = _summary(tmp_path / "alone").contrast(apart, np.zeros(400))
    together = _summary(tmp_path, works.tolist()).contrast(apart, np.zeros(400))
    assert alone.difference == together.difference
    assert together.high - together.low > 3 * (alone.high - alone.low)


def test_one_seed_has_no_deviation_to_show() -> None:
    assert Mean(0.5, 0.0, 1).shown() == "0.500"
    assert Mean(0.5, 0.01, 3).shown() == "0.500 ± 0.010"
