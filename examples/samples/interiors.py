"""Rooms, things and people by the light of a window or a flame."""

from __future__ import annotations

from samples.brush import FINE, MEDIUM, paint, weave
from samples.canvas import Canvas, Colour, Point


def still_life_with_pears(canvas: Canvas) -> None:
    canvas.sky((0, "#4a3b30"), (0.58, "#6b5442"), (0.6, "#8f6f4e"), (1, "#5f4630"))
    canvas.light((0.15, 0.2), 0.45, "#c9a878", 0.35)
    canvas.shape([(0.08, 0.62), (0.9, 0.58), (1, 0.8), (0.2, 0.92)], "#d9cfbb", soft=4)
    _jug(canvas, 0.7, 0.72)
    for x, y, size, body in (
        (0.26, 0.72, 0.11, "#b9a33a"),
        (0.42, 0.76, 0.12, "#c98f35"),
        (0.55, 0.8, 0.1, "#a3a044"),
    ):
        _pear(canvas, x, y, size, body)
    paint(canvas, MEDIUM, 0.03)
    weave(canvas)


def candle(canvas: Canvas) -> None:
    canvas.sky((0, "#0d0807"), (0.7, "#1c100b"), (0.72, "#2a1810"), (1, "#0c0605"))
    canvas.light((0.5, 0.42), 0.34, "#a0521a", 0.55)
    canvas.light((0.5, 0.42), 0.1, "#ffb648", 0.6)
    canvas.shape([(0.46, 0.52), (0.54, 0.52), (0.545, 0.84), (0.455, 0.84)], "#d8b98c", soft=2)
    canvas.shape([(0.5, 0.52), (0.54, 0.52), (0.545, 0.84), (0.5, 0.84)], "#8a643c", soft=6, alpha=0.7)
    canvas.disc((0.5, 0.45), (0.018, 0.062), "#ffdf8a", soft=3)
    canvas.disc((0.5, 0.465), (0.009, 0.034), "#fffbe8", soft=1.5)
    canvas.disc((0.5, 0.86), (0.16, 0.035), "#5c3a1c", soft=2)
    paint(canvas, FINE, 0.02)


def woman_in_blue(canvas: Canvas) -> None:
    canvas.sky((0, "#2c4a63"), (1, "#16283a"))
    canvas.blend("#0f1d2c", 0.6 * canvas.noise(3))
    canvas.shape(_shoulders(0.5, 0.66, 0.34), "#2f62a8", soft=3)
    canvas.blend("#1b3a70", 0.5 * canvas.noise(8, stretch=0.5) * (canvas.y > 0.68))
    _head(canvas, (0.5, 0.36), "#d9ab8c", "#2a1b18")
    canvas.shape(
        [(0.34, 0.14), (0.66, 0.14), (0.72, 0.62), (0.62, 0.7), (0.62, 0.3), (0.38, 0.3), (0.37, 0.7), (0.28, 0.62)],
        "#1d1413",
        soft=6,
        alpha=0.85,
    )
    canvas.light((0.3, 0.2), 0.4, "#7f9fc0", 0.16)
    paint(canvas, MEDIUM, 0.03)
    weave(canvas)


def old_man_reading(canvas: Canvas) -> None:
    canvas.sky((0, "#1a120c"), (1, "#241810"))
    canvas.light((0.68, 0.3), 0.34, "#7a5430", 0.5)
    canvas.shape(_shoulders(0.5, 0.62, 0.4), "#2e2118", soft=4)
    _head(canvas, (0.5, 0.34), "#b98a66", "#8d8378")
    canvas.shape([(0.42, 0.44), (0.58, 0.44), (0.56, 0.62), (0.5, 0.68), (0.44, 0.62)], "#b9b0a2", soft=5)
    canvas.shape([(0.28, 0.78), (0.5, 0.82), (0.5, 0.97), (0.26, 0.93)], "#cdbd9a", soft=2)
    canvas.shape([(0.5, 0.82), (0.72, 0.78), (0.74, 0.93), (0.5, 0.97)], "#b7a582", soft=2)
    paint(canvas, MEDIUM, 0.03)
    weave(canvas)


def empty_room(canvas: Canvas) -> None:
    canvas.sky((0, "#8d9296"), (0.68, "#a3a6a5"), (0.69, "#6e6a66"), (1, "#57524e"))
    canvas.shape([(0, 0), (0.22, 0.12), (0.22, 0.66), (0, 0.86)], "#7c8185", soft=1.5)
    canvas.shape([(0.56, 0.16), (0.78, 0.16), (0.78, 0.52), (0.56, 0.52)], "#e3e8e6", soft=2)
    canvas.line([(0.67, 0.16), (0.67, 0.52)], "#8a8f92", 5)
    canvas.line([(0.56, 0.33), (0.78, 0.33)], "#8a8f92", 5)
    canvas.shape([(0.36, 0.76), (0.56, 0.76), (0.44, 0.97), (0.2, 0.97)], "#b3b1aa", soft=8, alpha=0.7)
    _chair(canvas, 0.36, 0.86, 0.2)
    paint(canvas, FINE, 0.012)


