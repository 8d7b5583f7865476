"""What a file says of itself is said in one order, on one line, and without what is empty or not asked for."""

from __future__ import annotations

import pytest

from emoretrieve.item import Metadata
from emoretrieve.perception.said import said_by


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({}, ""),
        ({"artist": "N. N.", "title": "Night\n Rain"}, "title: Night Rain; artist: N. N."),
        ({"title": " ", "genre": "folk"}, "genre: folk"),
        ({"keywords": 7, "year": 1999, "license": "CC0"}, "keywords: 7"),
    ],
    ids=str,
)
def test_it_is_said_by_name_in_order(metadata: Metadata, said: str) -> None:
    assert said_by(metadata) == said
