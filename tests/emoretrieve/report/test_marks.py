"""Many points become hexagons, none is lost."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from emoretrieve.report.marks import SINGLE, Marks


def colours(count: int) -> NDArray[np.uint8]:
    return np.random.default_rng(2).integers(0, 256, (count, 3), dtype=np.uint8)


def test_few_points_stay_as_they_are() -> None:
    points = np.random.default_rng(1).random((SINGLE, 2))
    marks = Marks.of(points, colours(SINGLE), 1.0)
    assert marks.radius is None
    assert marks.firsts.tolist() == list(range(SINGLE))
    assert (marks.places == points).all()
    assert (marks.counts == 1).all()
    assert (marks.colours == colours(SINGLE)).all()


def test_every_point_is_counted_in_the_hexagon_whose_middle_is_nearest() -> None:
    points = np.random.default_rng(1).normal(size=(SINGLE + 500, 2))
    marks = Marks.of(points, colours(len(points)), 5.0)
    nearest = cdist(points, marks.places).argmin(axis=1)
    assert (np.bincount(nearest, minlength=len(marks.counts)) == marks.counts).all()
    assert (nearest[marks.firsts] == np.arange(len(marks.counts))).all()
    place = int(marks.counts.argmax())
    assert marks.colours[place] == pytest.approx(colours(len(points))[nearest == place].mean(axis=0), abs=0.51)
    assert marks.radius is not None
    assert np.sort(cdist(marks.places, marks.places), axis=1)[:, 1].min() == pytest.approx(marks.radius * 3**0.5)


def test_equal_points_are_one_hexagon() -> None:
    marks = Marks.of(np.zeros((SINGLE + 1, 2)), colours(SINGLE + 1), 1.0)
    assert marks.counts.tolist() == [SINGLE + 1]
