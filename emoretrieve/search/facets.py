"""What values a key has in a collection, and how many items each: the curator's first look."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from emoretrieve.errors import QueryError
from emoretrieve.search.filters import filter_text, parse_filter
from emoretrieve.store import EVERYTHING, Between, Condition, During, Equals, Store, Where
from emoretrieve.store.dates import first_moment, is_date


@dataclass(frozen=True, slots=True)
class Facet:
    """One value, or a range of them, and the items that have it."""

    value: str
    count: int
    filter: str | None
    """The filter that chooses exactly these items; None where no filter can spell the value."""


@dataclass(frozen=True, slots=True)
class Facets:
    """The values of one key."""

    key: str
    values: tuple[Facet, ...]
    """Texts, those of most items first; or numbers and dates, ascending."""
    left_out: int
    """How many more values there are."""

    def to_json(self) -> dict[str, object]:
        """As `facets --json` prints it."""
        return {"key": self.key, "values": [asdict(value) for value in self.values], "left_out": self.left_out}


def facets(store: Store, key: str, where: Where = EVERYTHING, *, limit: int = 20) -> Facets:
    """The values of metadata, of `mood`, `name` or `path`, counted exactly.

    Where there are more than `limit` of them, dates are counted by year, numbers in ranges of a round width, and of
    other texts only those of most items are given.
    """
    if limit < 1:
        raise QueryError(f"The limit is at least 1, not {limit}.", kind="bad_limit")
    counts = store.values(key, where)
    texts = {value: count for value, count in counts.items() if isinstance(value, str) and not is_date(value)}
    dates = {value: count for value, count in counts.items() if isinstance(value, str) and is_date(value)}
    numbers = {value: count for value, count in counts.items() if not isinstance(value, str)}
    rows = _merged([*_texts(key, texts), *_dates(key, dates, limit), *_numbers(key, numbers, limit)])
    if texts:
        rows = sorted(rows, key=lambda row: (-row.count, row.value))
    return Facets(key, tuple(rows[:limit]), max(0, len(rows) - limit))


def _facet(value: str, count: int, condition: Condition) -> Facet:
    spelled = filter_text(condition)
    try:
        reads_back = parse_filter(spelled) == condition
    except QueryError:
        reads_back = False
    return Facet(value, count, spelled if reads_back else None)


def _merged(rows: Iterable[Facet]) -> list[Facet]:
    """One row for each filter: the text 1980 and the number 1980 are chosen by the same."""
    merged: dict[str, Facet] = {}
    for row in rows:
        name = row.filter or f"={row.value}"
        before = merged.get(name)
        merged[name] = row if before is None else replace(before, count=before.count + row.count)
    return list(merged.values())


def _texts(key: str, counts: dict[str, int]) -> list[Facet]:
    return [_facet(value, count, Equals(key, value)) for value, count in counts.items()]


def _dates(key: str, counts: dict[str, int], limit: int) -> list[Facet]:
    if len(counts) <= limit:
        return [_facet(value, counts[value], Equals(key, value)) for value in sorted(counts)]
    years: dict[int, int] = {}
    for value, count in counts.items():
        moment = first_moment(value)
        if moment is not None:
            years[moment.year] = years.get(moment.year, 0) + count
    return [_facet(f"{year:04}", years[year], During(key, f"{year:04}-01", f"{year:04}-12")) for year in sorted(years)]


def _numbers(key: str, counts: dict[int | float, int], limit: int) -> list[Facet]:
    if len(counts) <= limit:
        return [_facet(shown(value), counts[value], Equals(key, shown(value))) for value in sorted(counts)]
    width = _round_width(min(counts), max(counts), limit)
    ranges: dict[int, list[int | float]] = {}
    for value in sorted(counts):
        ranges.setdefault(math.floor(value / width), []).append(value)
    return [_range(key, number * width, width, values, counts) for number, values in ranges.items()]


def _range(
    key: str, start: float, width: float, values: Sequence[int | float], counts: dict[int | float, int]
) -> Facet:
    """A range of whole numbers has round ends; of others its smallest and its largest number, for both belong to it."""
    low, high = values[0], values[-1]
    if width >= 1 and all(float(value).is_integer() for value in counts):
        low, high = int(start), int(start + width) - 1
    value = f"{shown(low)}..{shown(high)}"
    return _facet(value, sum(counts[value] for value in values), Between(key, float(low), float(high)))


def _round_width(low: float, high: float, most: int) -> float:
    """The smallest of 1, 2, 5, 10, 20, ... (and their tenths) that covers the numbers in at most so many ranges."""
    magnitude = 10.0 ** math.floor(math.log10(high / most - low / most))
    for step in (1, 2, 5, 10, 20):
        width = step * magnitude
        if math.floor(high / width) - math.floor(low / width) < most:
            return width
    return 50 * magnitude


def shown(number: float) -> str:
    """A number as filters spell it: without a fraction where it has none."""
    return str(int(number)) if float(number).is_integer() else repr(float(number))
