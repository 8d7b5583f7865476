"""Colours get the names that people give them."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.perception.lite.picture_colours import NAMES, name_indices


def name_of(code: str) -> str:
    red, green, blue = (np.array([value], dtype=np.uint8) for value in bytes.fromhex(code))
    return NAMES[int(name_indices(red, green, blue)[0])]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("000000", "black"),
        ("ffffff", "white"),
        ("808080", "grey"),
        ("ff0000", "red"),
        ("ffa500", "orange"),
        ("ffff00", "yellow"),
        ("008000", "green"),
        ("006400", "dark green"),
        ("0000ff", "blue"),
        ("000080", "navy"),
        ("87ceeb", "sky blue"),
        ("40e0d0", "turquoise"),
        ("008080", "teal"),
        ("800080", "magenta"),
        ("ffc0cb", "pink"),
        ("8b0000", "dark red"),
        ("8b4513", "rust"),
        ("654321", "brown"),
        ("808000", "olive"),
        ("f5f5dc", "cream"),
        ("d2b48c", "beige"),
        ("708090", "slate"),
    ],
)
def test_well_known_colours_have_their_names(code: str, name: str) -> None:
    assert name_of(code) == name


def test_every_name_is_used() -> None:
    levels = np.arange(0, 256, 8, dtype=np.uint8)
    planes = np.meshgrid(levels, levels, levels)
    assert set(np.unique(name_indices(*planes))) == set(range(len(NAMES)))
