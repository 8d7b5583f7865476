"""A canvas of float colours: gradients, shapes, light, noise, and brush strokes to finish with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Floats: TypeAlias = NDArray[np.float64]
Colour: TypeAlias = str
"""A hexadecimal colour, such as `#a03020`."""
Point: TypeAlias = tuple[float, float]
"""Shares of the width and the height, (0, 0) at the top left."""


def rgb(colour: Colour) -> Floats:
    """(3,) floats 0..1."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255


class Canvas:
    """Pixels (height, width, 3) of floats 0..1, and the random numbers that draw on them."""

    def __init__(self, seed: int, width: int = 640, height: int = 480) -> None:
        self.rng = np.random.default_rng(seed)
        self.width, self.height = width, height
        self.pixels: Floats = np.zeros((height, width, 3))
        self.y, self.x = np.mgrid[0:height, 0:width] / np.array([height, width]).reshape(2, 1, 1)

    def sky(self, *stops: tuple[float, Colour]) -> None:
        """Fill with a vertical gradient through colours at heights 0..1, from the top."""
        heights = [height for height, _ in stops]
        colours = np.array([rgb(colour) for _, colour in stops])
        for channel in range(3):
            self.pixels[..., channel] = np.interp(self.y, heights, colours[:, channel])

    def blend(self, colour: Colour, mask: Floats | float) -> None:
        """Lay a colour over the canvas, as densely as the mask (0..1) says."""
        amount = np.broadcast_to(np.clip(mask, 0, 1), self.x.shape)[..., None]
        self.pixels += amount * (rgb(colour) - self.pixels)

    def light(self, at: Point, radius: float, colour: Colour, strength: float = 1.0) -> None:
        """Add a glow; the radius is a share of the width."""
        distance = np.hypot(self.x - at[0], (self.y - at[1]) * self.height / self.width)
        self.pixels += strength * np.exp(-((distance / radius) ** 2))[..., None] * rgb(colour)

    def shade(self, factor: Floats) -> None:
        """Multiply the brightness."""
        self.pixels *= factor[..., None]

    def noise(self, scale: float, octaves: int = 5, stretch: float = 1.0) -> Floats:
        """Clouds, 0..1: `scale` blotches over the height, drawn out along the width by `stretch`."""
        total, weight = np.zeros(self.x.shape), 0.0
        for octave in range(octaves):
            cells = scale * 2**octave
            rows, columns = max(2, round(cells)), max(2, round(cells * self.width / self.height / stretch))
            grid = Image.fromarray(self.rng.random((rows, columns)).astype(np.float32))
            total += np.asarray(grid.resize((self.width, self.height), Image.Resampling.BICUBIC)) / 2**octave
            weight += 0.5**octave
        low, high = np.percentile(total, [1, 99])
        return np.asarray(np.clip((total - low) / (high - low), 0, 1))

    def shape(self, points: Sequence[Point], colour: Colour, *, soft: float = 0.8, alpha: float = 1.0) -> None:
        """A filled polygon with edges blurred over `soft` pixels."""
        mask = Image.new("L", (self.width, self.height))
        ImageDraw.Draw(mask).polygon(self._pixels(points), fill=255)
        self.blend(colour, alpha * self._softened(mask, soft))

    def disc(self, at: Point, size: Point, colour: Colour, *, soft: float = 0.8, alpha: float = 1.0) -> None:
        """A filled ellipse with half axes `size`, shares of the width and the height."""
        mask = Image.new("L", (self.width, self.height))
        corners = self._pixels([(at[0] - size[0], at[1] - size[1]), (at[0] + size[0], at[1] + size[1])])
        ImageDraw.Draw(mask).ellipse(corners, fill=255)
        self.blend(colour, alpha * self._softened(mask, soft))

    def line(self, points: Sequence[Point], colour: Colour, pixels: float, *, soft: float = 0.7) -> None:
        """A line of a width in pixels through the points."""
        mask = Image.new("L", (self.width, self.height))
        ImageDraw.Draw(mask).line(self._pixels(points), fill=255, width=max(1, round(pixels)), joint="curve")
        self.blend(colour, self._softened(mask, soft))

    def strokes(self, starts: Floats, ends: Floats, colours: Floats, pixels: Floats) -> None:
        """Many short lines at once: (n, 2) ends in shares, (n, 3) colours 0..1, (n,) widths."""
        image = self.image()
        draw = ImageDraw.Draw(image)
        size = np.array([self.width, self.height])
        inks = (np.clip(colours, 0, 1) * 255).astype(int)
        for start, end, ink, width in zip(starts * size, ends * size, inks, pixels, strict=True):
            draw.line([tuple(start), tuple(end)], fill=tuple(ink.tolist()), width=max(1, round(width)))
        self.pixels = np.asarray(image) / 255

    def ridge(self, base: float, height: float, roughness: float = 6) -> list[Point]:
        """The outline of hills standing on the lower edge, with their tops `height` about `base`."""
        x = np.linspace(0, 1, 160)
        y = np.full_like(x, base)
        for octave in range(5):
            waves = roughness * 1.9**octave
            y += height / 1.9**octave * 0.5 * np.sin(waves * x + self.rng.uniform(0, 2 * np.pi))
        return [(0.0, 1.0), *zip(x.tolist(), y.tolist(), strict=True), (1.0, 1.0)]

    def image(self) -> Image.Image:
        return Image.fromarray((np.clip(self.pixels, 0, 1) * 255).astype(np.uint8))

    def _pixels(self, points: Sequence[Point]) -> list[tuple[float, float]]:
        return [(x * self.width, y * self.height) for x, y in points]

    def _softened(self, mask: Image.Image, soft: float) -> Floats:
        return np.asarray(mask.filter(ImageFilter.GaussianBlur(soft))) / 255
