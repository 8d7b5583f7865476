"""Naming colours: which of the plain colour names fits a pixel best.

Each name stands for a few sample colours; a pixel takes the name of the nearest sample in CIELAB (CIE 1976 L*a*b*,
D65), where distances are about as large as they look. All 32,768 colours of five bits a channel are named once.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

_SAMPLES = {
    "black": "0a0a0a 120f0c 0c1210 14110f 1c1a18",
    "charcoal": "2c2b2a 3a3938 33302c 2a2f30 444240",
    "grey": "6b6a68 858481 5a5957 9a9995",
    "silver": "b4b3b0 c8c7c4 a9b0b4",
    "white": "fafafa ededea f4f4f6 e2e4e6",
    "cream": "f3ead0 eae0c0 f7f0dc ddd2b2 e8dcc8",
    "beige": "cdbf9f b8a888 c9b49a bfae98",
    "tan": "a88d68 987c58 b89468 8a7558",
    "brown": "6e4a2c 5a3a22 7e5a3a 4a3424 66503a",
    "dark brown": "30221a 281c14 3a2a1c 201812",
    "rust": "96481e a8562c 8a3c1a b4683c",
    "red": "c82020 d83a30 b01818 e04838 a81c24",
    "dark red": "701818 581414 7c2424 481414 880808",
    "pink": "e8a8a8 f0c4c0 e08a8c d8a098 f2d4d0",
    "rose": "c86078 d84878 b85068",
    "orange": "e8782c f08a30 d86420 ec9450",
    "apricot": "f0b888 e8a878 f4c8a0 dc9c70",
    "gold": "d8a030 c89428 e0b450 b88828 d0a850",
    "yellow": "f0d830 f8e858 e8cc30 f0e080",
    "olive": "6a6430 565224 7e783c 8c8450 45421e 808008",
    "green": "3c7c3c 4c9444 2c6c34 6a9a50 68b068",
    "dark green": "1c3420 24402a 1a2c1c 2c4a30 263828 0a5a10",
    "sage": "98a888 b0b894 7c8c70 869a84 c0ccb0",
    "teal": "1c6868 2c7c7c 205458 3a6a68 488a88",
    "turquoise": "48b8b0 60c8c0 88d0c8 40a8a8",
    "pale blue": "b8d0e0 a0c4dc c8dce8 acbcd0 d0dcec",
    "sky blue": "68a8dc 5090cc 80b4e0 7898c8 88cce8",
    "blue": "2850b0 2038a0 3060c0 3c68a8 1c40c8",
    "slate": "4a5c70 5c6c80 708090 3c4c5c 8494a4",
    "navy": "101c48 182858 0c1434 1c2c44 202c50 04047c",
    "violet": "5c3890 7048a8 44286c 8058b0",
    "lilac": "b0a0cc c4b8dc 9c8cb8 a898b0",
    "magenta": "b828a0 d040b8 981c84 c860b0",
    "plum": "5a2848 48203c 6c3858 704860",
}
"""Colour names and their samples (sRGB, hexadecimal), chosen by eye."""

NAMES = tuple(_SAMPLES)

_BITS = 5
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = np.array([0.9505, 1.0, 1.089])

Floats = NDArray[np.float64]
NameIndices = NDArray[np.uint8]


def name_indices(red: NDArray[np.uint8], green: NDArray[np.uint8], blue: NDArray[np.uint8]) -> NameIndices:
    """The place in `NAMES` of each pixel's colour name; three planes of one shape in, that shape out."""
    drop = 8 - _BITS
    cells = (red >> drop).astype(np.int32) << 2 * _BITS | (green >> drop).astype(np.int32) << _BITS | blue >> drop
    names: NameIndices = _table()[cells]
    return names


@functools.cache
def _table() -> NameIndices:
    """The name of each cell of the colour cube, (32768,)."""
    levels = (np.arange(1 << _BITS) + 0.5) * (1 << 8 - _BITS)
    cells = _lab(np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3))
    samples = [(index, code) for index, name in enumerate(NAMES) for code in _SAMPLES[name].split()]
    places = _lab(np.array([list(bytes.fromhex(code)) for _, code in samples], dtype=np.float64))
    # |a - b|^2 without |a|^2, which is the same for all samples
    distances = (places**2).sum(axis=1) - 2.0 * cells @ places.T
    owners = np.array([index for index, _ in samples], dtype=np.uint8)
    table: NameIndices = owners[distances.argmin(axis=1)]
    return table


def _lab(rgb: Floats) -> Floats:
    """sRGB 0..255, (n, 3), as L*, a*, b*."""
    share = rgb / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _TO_XYZ.T / _WHITE
    curve = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    x, y, z = curve.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)
