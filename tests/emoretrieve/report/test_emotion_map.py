"""Where colours lie in the triangle."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.pairing.side import Side
from emoretrieve.report.emotion_map import CORNERS, EmotionMap


def mapped(*wholes: tuple[int, int, int]) -> EmotionMap:
    profiles = np.array([[whole] * 5 for whole in wholes], dtype=np.uint8).reshape(-1, 5, 3)
    return EmotionMap.of("audio", Side([f"item {place}" for place in range(len(wholes))], profiles))


def test_pure_colours_lie_in_the_corners_and_grey_in_the_middle() -> None:
    found = mapped((200, 0, 0), (0, 9, 0), (0, 0, 255), (7, 7, 7))
    assert found.marks.places[:3] == pytest.approx(CORNERS)
    assert found.marks.places[3] == pytest.approx(CORNERS.mean(axis=0))
    assert found.shares == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert (found.leading, found.even, found.unfelt) == ((1, 1, 1), 1, 0)


def test_brightness_changes_no_place() -> None:
    places = mapped((20, 40, 60), (40, 80, 120)).marks.places
    assert places[0] == pytest.approx(places[1])


def test_the_largest_share_of_every_emotion_is_named_and_the_first_of_equals() -> None:
    found = mapped((10, 5, 5), (200, 100, 100), (1, 8, 1), (0, 50, 50))
    assert [(one.axis, one.id, one.share) for one in found.extremes] == [
        ("excitement", "item 0", 0.5),
        ("calmness", "item 2", 0.8),
        ("sadness", "item 3", 0.5),
    ]
    assert (found.leading, found.even) == ((2, 1, 0), 1)
    assert found.extremes[1].place == pytest.approx(tuple(found.marks.places[2]))


def test_what_was_not_felt_has_no_place_and_is_counted() -> None:
    found = mapped((0, 0, 0), (0, 0, 0), (1, 2, 3))
    assert (found.items, found.unfelt, len(found.marks.places)) == (3, 2, 1)
    nothing = mapped((0, 0, 0))
    assert (nothing.shares, nothing.extremes, len(nothing.marks.places)) == (None, (), 0)


def test_of_three_items_none_is_named() -> None:
    assert mapped((255, 0, 0), (0, 255, 0), (0, 0, 255)).extremes == ()
