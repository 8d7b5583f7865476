"""What can be measured in a picture and its quarters.

Values are rounded to a thousandth, so that the last bits of a division, which may differ between machines, never
reach a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np

from emoretrieve.media.image import Pixels
from emoretrieve.perception.lite.picture_cells import Grid, Part, Planes, parts_of
from emoretrieve.perception.lite.picture_colours import NAMES, NameIndices

_EVEN_RANGE = 6
"""A part whose channels vary by no more than this (of 255) is an even surface."""
_BUSY = 0.08
"""Cells with more detail than this are busy."""


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
    """Spread and strength of the opponent colours from cell to cell (Hasler and Suesstrunk 2003), 0..1."""
    detail: float
    """Mean lightness step across two pixels."""
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


def measure(whole: Pixels) -> tuple[Measures, ...]:
    """The measures of the whole square (448, 448, 3) and of its quarters, in the order of `PARTS`."""
    return tuple(_measure(part) for part in parts_of(whole))


def _measure(part: Part) -> Measures:
    cells, means = part.cells, part.means()
    horizontal, vertical, diagonal = _directions(means)
    return Measures(
        even=int(np.ptp(part.channels, axis=(1, 2)).max()) <= _EVEN_RANGE,
        light=round(means.light, 3),
        dark_share=round(means.dark, 3),
        bright_share=round(means.bright, 3),
        contrast=round(sqrt(max(0.0, means.light_squared - means.light**2)), 3),
        saturation=round(means.saturation, 3),
        warmth=round(means.red - means.blue, 3),
        warm_share=round(means.warm, 3),
        cool_share=round(means.cool, 3),
        yellowness=round((means.red + means.green) / 2 - means.blue, 3),
        colourfulness=_colourfulness(cells, means),
        detail=round(means.detail, 3),
        line_share=round(means.lines, 3),
        crisp_share=round(means.crisp, 3),
        busy_share=round(float(np.count_nonzero(cells.detail > _BUSY)) / cells.detail.size, 3),
        horizontal=horizontal,
        vertical=vertical,
        diagonal=diagonal,
        symmetry=_symmetry(cells.light),
        light_place=_centre(cells.light - cells.light.min()),
        light_centred=_middle_minus_rim(cells.light),
        detail_place=_centre(cells.detail),
        colours=_colour_shares(part.names),
    )


def _colourfulness(cells: Planes[Grid], means: Planes[float]) -> float:
    red_green = cells.red - cells.green
    yellow_blue = (cells.red + cells.green) / 2 - cells.blue
    spread = hypot(float(red_green.std()), float(yellow_blue.std()))
    strength = hypot(means.red - means.green, (means.red + means.green) / 2 - means.blue)
    return round(spread + 0.3 * strength, 3)


def _directions(means: Planes[float]) -> tuple[float, float, float]:
    """Shares of the strength of all lines in horizontal, vertical and slanting ones; zeros where there are no lines."""
    if not means.all_lines:
        return 0.0, 0.0, 0.0
    horizontal, vertical = means.horizontal / means.all_lines, means.vertical / means.all_lines
    return round(horizontal, 3), round(vertical, 3), round(1.0 - horizontal - vertical, 3)


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
