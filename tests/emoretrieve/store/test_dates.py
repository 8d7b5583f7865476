"""Dates with and without day and time."""

from __future__ import annotations

import pytest

from emoretrieve.store.dates import first_moment, is_date, last_moment, written


def moments(text: str) -> tuple[str, str]:
    first, last = first_moment(text), last_moment(text)
    assert first is not None
    assert last is not None
    return written(first), written(last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2001", "2001-01-01T00:00:00.000000Z", "2001-12-31T23:59:59.999999Z"),
        ("2000-02", "2000-02-01T00:00:00.000000Z", "2000-02-29T23:59:59.999999Z"),
        ("2001-06-30", "2001-06-30T00:00:00.000000Z", "2001-06-30T23:59:59.999999Z"),
        ("2001-06-30T12:00", "2001-06-30T12:00:00.000000Z", "2001-06-30T12:00:00.000000Z"),
        ("2001-06-30 12:00:01.5+02:00", "2001-06-30T10:00:01.500000Z", "2001-06-30T10:00:01.500000Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000000Z", "0001-01-01T23:59:59.999999Z"),
        ("9999-12", "9999-12-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_a_date_begins_and_ends(text: str, first: str, last: str) -> None:
    assert moments(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        *("", "0000", "99", "2001-13", "2001-02-30", "2001-6", "20010630", "2001-06-30T", "2001-06-30T25:00"),
        *("２００１-06", "0001-01-01T00:00+10:00", "2001-06-30T12:00 Z", "2001-W05", "soon", "2001-06-30\n"),
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert (first_moment(text), last_moment(text), is_date(text)) == (None, None, False)


def test_a_year_alone_is_a_bound_and_no_date() -> None:
    assert first_moment("1999") is not None
    assert not is_date("1999")
