"""Colours that belong to captions are predicted from them, others are not."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from emoretrieve.emotion.vectors import Colours
from emoretrieve.errors import MissingDependency
from emoretrieve.evaluation.prediction import predictability
from emoretrieve.item import Captions

LOUD, STILL = "Wild drums and shouting", "A still and quiet lake"


def made_up(count: int) -> tuple[list[Captions], Colours]:
    """Items that are loud and red, or still and green, part by part at random."""
    random = np.random.default_rng(0)
    loud = random.random((count, 5)) < 0.5
    texts = [[LOUD if part else STILL for part in parts] for parts in loud]
    profiles = np.where(loud[:, :, None], [200, 20, 60], [20, 200, 60]).astype(np.uint8)
    return [Captions(whole, (a, b, c, d)) for whole, a, b, c, d in texts], profiles


def test_colours_that_follow_from_words_are_predicted_and_constant_channels_are_not() -> None:
    pytest.importorskip("sklearn", reason="needs the extra 'evaluation'")
    red, green, blue = predictability(*made_up(20))
    assert red == pytest.approx(1, abs=1e-6)
    assert green == pytest.approx(1, abs=1e-6)
    assert blue is None


def test_colours_of_other_items_are_not_predicted() -> None:
    pytest.importorskip("sklearn", reason="needs the extra 'evaluation'")
    captions, profiles = made_up(40)
    red, _, _ = predictability(captions, np.random.default_rng(1).permutation(profiles))
    assert red is not None
    assert abs(red) < 0.3


def test_too_few_items_and_captions_without_words_predict_nothing() -> None:
    pytest.importorskip("sklearn", reason="needs the extra 'evaluation'")
    captions, profiles = made_up(12)
    assert predictability(captions[:9], profiles[:9]) == [None, None, None]
    assert predictability([Captions(".", (".", ".", ".", "."))] * 12, profiles) == [None, None, None]


def test_without_scikit_learn_its_install_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.feature_extraction.text", None)
    with pytest.raises(MissingDependency, match=r"pip install 'emoretrieve\[evaluation\]'"):
        predictability(*made_up(12))
