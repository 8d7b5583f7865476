"""Paints a canvas over with brush strokes that follow its forms, coarse ones first.

The idea is Hertzmann's (1998): each layer paints what the layer before it missed, with a smaller brush.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from samples.canvas import Canvas, Floats

COARSE, MEDIUM, FINE = (26.0, 13.0, 7.0), (16.0, 9.0, 5.0), (9.0, 5.0, 3.0)
"""Widths of the brushes in pixels."""


def paint(canvas: Canvas, brushes: tuple[float, ...] = MEDIUM, liveliness: float = 0.05) -> None:
    """Replace the pixels by strokes; `liveliness` is the spread of their colours."""
    target = np.clip(canvas.pixels, 0, 1)
    canvas.pixels = _blurred(target, brushes[0])
    for layer, width in enumerate(brushes):
        _paint_layer(canvas, _blurred(target, width / 3), width, liveliness, everywhere=layer == 0)


def weave(canvas: Canvas, depth: float = 0.035) -> None:
    """Let the threads of the cloth show."""
    rows, columns = np.mgrid[0 : canvas.height, 0 : canvas.width]
    threads = np.sin(rows * 2.1) + np.sin(columns * 2.1) + canvas.rng.normal(0, 0.6, rows.shape)
    canvas.pixels *= (1 + depth * threads / 2)[..., None]


def _paint_layer(canvas: Canvas, target: Floats, width: float, liveliness: float, *, everywhere: bool) -> None:
    points = _jittered_grid(canvas, step=width * 0.62)
    rows, columns = (points[:, 1] * (canvas.height - 1)).astype(int), (points[:, 0] * (canvas.width - 1)).astype(int)
    missed = np.abs(target - canvas.pixels).sum(axis=-1)[rows, columns]
    chosen = np.flatnonzero(everywhere | (missed > 0.09))
    canvas.rng.shuffle(chosen)
    points, rows, columns = points[chosen], rows[chosen], columns[chosen]
    angles = _directions(target)[rows, columns] + canvas.rng.normal(0, 0.25, len(points))
    reach = width * canvas.rng.uniform(0.7, 1.9, len(points))
    half = np.stack([np.cos(angles) * reach / canvas.width, np.sin(angles) * reach / canvas.height], axis=1)
    tones = canvas.rng.normal(0, liveliness, (len(points), 1)) + canvas.rng.normal(0, liveliness / 3, (len(points), 3))
    canvas.strokes(points - half, points + half, target[rows, columns] + tones, np.full(len(points), width * 0.8))


def _jittered_grid(canvas: Canvas, step: float) -> Floats:
    """(n, 2) points in shares of the canvas, about `step` pixels apart."""
    rows, columns = np.mgrid[0 : canvas.height : step, 0 : canvas.width : step]
    points = np.stack([columns.ravel(), rows.ravel()], axis=1) + canvas.rng.uniform(-step / 2, step / 2, (rows.size, 2))
    return np.clip(points / [canvas.width, canvas.height], 0, 1)


def _directions(pixels: Floats) -> Floats:
    """Angles (height, width) along the forms: across the gradient of the smoothed structure tensor."""
    grey = pixels.mean(axis=-1)
    dy, dx = np.gradient(grey)
    tensor = np.stack([dx * dx - dy * dy, 2 * dx * dy, np.zeros_like(dx)], axis=-1)
    across = _smoothed(tensor[..., 0]), _smoothed(tensor[..., 1])
    return np.arctan2(across[1], across[0]) / 2 + np.pi / 2


def _smoothed(values: Floats) -> Floats:
    return np.asarray(Image.fromarray(values.astype(np.float32)).resize((80, 60)).resize(values.shape[::-1])).astype(
        float
    )


def _blurred(pixels: Floats, radius: float) -> Floats:
    image = Image.fromarray((pixels * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius))) / 255
