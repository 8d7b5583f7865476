"""The mood follows the measures in the directions of the literature."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emoretrieve.perception.lite.picture_measures import Measures, measure
from emoretrieve.perception.lite.picture_mood import mood_of
from tests.emoretrieve.perception.lite.picture_drawings import street

MEASURES: Measures = measure(np.asarray(street()))[0]


@pytest.mark.parametrize(
    ("name", "amount", "level", "direction"),
    [
        ("light", 0.1, "sadness", -1),
        ("light", 0.1, "excitement", -1),
        ("saturation", 0.1, "excitement", +1),
        ("saturation", 0.1, "sadness", -1),
        ("saturation", 0.1, "calmness", -1),
        ("contrast", 0.05, "excitement", +1),
        ("contrast", 0.05, "calmness", -1),
        ("detail", 0.04, "excitement", +1),
        ("crisp_share", 0.05, "calmness", -1),
        ("diagonal", 0.1, "excitement", +1),
        ("horizontal", 0.1, "calmness", +1),
        ("symmetry", 0.3, "calmness", +1),
        ("yellowness", 0.1, "sadness", -1),
        ("warmth", 0.1, "excitement", +1),
    ],
)
def test_more_of_a_measure_moves_a_level(name: str, amount: float, level: str, direction: int) -> None:
    more = replace(MEASURES, **{name: getattr(MEASURES, name) + amount})
    assert direction * (getattr(mood_of(more), level) - getattr(mood_of(MEASURES), level)) > 0


@pytest.mark.parametrize("extreme", [-1000.0, 1000.0])
def test_levels_stay_between_none_and_full(extreme: float) -> None:
    mood = mood_of(replace(MEASURES, light=extreme, saturation=extreme, contrast=extreme, detail=extreme))
    assert all(0 <= level <= 1 for level in (mood.excitement, mood.calmness, mood.sadness))