def _pear(canvas: Canvas, x: float, y: float, size: float, body: Colour) -> None:
    canvas.disc((x + 0.4 * size, y + 1.05 * size), (1.2 * size, 0.25 * size), "#2a1c12", soft=9, alpha=0.55)
    for at, half in (((x, y), (0.75, 1.0)), ((x - 0.05 * size, y - 0.9 * size), (0.4, 0.75))):
        canvas.disc(at, (half[0] * size, half[1] * size), body, soft=2)
    canvas.disc((x + 0.28 * size, y + 0.2 * size), (0.42 * size, 0.7 * size), "#5a3f17", soft=14, alpha=0.6)
    canvas.disc((x - 0.28 * size, y - 0.3 * size), (0.16 * size, 0.3 * size), "#f3e6a8", soft=6, alpha=0.8)
    canvas.line([(x - 0.05 * size, y - 1.55 * size), (x + 0.12 * size, y - 2.0 * size)], "#2c1c0e", 4)


def _jug(canvas: Canvas, x: float, foot: float) -> None:
    canvas.disc((x + 0.07, foot + 0.01), (0.15, 0.04), "#2a1c12", soft=9, alpha=0.55)
    canvas.shape(
        [
            (x - 0.05, 0.24),
            (x + 0.05, 0.24),
            (x + 0.045, 0.34),
            (x + 0.11, 0.5),
            (x + 0.09, foot),
            (x - 0.09, foot),
            (x - 0.11, 0.5),
            (x - 0.045, 0.34),
        ],
        "#5b7388",
        soft=3,
    )
    canvas.shape(
        [(x + 0.03, 0.26), (x + 0.05, 0.26), (x + 0.11, 0.5), (x + 0.09, foot), (x + 0.03, foot)],
        "#263745",
        soft=14,
        alpha=0.8,
    )
    canvas.disc((x - 0.05, 0.46), (0.02, 0.1), "#b9cdd8", soft=7, alpha=0.8)


def _shoulders(x: float, neck: float, half: float) -> list[Point]:
    return [
        (x - 0.07, neck - 0.08),
        (x + 0.07, neck - 0.08),
        (x + 0.08, neck),
        (x + 0.75 * half, neck + 0.1),
        (x + half, 1),
        (x - half, 1),
        (x - 0.75 * half, neck + 0.1),
        (x - 0.08, neck),
    ]


def _head(canvas: Canvas, at: Point, skin: Colour, hair: Colour) -> None:
    """A face in half profile light: hair, oval, shaded side, eyes, nose, mouth."""
    x, y = at
    canvas.shape([(x - 0.05, y + 0.1), (x + 0.05, y + 0.1), (x + 0.06, y + 0.34), (x - 0.06, y + 0.34)], skin, soft=3)
    canvas.disc((x, y - 0.05), (0.145, 0.23), hair, soft=4)
    canvas.disc(at, (0.11, 0.19), skin, soft=3)
    canvas.disc((x + 0.07, y + 0.03), (0.055, 0.17), "#5c3a2a", soft=16, alpha=0.6)
    for side in (-0.042, 0.042):
        canvas.disc((x + side, y - 0.02), (0.019, 0.012), "#f1e6da", soft=1.5, alpha=0.8)
        canvas.disc((x + side, y - 0.02), (0.008, 0.012), "#1c1614", soft=1)
        canvas.line([(x + side - 0.024, y - 0.055), (x + side + 0.022, y - 0.057)], hair, 4)
    canvas.line([(x + 0.004, y), (x + 0.012, y + 0.055), (x - 0.008, y + 0.062)], "#8f5f48", 3, soft=1.5)
    canvas.disc((x, y + 0.105), (0.032, 0.011), "#9c4438", soft=1.5)


def _chair(canvas: Canvas, x: float, foot: float, size: float) -> None:
    wood: Colour = "#38322e"
    for dx in (0.0, 0.5):
        canvas.line([(x + dx * size, foot), (x + dx * size, foot - 0.7 * size)], wood, 5)
    canvas.line([(x, foot - 0.7 * size), (x, foot - 1.9 * size)], wood, 5)
    canvas.line([(x + 0.06 * size, foot - 1.95 * size), (x + 0.06 * size, foot - 0.75 * size)], wood, 4)
    canvas.shape(
        [
            (x - 0.02, foot - 0.75 * size),
            (x + 0.55 * size, foot - 0.75 * size),
            (x + 0.6 * size, foot - 0.62 * size),
            (x - 0.02, foot - 0.62 * size),
        ],
        wood,
    )
