"""The values of a key, with filters that choose what was counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from emoretrieve.errors import QueryError
from emoretrieve.item import Value
from emoretrieve.search.facets import Facet, facets
from emoretrieve.search.filters import parse_filter
from emoretrieve.store import Equals, Where
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.search.collection import random_items, store_of


def holding(*values: Value | None) -> LocalStore:
    """A store whose pictures have these values of `key`."""
    items = zip(random_items("image", len(values), 5), values, strict=True)
    return store_of(replace(item, metadata={} if value is None else {"key": value}) for item, value in items)


def rows(store: LocalStore, limit: int = 20) -> list[tuple[str, int]]:
    return [(facet.value, facet.count) for facet in facets(store, "key", limit=limit).values]


def test_texts_stand_with_those_of_most_items_first() -> None:
    store = holding("b", "a", "b", None, "c", "c", "c")
    assert rows(store) == [("c", 3), ("b", 2), ("a", 1)]
    found = facets(store, "key", limit=2)
    assert ([facet.value for facet in found.values], found.left_out) == (["c", "b"], 1)


def test_few_numbers_and_dates_stand_for_themselves_in_their_order() -> None:
    assert rows(holding(1990, 2.5, 1990, 7)) == [("2.5", 1), ("7", 1), ("1990", 2)]
    assert rows(holding("2001-06", "1999-01-01", "2001-06")) == [("1999-01-01", 1), ("2001-06", 2)]


def test_many_whole_numbers_are_counted_in_round_ranges() -> None:
    years = [*range(1801, 1899), 1850]
    assert rows(holding(*years), limit=10) == [
        ("1800..1809", 9), *((f"{low}..{low + 9}", 11 if low == 1850 else 10) for low in range(1810, 1890, 10)),
        ("1890..1899", 9),
    ]  # fmt: skip


def test_many_dates_are_counted_by_year() -> None:
    dates = [f"{year}-{month:02}-03" for year in (1999, 2001) for month in range(1, 12)]
    assert rows(holding(*dates), limit=10) == [("1999", 11), ("2001", 11)]


def test_the_text_and_the_number_of_one_spelling_are_counted_together() -> None:
    assert rows(holding("1980", 1980, 1980.0, "1981")) == [("1980", 3), ("1981", 1)]


@pytest.mark.parametrize("limit", [2, 5, 20])
def test_every_filter_chooses_as_many_items_as_were_counted(limit: int) -> None:
    store = holding(*(0.37 * number for number in range(40)), 3, "x", "to be..or not", "=", "1999-05", "2001-05-06")
    found = facets(store, "key", limit=limit)
    assert found.values
    for facet in found.values:
        assert facet.filter is not None
        assert store.count(Where(conditions=(parse_filter(facet.filter),))) == facet.count


def test_what_no_filter_spells_has_none() -> None:
    assert facets(holding(" padded"), "key").values == (Facet(" padded", 1, None),)


def test_moods_are_those_of_captions_under_any_filter() -> None:
    store = holding("a", "a", "b")
    words = {
        facet.value: facet.count for facet in facets(store, "mood", Where(conditions=(Equals("key", "a"),))).values
    }
    assert words == Counter({"calm": 2, "quiet": 2})


def test_a_key_that_no_item_has_has_no_values() -> None:
    assert facets(holding("a"), "other").values == ()


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(QueryError) as caught:
        facets(holding("a"), "key", limit=0)
    assert caught.value.kind == "bad_limit"
