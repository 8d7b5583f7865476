"""The emotion map of one kind of item: a triangle with an emotion in each corner."""

from __future__ import annotations

import math
from typing import Any

import altair
import numpy as np

from emoretrieve.emotion import AXES
from emoretrieve.emotion.vectors import Floats
from emoretrieve.report.emotion_map import CORNERS, EmotionMap
from emoretrieve_cli.gallery.charts.drawing import WIDTH, Drawing, specified
from emoretrieve_cli.gallery.charts.points import points
from emoretrieve_cli.gallery.report.words import LETTERS

_SIDES, _BELOW, _ABOVE = 0.06, 0.11, 0.95
_CORNER = 0.46
"""From the middle of the triangle; a corner is at 0.58."""
_LINES = (0.25, 0.5, 0.75)
_TINTS = ((0.5, 0.0, 0.5, 1.0), (0.0, 1.0, 0.75, 0.5), (1.0, 1.0, 0.25, 0.5))
"""From each corner to the middle of the opposite side, in the box around the triangle, y down."""


def triangle(found: EmotionMap, title: str, description: str) -> Drawing:
    """The map as a drawing."""
    width = WIDTH / (1 + 2 * _SIDES)
    height = width * (_ABOVE + _BELOW)
    layers = [*_tints(), _grid(), _names(), points(found.marks, found.modality, _axes(), width)]
    layers += [_rings(found), _letters(found)] if found.extremes else []
    chart = altair.layer(*layers).properties(width=WIDTH, height=round(height))
    return Drawing(f"map-{found.modality}", title, description, specified(chart))


def _axes() -> tuple[Any, Any]:
    across = altair.Scale(domain=[-_SIDES, 1 + _SIDES], nice=False, zero=False)
    up = altair.Scale(domain=[-_BELOW, _ABOVE], nice=False, zero=False)
    return altair.X("x:Q", scale=across, axis=None), altair.Y("y:Q", scale=up, axis=None)


def _placed(rows: list[dict[str, object]]) -> Any:
    x, y = _axes()
    return altair.Chart(altair.Data(values=rows)).encode(x=x, y=y)


def _outline() -> list[dict[str, object]]:
    return [{"x": x, "y": y, "order": order} for order, (x, y) in enumerate(CORNERS[[0, 1, 2, 0]].tolist())]


def _tints() -> list[Any]:
    """Each corner in the colour of its emotion, fading towards the opposite side."""
    return [
        _placed(_outline()).mark_line(fill=_gradient(axis, ends), stroke=None).encode(order="order:Q")
        for axis, ends in zip(AXES, _TINTS, strict=True)
    ]


def _gradient(axis: str, ends: tuple[float, float, float, float]) -> dict[str, object]:
    x1, y1, x2, y2 = ends
    stops = [
        {"offset": 0, "color": f"color-mix(in srgb, var(--{axis}) 34%, transparent)"},
        {"offset": 0.9, "color": f"color-mix(in srgb, var(--{axis}) 1%, transparent)"},
    ]
    return {"gradient": "linear", "x1": x1, "y1": y1, "x2": x2, "y2": y2, "stops": stops}


def _grid() -> Any:
    """The sides, and lines of equal share."""
    rows = []
    for corner in range(3):
        first, second = CORNERS[(corner + 1) % 3], CORNERS[(corner + 2) % 3]
        for share in (0.0, *_LINES):
            here, there = (share * CORNERS[corner] + (1 - share) * other for other in (first, second))
            rows.append({"x": here[0], "y": here[1], "x2": there[0], "y2": there[1], "share": share})
    return (
        _placed(rows)
        .mark_rule(stroke="var(--soft)")
        .encode(
            x2="x2:Q",
            y2="y2:Q",
            strokeWidth=altair.condition("datum.share == 0", altair.value(1.0), altair.value(0.7)),
            strokeOpacity=altair.condition("datum.share == 0", altair.value(0.8), altair.value(0.28)),
        )
    )


def _names() -> Any:
    """The emotions at their corners."""
    places = [(0.5, math.sqrt(3) / 2 + 0.035, "center"), (-0.045, -0.065, "left"), (1.045, -0.065, "right")]
    layers = [
        _placed([{"x": x, "y": y, "name": axis}])
        .mark_text(align=align, baseline="middle", fontSize=15, color=f"var(--{axis})")
        .encode(text="name:N")
        for axis, (x, y, align) in zip(AXES, places, strict=True)
    ]
    return altair.layer(*layers)


def _rings(found: EmotionMap) -> Any:
    rows: list[dict[str, object]] = [{"x": one.place[0], "y": one.place[1], "axis": one.axis} for one in found.extremes]
    return _placed(rows).mark_point(size=330, stroke="var(--ink)", strokeWidth=1.3, filled=False)


def _letter(name: str, away: Floats, place: tuple[float, float]) -> dict[str, object]:
    """A name beside its ring; `away` points there from the middle. In a corner, which has a name itself, inside."""
    distance = float(np.hypot(*away))
    x, y = np.array(place) + (-0.048 if distance > _CORNER else 0.048) * away / (distance or 1.0)
    return {"x": float(x), "y": float(y), "letter": name}


def _letters(found: EmotionMap) -> Any:
    """The letter of every ring, away from the middle of the triangle."""
    names: dict[tuple[float, float], str] = {}
    for letter, one in zip(LETTERS, found.extremes, strict=True):
        names[one.place] = names.get(one.place, "") + letter
    rows = [_letter(name, np.array(place) - CORNERS.mean(axis=0), place) for place, name in names.items()]
    text = {"fontSize": 15, "fontStyle": "italic"}
    halo = _placed(rows).mark_text(**text, color="var(--wall)", stroke="var(--wall)", strokeWidth=4)
    letters = _placed(rows).mark_text(**text, color="var(--ink)")
    return altair.layer(*(layer.encode(text="letter:N") for layer in (halo, letters)))
