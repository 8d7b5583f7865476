"""What can be measured in a picture and its quarters.

The square is measured at 224 x 224 pixels: fine enough for lines and brushwork, and the noise of a scan is gone.
Values are rounded to a thousandth, so that the last bits of sums, which differ between machines, never reach a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray

from emoretrieve.media.image import Pixels
from emoretrieve.perception.lite.picture_colours import NAMES, NameIndices, name_indices

_SIDE = 224
_CELL = 14
"""Pixels along a cell; light, detail and symmetry are located by cells: 16 x 16 in the whole, 8 x 8 in a quarter."""
_EVEN_RANGE = 6
"""A part whose channels vary by no more than this (of 255) is an even surface."""
_LINE_STRENGTH = 0.06
"""Lightness steps from pixel to pixel above this are lines and edges."""
_CRISP_STRENGTH = 0.2
"""Steps above this are hard edges."""
_SLANT = 2.0
"""A step this many times stronger along one axis than along the other belongs to a vertical or a horizontal line."""

Plane = NDArray[np.float32]
Grid = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measures:
    """Measured attributes of one part. Shares and levels are 0..1."""

    even: bool
    """One colour throughout: there is nothing else to tell."""
    light: float
    """Mean lightness (luma)."""
    dark_share: float
    """Share of the area darker than a quarter."""
    bright_share: float
    """Share of the area lighter than three quarters."""
    contrast: float
    """Standard deviation of the lightness, 0..0.5."""
    saturation: float
    """Mean distance between the strongest and the weakest channel."""
    warmth: float
    """Mean of red minus blue, -1..1."""
    warm_share: float
    """Share of the area that is distinctly warm (red well above blue)."""
    cool_share: float
    """Share of the area that is distinctly cool (blue well above red)."""
    yellowness: float
    """Mean of red and green minus blue, -1 (blue) .. 1 (yellow)."""
    colourfulness: float
    """Hasler and Suesstrunk 2003, of 255: spread and strength of the opponent colours."""
    detail: float
    """Mean lightness step from pixel to pixel."""
    line_share: float
    """Share of the area on lines and edges."""
    crisp_share: float
    """Share of the area on hard edges."""
    busy_share: float
    """Share of the cells that hold much detail."""
    horizontal: float
    """Share of the line strength in horizontal lines."""
    vertical: float
    """Share of the line strength in vertical lines."""
    diagonal: float
    """Share of the line strength in slanting and curved lines."""
    symmetry: float
    """Correlation of the lightness with its mirror image, row by row, -1..1."""
    light_place: tuple[float, float]
    """Centre of the light, right and down of the middle, -0.5..0.5."""
    light_centred: float
    """Lightness of the middle minus that of the rim, -1..1."""
    detail_place: tuple[float, float]
    """Centre of the detail, right and down of the middle, -0.5..0.5."""
    colours: tuple[tuple[str, float], ...]
    """Colour names and their shares of the area, largest first."""


@dataclass(frozen=True, slots=True, eq=False)
class _Maps:
    """Values pixel by pixel, all of one shape."""

    red: NDArray[np.uint8]
    green: NDArray[np.uint8]
    blue: NDArray[np.uint8]
    light: Plane
    saturation: Plane
    red_blue: Plane
    yellow_blue: Plane
    red_green: Plane
    across: Plane
    """Lightness steps to the right."""
    down: Plane
    """Lightness steps downwards."""
    names: NameIndices

    def cut(self, rows: slice, columns: slice) -> _Maps:
        return _Maps(*(getattr(self, name)[rows, columns] for name in self.__slots__))


def measure(whole: Pixels) -> tuple[Measures, ...]:
    """The measures of the whole square (448, 448, 3) and of its quarters, in the order of `PARTS`."""
    maps = _maps(whole)
    first, second = slice(0, _SIDE // 2), slice(_SIDE // 2, _SIDE)
    quarters = ((first, first), (first, second), (second, first), (second, second))
    return tuple(_measure(part) for part in (maps, *(maps.cut(*quarter) for quarter in quarters)))


def _maps(whole: Pixels) -> _Maps:
    from PIL import Image

    small = Image.fromarray(whole).reduce(whole.shape[0] // _SIDE)
    red, green, blue = (np.asarray(plane) for plane in small.split())
    r, g, b = (plane.astype(np.float32) / np.float32(255) for plane in (red, green, blue))
    light = np.float32(0.299) * r + np.float32(0.587) * g + np.float32(0.114) * b
    strongest, weakest = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    across, down = np.zeros_like(light), np.zeros_like(light)
    across[:, 1:-1] = light[:, 2:] - light[:, :-2]
    down[1:-1] = light[2:] - light[:-2]
    return _Maps(
        red=red,
        green=green,
        blue=blue,
        light=light,
        saturation=(strongest - weakest).astype(np.float32) / np.float32(255),
        red_blue=r - b,
        yellow_blue=(r + g) / 2 - b,
        red_green=r - g,
        across=across / 2,
        down=down / 2,
        names=name_indices(red, green, blue),
    )


def _measure(maps: _Maps) -> Measures:
    light_cells = _cells(maps.light)
    flat, steep = np.abs(maps.across), np.abs(maps.down)
    steps = np.hypot(flat, steep)
    detail_cells = _cells(steps)
    horizontal, vertical, diagonal = _directions(flat, steep, steps)
    return Measures(
        even=all(int(plane.max()) - int(plane.min()) <= _EVEN_RANGE for plane in (maps.red, maps.green, maps.blue)),
        light=_mean(maps.light),
        dark_share=_mean(maps.light < 0.25),
        bright_share=_mean(maps.light > 0.75),
        contrast=_spread(maps.light),
        saturation=_mean(maps.saturation),
        warmth=_mean(maps.red_blue),
        warm_share=_mean(maps.red_blue > 0.15),
        cool_share=_mean(maps.red_blue < -0.06),
        yellowness=_mean(maps.yellow_blue),
        colourfulness=_colourfulness(maps),
        detail=_mean(steps),
        line_share=_mean(steps > _LINE_STRENGTH),
        crisp_share=_mean(steps > _CRISP_STRENGTH),
        busy_share=_mean(detail_cells > 0.04),
        horizontal=horizontal,
        vertical=vertical,
        diagonal=diagonal,
        symmetry=_symmetry(light_cells),
        light_place=_centre(light_cells - light_cells.min()),
        light_centred=_middle_minus_rim(light_cells),
        detail_place=_centre(detail_cells),
        colours=_colour_shares(maps.names),
    )


def _mean(values: NDArray[np.generic]) -> float:
    return round(float(values.mean(dtype=np.float64)), 3)


def _spread(values: Plane) -> float:
    return round(float(values.std(dtype=np.float64)), 3)


def _colourfulness(maps: _Maps) -> float:
    opponents = (maps.red_green, maps.yellow_blue)
    spread, strength = (hypot(*map(measured, opponents)) for measured in (_spread, _mean))
    return round(spread + 0.3 * strength, 3)


def _directions(flat: Plane, steep: Plane, steps: Plane) -> tuple[float, float, float]:
    """Shares of the strength of all lines in horizontal, vertical and diagonal ones; zeros where there are no lines."""
    lines = np.where(steps > _LINE_STRENGTH, steps, np.float32(0))
    total = float(lines.sum(dtype=np.float64))
    if not total:
        return 0.0, 0.0, 0.0
    horizontal = float(lines[steep > _SLANT * flat].sum(dtype=np.float64)) / total
    vertical = float(lines[flat > _SLANT * steep].sum(dtype=np.float64)) / total
    return round(horizontal, 3), round(vertical, 3), round(1.0 - horizontal - vertical, 3)


def _cells(plane: Plane) -> Grid:
    """Means of the cells of 14 x 14 pixels."""
    rows, columns = (length // _CELL for length in plane.shape)
    cells: Grid = plane.reshape(rows, _CELL, columns, _CELL).mean(axis=(1, 3), dtype=np.float64)
    return cells


def _symmetry(cells: Grid) -> float:
    deviation = cells - cells.mean(axis=1, keepdims=True)  # a sky above a field is no symmetry
    power = float((deviation**2).sum())
    return round(float((deviation * deviation[:, ::-1]).sum()) / power, 3) if power > 1e-6 else 0.0


def _centre(weights: Grid) -> tuple[float, float]:
    total = float(weights.sum())
    if total < 1e-6:
        return 0.0, 0.0
    places = (np.arange(len(weights)) + 0.5) / len(weights) - 0.5
    right = float(weights.sum(axis=0) @ places) / total
    below = float(weights.sum(axis=1) @ places) / total
    return round(right, 3), round(below, 3)


def _middle_minus_rim(cells: Grid) -> float:
    quarter = len(cells) // 4
    middle = cells[quarter:-quarter, quarter:-quarter]
    rim = (float(cells.sum()) - float(middle.sum())) / (cells.size - middle.size)
    return round(float(middle.mean()) - rim, 3)


def _colour_shares(names: NameIndices) -> tuple[tuple[str, float], ...]:
    counts = np.bincount(names.ravel(), minlength=len(NAMES))
    order = np.argsort(-counts, kind="stable")
    return tuple((NAMES[index], round(float(counts[index]) / names.size, 3)) for index in order if counts[index])
