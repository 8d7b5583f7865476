"""Conditions on metadata, read from text and written back."""

from __future__ import annotations

import re
from collections.abc import Iterable

from emoretrieve.errors import QueryError
from emoretrieve.store import Between, Condition, During, Equals
from emoretrieve.store.dates import first_moment, is_date, last_moment
from emoretrieve.store.filter import finite_number

__all__ = ["Condition", "filter_text", "parse_filter", "parse_filters"]

_TWO_DOTS = re.compile(r"(?<!\.)\.\.(?!\.)")
_FILTER = re.compile(r"\s*(?P<key>[^=<>]*[^=<>\s])\s*(?P<operator>>=|<=|==?+)\s*(?P<value>.*\S)\s*", re.DOTALL)


def parse_filter(text: str) -> Condition:
    """Read one condition; raises QueryError.

    `artist=Monet` (as text, or as the number it reads as), `year=1800..1900`, `year=1800..`, `year=..1900`,
    `year>=1800`, `year<=1900`, `date=1999-01-01..2001-06`, `date>=1999-01`. Bounds are inclusive. Two dots (not three)
    make a range, whose ends must be numbers or dates; behind `==` everything is text: `title==to be..or not`.
    """
    found = _FILTER.fullmatch(text)
    if not found or text != _unicode(text):
        raise _bad_filter(_unicode(text))
    key, operator, value = found["key"], found["operator"], found["value"]
    if operator == "==":
        return Equals(key, value)
    if operator == "=":
        return _range(key, value, text) or Equals(key, value)
    bound = finite_number(value)
    if bound is not None:
        return Between(key, bound, None) if operator == ">=" else Between(key, None, bound)
    if is_date(value):
        return During(key, value, None) if operator == ">=" else During(key, None, value)
    raise _bad_filter(text)


def parse_filters(texts: Iterable[str]) -> tuple[Condition, ...]:
    """Read several conditions, which are joined by AND."""
    return tuple(parse_filter(text) for text in texts)


def filter_text(condition: Condition) -> str:
    """The condition as `parse_filter` reads it."""
    if isinstance(condition, Equals):
        operator = "==" if _TWO_DOTS.search(condition.value) or condition.value.startswith("=") else "="
        return f"{condition.key}{operator}{condition.value}"
    if isinstance(condition, During):
        return f"{condition.key}={condition.first or ''}..{condition.last or ''}"
    low, high = ("" if bound is None else _shortest(bound) for bound in (condition.low, condition.high))
    return f"{condition.key}={low}..{high}"


def _range(key: str, value: str, text: str) -> Between | During | None:
    """The range that a value spells, None where it is plain text; QueryError where it is nearly a range."""
    low_text, dots, high_text = value.partition("..")
    if is_date(low_text.strip()) or is_date(high_text.strip()):
        return _dates(key, value, text) if dots else None
    low, high = finite_number(low_text), finite_number(high_text)
    spelled = [end for end, end_text in ((low, low_text), (high, high_text)) if end_text.strip()]
    if not dots or not spelled or None in spelled:
        if _TWO_DOTS.search(value):
            raise _no_range(key, value, text)
        return None
    if low is not None and high is not None and low > high:
        raise QueryError(f"The filter '{text}' begins above its end; write the lower number first.", kind="bad_filter")
    return Between(key, low, high)


def _dates(key: str, value: str, text: str) -> During:
    """The range of dates that a value spells, one end of which is a date."""
    first, _, last = (part.strip() for part in value.partition(".."))
    begins, ends = first_moment(first), last_moment(last)
    if (first and begins is None) or (last and ends is None):
        raise _no_range(key, value, text)
    if begins is not None and ends is not None and begins > ends:
        raise QueryError(f"The filter '{text}' begins after its end; write the earlier date first.", kind="bad_filter")
    return During(key, first or None, last or None)


def _no_range(key: str, value: str, text: str) -> QueryError:
    return QueryError(
        f"The filter '{text}' is no range of numbers or dates; write {key}=low..high (either may be missing), "
        f"or {key}=={value} if the two dots belong to the text.",
        kind="bad_filter",
    )


def _unicode(text: str) -> str:
    """The text with what is no Unicode (bytes of the command line, say) spelled out."""
    return text.encode(errors="backslashreplace").decode()


def _shortest(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(number)


def _bad_filter(text: str) -> QueryError:
    return QueryError(
        f"The filter '{text}' is not understood; write key=value, key=low..high, key>=low or key<=high "
        "(bounds are numbers, or dates such as 2001-06-30).",
        kind="bad_filter",
    )
