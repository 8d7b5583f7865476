"""Conditions on metadata as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoretrieve.errors import QueryError
from emoretrieve.search.filters import Condition, filter_text, parse_filter, parse_filters
from emoretrieve.store import Between, During, Equals


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("artist=Monet", Equals("artist", "Monet")),
        ("artist = Claude Monet ", Equals("artist", "Claude Monet")),
        ("year=1899", Equals("year", "1899")),
        ("year=1800..1900", Between("year", 1800, 1900)),
        ("year=1800..", Between("year", 1800, None)),
        ("year=..1900", Between("year", None, 1900)),
        ("year=-5..1.5", Between("year", -5, 1.5)),
        ("year>=1800", Between("year", 1800, None)),
        ("year <= 1900", Between("year", None, 1900)),
        ("title==to be..or not", Equals("title", "to be..or not")),
        ("title==..", Equals("title", "..")),
        ("year == 1800..1900", Equals("year", "1800..1900")),
        ("artist==Monet", Equals("artist", "Monet")),
        ("title=Wait...", Equals("title", "Wait...")),
        ("title=...", Equals("title", "...")),
        ("title=1, 2...", Equals("title", "1, 2...")),
        ("formula=a=b", Equals("formula", "a=b")),
        ("title=first\nsecond", Equals("title", "first\nsecond")),
        ("album artist=Ü", Equals("album artist", "Ü")),
        ("date=1999-01-01", Equals("date", "1999-01-01")),
        ("date=1999-01-01..2001-06", During("date", "1999-01-01", "2001-06")),
        ("date= 1999-06 .. ", During("date", "1999-06", None)),
        ("date=1999..2001-06", During("date", "1999", "2001-06")),
        ("date=..2001-06-30T12:00Z", During("date", None, "2001-06-30T12:00Z")),
        ("date>=1999-06", During("date", "1999-06", None)),
        ("date<=1999-06-01", During("date", None, "1999-06-01")),
        ("date=1999..2001", Between("date", 1999, 2001)),
        ("path=/music/a/", Equals("path", "/music/a/")),
    ],
)
def test_a_condition_is_read(text: str, condition: Condition) -> None:
    assert parse_filter(text) == condition


@pytest.mark.parametrize(
    "text",
    ["", "artist", "=Monet", "artist=", "artist==", "year>1800", "year<5", "year>=old", "year<=nan", "year>=", ">=3"],
)
def test_text_that_is_no_condition_is_refused_with_its_value(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_filter(text)
    assert caught.value.kind == "bad_filter"
    assert f"'{text}'" in str(caught.value)


@pytest.mark.parametrize(
    "value", ["a..b", "..", "nan..", "..inf", "1800..x", " .. ", "1..2..3", "1999-06..soon", "x..1999-06"]
)
def test_what_is_nearly_a_range_is_refused_with_both_ways_out(value: str) -> None:
    with pytest.raises(QueryError, match=r"year=low\.\.high .* or year==") as caught:
        parse_filter(f"year={value}")
    assert caught.value.kind == "bad_filter"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(QueryError, match=r"artist=\\udcff"):
        parse_filter("artist=\udcff")


def test_a_range_that_begins_above_its_end_is_refused() -> None:
    with pytest.raises(QueryError, match="begins above its end"):
        parse_filter("year=1900..1800")


def test_dates_that_begin_after_their_end_are_refused() -> None:
    with pytest.raises(QueryError, match="begins after its end"):
        parse_filter("date=2001-06..2001-05-31")


@pytest.mark.parametrize("text", ["date=1999-01..2001-06-30", "date=1999-06..", "date=..2001-06"])
def test_dates_written_out_read_back(text: str) -> None:
    assert filter_text(parse_filter(text)) == text


def test_several_conditions_keep_their_order() -> None:
    assert parse_filters(["b=1", "a=2.."]) == (Equals("b", "1"), Between("a", 2, None))


numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(low=numbers | st.none(), high=numbers | st.none())
def test_a_range_written_out_reads_back(low: float | None, high: float | None) -> None:
    if low is None and high is None:
        return
    if low is not None and high is not None:
        low, high = sorted((low, high))
    assert parse_filter(filter_text(Between("year", low, high))) == Between("year", low, high)


@pytest.mark.parametrize("value", ["Claude Monet", "1800..1900", "to be..or not", "=", "==x", "Wait..."])
def test_text_written_out_reads_back(value: str) -> None:
    assert parse_filter(filter_text(Equals("artist", value))) == Equals("artist", value)


def test_an_infinite_bound_can_be_shown() -> None:
    assert filter_text(Between("year", float("-inf"), 1900)) == "year=-inf..1900"
