"""The plane of the two directions in which profiles differ most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair
import numpy as np

from emoretrieve.item import Modality
from emoretrieve.report.directions import Directions
from emoretrieve_cli.gallery.charts.drawing import WIDTH, Drawing, specified
from emoretrieve_cli.gallery.charts.points import points

_PIXELS = WIDTH - 36
"""Beside the words of the axis."""
_LOWEST, _HIGHEST = 0.55, 1.0
"""Of the width: how high a chart is."""
_ON_TOP = {"titleAngle": 0, "titleAlign": "left", "titleX": 0, "titleY": -14}
"""The words of the upright axis lie: they are longer than it is high."""
_MARGIN = 0.05


def plane(
    found: Directions, modalities: Sequence[Modality], words: tuple[str, str], title: str, description: str
) -> Drawing:
    """Where the items of these modalities lie, both axes in one unit; `words` stand at the axes."""
    low, high = _limits(found)
    across, up = high - low
    ratio = min(_HIGHEST, max(_LOWEST, up / across))
    units = max(across, up / ratio)
    middle = (low + high) / 2
    x = altair.X("x:Q", scale=_scale(middle[0], units), axis=_axis(words[0]))
    y = altair.Y("y:Q", scale=_scale(middle[1], units * ratio), axis=_axis(words[1], **_ON_TOP))
    marks = [points(found.marks[one], one, (x, y), _PIXELS / units) for one in modalities]
    chart = altair.layer(_cross(x, y), *marks).properties(width=_PIXELS, height=round(_PIXELS * ratio))
    return Drawing(f"plane-{'-'.join(modalities)}", title, description, specified(chart))


def _scale(middle: float, length: float) -> Any:
    return altair.Scale(domain=[float(middle - length / 2), float(middle + length / 2)], nice=False, zero=False)


def _axis(title: str, **place: object) -> Any:
    return altair.Axis(title=title, tickCount=5, grid=True, gridOpacity=0.7, domain=False, ticks=False, **place)


def _limits(found: Directions) -> tuple[Any, Any]:
    places = np.concatenate([marks.places for marks in found.marks.values()])
    low, high = places.min(axis=0), places.max(axis=0)
    margin = _MARGIN * (high - low).max()
    return low - margin, high + margin


def _cross(x: Any, y: Any) -> Any:
    """Two lines through the mean of all items."""
    rule = altair.Chart(altair.Data(values=[{"x": 0, "y": 0}])).mark_rule(stroke="var(--soft)", strokeOpacity=0.7)
    return altair.layer(rule.encode(x=x), rule.encode(y=y))
