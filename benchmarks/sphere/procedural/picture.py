"""A cover that has the fifteen attributes that can be seen, and places of its shapes of its own."""

from __future__ import annotations

import colorsys

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.sphere.procedural.attributes import INDEX

SIDE = 64
BLUR_PX = (0.0, 2.0)
"""Bounds of the even draw of the blur that belongs to one picture only."""
_ACCENTS = (0.98, 0.14, 0.33, 0.58, 0.78)


def render_picture(values: npt.NDArray[np.float64], random: np.random.Generator) -> tuple[Image.Image, float]:
    """RGB, 64 x 64, and the standard deviation of its blur in pixels."""
    seen = {name: float(values[place]) for name, place in INDEX.items()}
    ground = Image.fromarray((_ground(seen, random) * 255).astype(np.uint8))
    _draw_shapes(ground, seen, random)
    pixels = np.asarray(ground, np.float64) / 255
    pixels = pixels * _light(seen["vignette"])
    pixels += random.normal(0, 0.02 + 0.15 * seen["noisiness"], (SIDE, SIDE, 1))
    picture = Image.fromarray((np.clip(pixels, 0, 1) * 255).astype(np.uint8))
    width = round(7 * seen["border"])
    if width:
        ImageDraw.Draw(picture).rectangle((0, 0, SIDE - 1, SIDE - 1), outline=(245, 240, 225), width=width)
    blur_px = float(random.uniform(*BLUR_PX))
    return picture.filter(ImageFilter.GaussianBlur(blur_px)), blur_px


def _ground(seen: dict[str, float], random: np.random.Generator) -> npt.NDArray[np.float64]:
    """[64, 64, 3]: the key is the hue, the mode how light it is, dynamics how saturated; tempo the width of the
    stripes, and the metre whether others cross them."""
    across, down = np.meshgrid(np.arange(SIDE) / SIDE, np.arange(SIDE) / SIDE)
    angle = np.pi / 2 * (1 - seen["slant"])
    along = across * np.cos(angle) + down * np.sin(angle)
    phase = 2 * np.pi * (2 * 6.0 ** seen["tempo"] * along + random.uniform())
    wave = np.sin(phase)
    if seen["metre"]:
        wave = (wave + np.sin(2 * np.pi * 5 * (across * np.sin(angle) - down * np.cos(angle)))) / 1.4
    light = 0.75 if seen["mode"] == 0 else 0.4
    colour = np.array(colorsys.hsv_to_rgb(seen["key"] / 12, 0.15 + 0.8 * seen["dynamics"], light))
    return np.asarray(np.clip(colour * (1 + 0.28 * wave[..., None]), 0, 1))


def _draw_shapes(picture: Image.Image, seen: dict[str, float], random: np.random.Generator) -> None:
    """Density is their number, register how high they lie, timbre their kind, brightness how light they are."""
    draw = ImageDraw.Draw(picture)
    red, green, blue = colorsys.hsv_to_rgb(_accent(seen["accent"]), 0.75, 0.25 + 0.75 * seen["brightness"])
    colour = (int(255 * red), int(255 * green), int(255 * blue))
    radius = 3 + 6 * seen["size"]
    for _ in range(1 + round(9 * seen["density"])):
        x = random.uniform(10, SIDE - 10)
        y = SIDE * (0.8 - 0.6 * seen["register"]) + random.normal(0, 4)
        _draw_shape(draw, int(seen["timbre"]), (x, y), radius, colour)


def _draw_shape(
    draw: ImageDraw.ImageDraw, kind: int, centre: tuple[float, float], radius: float, colour: tuple[int, int, int]
) -> None:
    x, y = centre
    box = (x - radius, y - radius, x + radius, y + radius)
    if kind == 0:
        draw.ellipse(box, fill=colour)
    elif kind == 1:
        draw.rectangle((x - radius / 2, y - 1.6 * radius, x + radius / 2, y + 1.6 * radius), fill=colour)
    elif kind == 2:
        draw.rectangle((x - 1.6 * radius, y - radius / 2, x + 1.6 * radius, y + radius / 2), fill=colour)
    else:
        draw.ellipse(box, outline=colour, width=max(1, int(radius / 3)))


def _accent(value: float) -> float:
    """The hue between the five named ones."""
    return float(np.interp(value, np.linspace(0.1, 0.9, 5), (-0.02, *_ACCENTS[1:]))) % 1.0


def _light(vignette: float) -> npt.NDArray[np.float64]:
    line = np.linspace(-1, 1, SIDE)
    squared = line[:, None] ** 2 + line[None, :] ** 2
    return np.asarray(np.clip(1 - 0.55 * vignette * squared, 0, 1))[..., None]
