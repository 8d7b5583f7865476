"""The values of a key from the command line."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("filled")


def test_values_stand_with_their_counts(run: Run) -> None:
    lines = run("facets", "artist").out.splitlines()
    assert "1  Anna Berg" in lines


def test_the_filter_of_a_value_lists_as_many_items(run: Run) -> None:
    values = run("facets", "mood", "--json").json["values"]
    assert isinstance(values, list)
    first = values[0]
    items = run("list", "--filter", first["filter"], "--json").json["items"]
    assert isinstance(items, list)
    assert len(items) == first["count"]


def test_more_values_than_are_shown_are_counted(run: Run) -> None:
    assert "more values" in run("facets", "mood", "--limit", "1").out


def test_a_key_that_no_item_has_is_told(run: Run) -> None:
    assert run("facets", "nothing").out == "No item has 'nothing'.\n"
