"""A picture as planes of numbers, and their means over small cells.

The square is measured at 224 x 224 pixels: fine enough for lines and brushwork, and the noise of a scan is gone. Every
plane is summed over 16 x 16 cells of 14 x 14 pixels; means of a quarter or of the whole, and the places of light and
detail, follow from these few numbers. Planes and sums are whole numbers, the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from emoretrieve.media.image import Pixels
from emoretrieve.perception.lite.picture_colours import NameIndices, name_indices

SIDE = 224
"""Pixels along the square that is measured."""
CELL = 14
"""Pixels along a cell."""

_FULL = 255
_LINE_STEP = 32
"""Lightness steps across two pixels from here on (of 255) are lines and edges."""
_CRISP_STEP = 102
"""Steps from here on are hard edges."""
_SLANT = 2
"""A step this many times stronger along one axis than along the other belongs to a vertical or a horizontal line."""

Plane = NDArray[np.uint8]
Grid = NDArray[np.float64]
T = TypeVar("T")


class Planes(NamedTuple, Generic[T]):
    """What is summed, 0..1 each: by cell as `Planes[Grid]`, for a whole part as `Planes[float]`."""

    red: T
    green: T
    blue: T
    light: T
    """Luma."""
    light_squared: T
    saturation: T
    """Distance between the strongest and the weakest channel."""
    dark: T
    """Share of the pixels darker than a quarter."""
    bright: T
    """Share of the pixels lighter than three quarters."""
    warm: T
    """Share of the pixels with red well above blue."""
    cool: T
    """Share of the pixels with blue above red."""
    detail: T
    """Lightness step across two pixels."""
    lines: T
    """Share of the pixels on lines and edges."""
    crisp: T
    """Share of the pixels on hard edges."""
    all_lines: T
    """Steps on lines and edges only."""
    horizontal: T
    """Steps on horizontal lines only."""
    vertical: T
    """Steps on vertical lines only."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The whole picture or a quarter of it."""

    channels: Plane
    """Red, green and blue, (3, height, width)."""
    names: NameIndices
    """The colour name of each pixel, (height, width)."""
    grids: Grid
    """The planes' means by cell, (planes, rows, columns)."""

    @property
    def cells(self) -> Planes[Grid]:
        return Planes(*self.grids)

    def means(self) -> Planes[float]:
        """The planes' means over the part."""
        return Planes(*self.grids.mean(axis=(1, 2)).tolist())

    def cut(self, rows: int, columns: int) -> Part:
        """One of the quarters: upper or lower half (0, 1), left or right half (0, 1)."""
        down, across = _half(rows, SIDE), _half(columns, SIDE)
        grids = self.grids[:, _half(rows, SIDE // CELL), _half(columns, SIDE // CELL)]
        return Part(self.channels[:, down, across], self.names[down, across], grids)


def parts_of(whole: Pixels) -> tuple[Part, ...]:
    """The whole square (448, 448, 3) and its quarters in reading order, taken apart."""
    from PIL import Image

    small = Image.fromarray(whole).reduce(whole.shape[0] // SIDE)
    channels = np.stack([np.asarray(plane) for plane in small.split()])
    names = name_indices(*channels)
    cells = _cells(channels, np.asarray(small.convert("L")))
    part = Part(channels, names, np.stack(cells))
    return (part, part.cut(0, 0), part.cut(0, 1), part.cut(1, 0), part.cut(1, 1))


def _half(which: int, length: int) -> slice:
    return slice(0, length // 2) if which == 0 else slice(length // 2, length)


def _cells(channels: Plane, light: Plane) -> Planes[Grid]:
    red, green, blue = channels
    warmth = red.astype(np.int16) - blue
    across, down = _steps(light, axis=1), _steps(light, axis=0)
    steps = np.minimum(np.sqrt((across * across + down * down).astype(np.float32)) + 0.5, _FULL).astype(np.uint8)
    on_line = steps >= _LINE_STEP
    line_steps = steps * on_line
    return Planes(
        red=_levels(red),
        green=_levels(green),
        blue=_levels(blue),
        light=_levels(light),
        light_squared=_sums(light.astype(np.uint32) ** 2) / np.float64((_FULL * CELL) ** 2),
        saturation=_levels(channels.max(axis=0) - channels.min(axis=0)),
        dark=_shares(light < 64),
        bright=_shares(light >= 192),
        warm=_shares(warmth > 38),
        cool=_shares(warmth < -15),
        detail=_levels(steps),
        lines=_shares(on_line),
        crisp=_shares(steps >= _CRISP_STEP),
        all_lines=_levels(line_steps),
        horizontal=_levels(line_steps * (down > _SLANT * across)),
        vertical=_levels(line_steps * (across > _SLANT * down)),
    )


def _steps(light: Plane, axis: int) -> NDArray[np.int32]:
    """Absolute lightness steps across two pixels along an axis, 0 at the rim."""
    signed = np.moveaxis(light.astype(np.int32), axis, 0)
    steps = np.zeros_like(signed)
    steps[1:-1] = np.abs(signed[2:] - signed[:-2])
    return np.moveaxis(steps, 0, axis)


def _sums(plane: NDArray[np.uint8] | NDArray[np.uint32]) -> NDArray[np.uint16] | NDArray[np.uint32]:
    """Sums by cell; rows first, which adds up long runs at once. 196 values of 8 bits fit into 16."""
    dtype = np.uint16 if plane.dtype == np.uint8 else np.uint32
    rows, columns = (length // CELL for length in plane.shape)
    by_row = plane.reshape(rows, CELL, plane.shape[1]).sum(axis=1, dtype=dtype)
    sums: NDArray[np.uint16] | NDArray[np.uint32] = by_row.reshape(rows, columns, CELL).sum(axis=2, dtype=dtype)
    return sums


def _levels(plane: Plane) -> Grid:
    return _sums(plane) / np.float64(_FULL * CELL * CELL)


def _shares(mask: NDArray[np.bool_]) -> Grid:
    return _sums(mask.view(np.uint8)) / np.float64(CELL * CELL)
