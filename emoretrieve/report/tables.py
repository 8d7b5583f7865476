"""What the pictures of a report show, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from emoretrieve.emotion import AXES, PARTS
from emoretrieve.evaluation.result_table import UNKNOWN, ResultTable, number
from emoretrieve.evaluation.tables import tables
from emoretrieve.item import Modality
from emoretrieve.report.directions import Direction, Directions
from emoretrieve.report.emotion_map import EmotionMap
from emoretrieve.report.gathering import Report

_NOUNS: dict[Modality, str] = {"audio": "songs", "image": "pictures"}


def report_tables(report: Report) -> list[ResultTable]:
    """Those of the map and of the directions, then all of the evaluation."""
    found = [_shares(report.maps)]
    found += [] if report.directions is None else [_directions(report.directions), _loadings(report.directions)]
    return found + ([] if report.evaluation is None else tables(report.evaluation))


def _shares(maps: Sequence[EmotionMap]) -> ResultTable:
    rows = [
        [
            _NOUNS[one.modality],
            f"{one.items:,}",
            *((UNKNOWN,) * 3 if one.shares is None else (f"{share:.1%}" for share in one.shares)),
            *(f"{count:,}" for count in (*one.leading, one.even, one.unfelt)),
        ]
        for one in maps
    ]
    return ResultTable(
        "Map of emotions",
        ("", "items", *AXES, *(f"most {axis}" for axis in AXES), "even", "unfelt"),
        rows,
        "Shares of the three emotions in the colour of the whole, means over items. most: items of which that emotion "
        "has the largest share alone; even: two or three share the first place; unfelt: the colour is (0, 0, 0).",
    )


def _directions(directions: Directions) -> ResultTable:
    rows = [
        [name, number(one.share), number(one.chance)]
        for name, one in (("first", directions.first), ("second", directions.second))
    ]
    return ResultTable(
        "Directions",
        ("", "share of variance", "chance"),
        rows,
        f"Principal components of the fifteen colour numbers of {directions.items:,} items, centred, not scaled. "
        "chance: the same where every number is shuffled among the items.",
    )


def _loadings(directions: Directions) -> ResultTable:
    return ResultTable(
        "What the directions are made of",
        ("", *(part.replace("_", " ") for part in PARTS)),
        [*_loading_rows("first", directions.first), *_loading_rows("second", directions.second)],
        "Loadings: how far one step along the direction moves each number. Their squares sum to 1 in each direction.",
    )


def _loading_rows(name: str, direction: Direction) -> Iterator[list[str]]:
    for axis, values in zip(AXES, direction.loadings.T.tolist(), strict=True):
        yield [f"{name}, {axis}", *(f"{value:+z.2f}" for value in values)]
