"""The emotion map of many items is bounded."""

from __future__ import annotations

import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.item import Captions, Item
from emoretrieve.report import marks
from emoretrieve.server.mapping import emotion_map
from emoretrieve.store import Where
from emoretrieve.store.local import LocalStore
from emoretrieve.wire import EmotionMap


def painted(number: int, colour: Rgb, **metadata: str) -> Item:
    captions = Captions("", ("", "", "", ""))
    return Item(f"{number:064x}", "image", EmotionProfile.uniform(colour), captions, metadata=metadata)


@pytest.fixture
def store() -> LocalStore:
    store = LocalStore.in_memory({"perception": "lite"})
    colours = [Rgb(200, 0, 0), Rgb(100, 0, 0), Rgb(0, 9, 0), Rgb(0, 0, 0)]
    store.upsert([painted(number, colour, title=f"No. {number}") for number, colour in enumerate(colours)])
    return store


def test_of_more_items_than_have_a_mark_each_hexagons_are_counted(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "SINGLE", 2)
    found = EmotionMap.model_validate(emotion_map(store, "image", Where("image")))
    assert (found.items, found.unfelt) == (4, 1)
    assert found.radius is not None
    assert sorted((mark.count, mark.rgb) for mark in found.marks) == [(1, (0, 9, 0)), (2, (150, 0, 0))]
    first = min(painted(number, Rgb(1, 1, 1)).id for number in (0, 1))
    assert first in {mark.id for mark in found.marks}


def test_an_item_has_its_title_and_a_collection_without_any_has_no_marks(store: LocalStore) -> None:
    found = emotion_map(store, "image", Where("image"))
    assert {mark["title"] for mark in found["marks"]} == {"No. 0", "No. 1", "No. 2"}  # type: ignore[attr-defined]
    assert emotion_map(store, "audio", Where("audio"))["marks"] == []
