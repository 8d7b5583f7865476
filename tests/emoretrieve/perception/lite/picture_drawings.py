"""Pictures drawn for the tests: different in light, colour, lines and detail, the same on every run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

SIDE = 448
PAINTINGS = Path(__file__).parents[4] / "../shared/real_media/paintings"

needs_paintings = pytest.mark.skipif(not PAINTINGS.is_dir(), reason=f"the paintings are not there: {PAINTINGS}")


def _blend(top: str, bottom: str) -> Image.Image:
    """A gradient from the top to the bottom."""
    slope = Image.linear_gradient("L").resize((SIDE, SIDE))
    return Image.composite(Image.new("RGB", (SIDE, SIDE), bottom), Image.new("RGB", (SIDE, SIDE), top), slope)


def seashore() -> Image.Image:
    image = _blend("#b8d4ec", "#e8ecd8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 230, SIDE, 330), fill="#5c94b4")
    for y in range(236, 330, 12):
        draw.line((0, y, SIDE, y), fill="#a4cce0", width=3)
    draw.rectangle((0, 330, SIDE, SIDE), fill="#d8c498")
    return image


def night() -> Image.Image:
    image = _blend("#101c48", "#345078")
    draw = ImageDraw.Draw(image)
    draw.ellipse((300, 60, 360, 120), fill="#d8dce0")
    draw.polygon([(0, SIDE), (0, 350), (160, 280), (300, 360), (SIDE, 300), (SIDE, SIDE)], fill="#0c1420")
    return image


def carnival() -> Image.Image:
    rng = np.random.default_rng(3)
    image = Image.new("RGB", (SIDE, SIDE), "#f0d840")
    draw = ImageDraw.Draw(image)
    paints = ("#d82020", "#2048c0", "#20a040", "#f08020", "#c020a0", "#f8f8f8", "#181818")
    for _ in range(160):
        x, y, length = (int(v) for v in rng.integers((0, 0, 20), (SIDE, SIDE, 120)))
        draw.line((x, y, x + length, y - length), fill=paints[int(rng.integers(len(paints)))], width=9)
    return image


def portrait() -> Image.Image:
    image = _blend("#2c2018", "#14100c")
    draw = ImageDraw.Draw(image)
    draw.ellipse((110, 270, 340, 560), fill="#3c2c24")
    draw.ellipse((160, 90, 290, 260), fill="#c89c74")
    draw.ellipse((195, 150, 212, 162), fill="#201810")
    draw.ellipse((238, 150, 255, 162), fill="#201810")
    return image


def brushwork() -> Image.Image:
    rng = np.random.default_rng(5)
    image = Image.new("RGB", (SIDE, SIDE), "#7c8c58")
    draw = ImageDraw.Draw(image)
    for _ in range(1500):
        x, y, dx, dy, shade = (int(v) for v in rng.integers((0, 0, -14, -14, -60), (SIDE, SIDE, 15, 15, 61)))
        draw.line((x, y, x + dx, y + dy), fill=(130 + shade, 140 + shade, 80 + shade), width=4)
    return image


def chessboard() -> Image.Image:
    tiles = np.indices((8, 8)).sum(axis=0) % 2 * 200 + 28
    return Image.fromarray(tiles.astype(np.uint8)).resize((SIDE, SIDE), Image.Resampling.NEAREST).convert("RGB")


def street() -> Image.Image:
    image = Image.new("RGB", (SIDE, SIDE), "#a8b0b8")
    draw = ImageDraw.Draw(image)
    for index, (x, paint) in enumerate(zip(range(0, SIDE, 64), ("#a05c38", "#c08c5c", "#786858") * 3, strict=False)):
        top = 90 + 37 * (index % 3)
        draw.rectangle((x, top, x + 58, 380), fill=paint)
        for y in range(top + 20, 350, 50):
            draw.rectangle((x + 18, y, x + 38, y + 28), fill="#282c30")
    return image


def roses() -> Image.Image:
    image = _blend("#385c34", "#1c3420")
    draw = ImageDraw.Draw(image)
    for x, y in ((90, 110), (220, 80), (340, 150), (140, 260), (280, 300), (380, 370)):
        for radius, paint in ((60, "#a81c2c"), (42, "#d03848"), (22, "#f07880")):
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=paint)
    return image


DRAWINGS: dict[str, Callable[[], Image.Image]] = {
    draw.__name__: draw for draw in (seashore, night, carnival, portrait, brushwork, chessboard, street, roses)
}


def darker(image: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(0.6)


def less_saturated(image: Image.Image) -> Image.Image:
    return ImageEnhance.Color(image).enhance(0.4)


def with_less_contrast(image: Image.Image) -> Image.Image:
    """Every pixel nearer to the mean grey."""
    return ImageEnhance.Contrast(image).enhance(0.6)
