"""Dates in metadata and in filters: ISO 8601, where the day or the time may be missing.

`2001-06` is all of June 2001. A date without a time zone is in UTC.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta

_TIME = r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?"
_DATE = re.compile(rf"\d{{4}}-\d\d(?P<day>-\d\d(?:[T ]{_TIME})?)?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_DAY = timedelta(days=1) - timedelta(microseconds=1)
"""From the first to the last moment of a day: engines tell microseconds apart."""


def is_date(text: str) -> bool:
    """Whether a text is a date of at least year and month: `2001-06`, `2001-06-30`, `2001-06-30T12:00Z`."""
    return first_moment(text) is not None and not _YEAR.fullmatch(text)


def first_moment(text: str) -> datetime | None:
    """The beginning of a date, or of a year, in UTC; None where the text is none."""
    if _YEAR.fullmatch(text):
        text = f"{text}-01"
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(text if found["day"] else f"{text}-01")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the 30th of February; the year 0
        return None


def last_moment(text: str) -> datetime | None:
    """The end of a date, or of a year: its last microsecond; None where the text is none."""
    first = first_moment(text)
    if first is None:
        return None
    if _YEAR.fullmatch(text):
        return first.replace(month=12, day=31, hour=23, minute=59, second=59, microsecond=999_999)
    if len(text) == len("2001-06"):
        days = calendar.monthrange(first.year, first.month)[1]
        return first + timedelta(days=days - 1) + _DAY
    return first + _DAY if len(text) == len("2001-06-30") else first


def written(moment: datetime) -> str:
    """A moment as engines read it: RFC 3339 with microseconds, in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
