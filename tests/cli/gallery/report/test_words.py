"""Directions said in words."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.report.directions import Direction
from emoretrieve_cli.gallery.report.words import axis_words, below_text, direction_words, listed, poles


def direction(excitement: list[float], calmness: list[float], sadness: list[float]) -> Direction:
    loadings = np.array([excitement, calmness, sadness]).T
    return Direction(loadings / np.linalg.norm(loadings), 0.5, 0.2)


SAD_OR_WILD = direction([1.0] * 5, [0.01] * 5, [-1.0] * 5)
MIXED = direction([1.0, -1.0, 1.0, -1.0, 0.0], [0.1] * 5, [0.1] * 5)


def test_an_emotion_is_named_where_it_grows_or_shrinks_in_all_parts() -> None:
    assert poles(SAD_OR_WILD) == (["excitement"], ["sadness"])
    assert axis_words("first", SAD_OR_WILD, ("←", "→")) == "← sadness · first, 50% · excitement →"
    said = direction_words("first", SAD_OR_WILD, ("to the right", "to the left"))
    assert "holds 50% of what sets the items apart; it would hold 20% if" in said
    assert said.endswith("To the right lies more excitement and to the left lies more sadness.")


def test_what_goes_both_ways_is_told() -> None:
    assert poles(MIXED) == ([], [])
    assert axis_words("second", MIXED, ("←", "→")) == "second, 50%"
    assert direction_words("second", MIXED, ("up", "down")).endswith(
        "Excitement goes up in some parts and down in others."
    )


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_are_read_out(words: list[str], text: str) -> None:
    assert listed(words) == text


@pytest.mark.parametrize(("share", "text"), [(0.9997, "99.9%"), (1.0, "100.0%"), (0.4886, "48.8%"), (0.0, "0.0%")])
def test_a_share_is_never_rounded_up_to_all(share: float, text: str) -> None:
    assert below_text(share) == text
