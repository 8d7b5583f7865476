"""Marks of items as layers of a chart."""

from __future__ import annotations

from typing import Any

import altair
import numpy as np

from emoretrieve.emotion import Rgb
from emoretrieve.emotion.vectors import Floats
from emoretrieve.item import Modality
from emoretrieve.report.marks import Marks
from emoretrieve_cli.terminal.swatch import hex_code

_HEXAGON = "M0,-1L0.866,-0.5L0.866,0.5L0,1L-0.866,0.5L-0.866,-0.5Z"
_SHAPES: dict[Modality, str] = {"audio": "circle", "image": "square"}
_SMALLEST = 0.3
"""Of the radius of a hexagon: one item can be seen beside hundreds."""


def points(marks: Marks, modality: Modality, axes: tuple[Any, Any], pixels: float) -> Any:
    """A layer of marks in the colours of their items; `axes` are x and y, `pixels` what a unit of the plane is wide.

    Songs are round, pictures square; hexagons grow with the number of their items.
    """
    return (
        altair.Chart(altair.Data(values=_rows(marks, pixels)))
        .mark_point(
            shape=_SHAPES[modality] if marks.radius is None else _HEXAGON,
            filled=True,
            opacity=0.9,
            stroke="var(--ink)",
            strokeOpacity=0.45,
            strokeWidth=0.6,
        )
        .encode(
            x=axes[0],
            y=axes[1],
            color=altair.Color("colour:N", scale=None),
            size=altair.Size("size:Q", scale=None),
        )
    )


def _rows(marks: Marks, pixels: float) -> list[dict[str, object]]:
    sizes = _sizes(marks, pixels)
    return [
        {"x": round(x, 5), "y": round(y, 5), "items": count, "colour": hex_code(Rgb(*colour)), "size": round(size, 1)}
        for (x, y), count, colour, size in zip(
            marks.places.tolist(), marks.counts.tolist(), marks.colours.tolist(), sizes.tolist(), strict=True
        )
    ]


def _sizes(marks: Marks, pixels: float) -> Floats:
    """The size of every mark as Vega has it: the square of its diameter, in pixels."""
    if marks.radius is None:
        diameter = 13.0 if len(marks.counts) <= 60 else 9.5 if len(marks.counts) <= 300 else 6.5
        return np.full(len(marks.counts), diameter**2)
    share = np.sqrt(marks.counts / marks.counts.max())
    sizes: Floats = (2 * marks.radius * pixels * np.maximum(share, _SMALLEST)) ** 2
    return sizes
