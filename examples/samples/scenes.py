"""Streets, crowds, fires."""

from __future__ import annotations

import numpy as np

from samples.brush import COARSE, FINE, MEDIUM, paint
from samples.canvas import Canvas, Colour, Point, rgb


def city_at_night(canvas: Canvas) -> None:
    canvas.sky((0, "#0a0d24"), (0.5, "#27244e"), (0.72, "#5a3a66"), (0.74, "#0c1022"), (1, "#070913"))
    for depth, tone in enumerate(("#23244a", "#171a38", "#0d1024")):
        _skyline(canvas, 0.74, 0.16 + 0.1 * depth, tone, lit=0.25 + 0.1 * depth)
    _reflect(canvas, 0.74)
    paint(canvas, FINE, 0.03)


def street_in_the_rain(canvas: Canvas) -> None:
    canvas.sky((0, "#1b2233"), (0.5, "#34394c"), (0.62, "#2b3040"), (1, "#14171f"))
    for side in (0, 1):
        walls = [
            (side, 0.0),
            (side + (0.36 if side == 0 else -0.36), 0.34),
            (0.36 if side == 0 else 0.64, 0.62),
            (side, 0.9),
        ]
        canvas.shape(walls, "#161a26", soft=2)
    for distance in np.linspace(0.1, 1, 9):
        for side in (-1, 1):
            _lamp(canvas, 0.5 + side * 0.42 * distance, 0.58 - 0.34 * distance, 0.05 * distance + 0.01)
    _reflect(canvas, 0.63)
    _walker(canvas, 0.46, 0.84, 0.3, "#0a0b10", "#7a1f2b")
    paint(canvas, MEDIUM, 0.05)


def bonfire(canvas: Canvas) -> None:
    canvas.sky((0, "#0a0610"), (0.7, "#1f0d0c"), (1, "#120806"))
    canvas.light((0.5, 0.75), 0.4, "#c2440e", 0.8)
    for tone, spread, height, count in (
        ("#b3200a", 0.2, 0.62, 40),
        ("#f06a12", 0.15, 0.5, 40),
        ("#ffc640", 0.09, 0.38, 34),
    ):
        for _ in range(count):
            _flame(
                canvas,
                0.5 + float(canvas.rng.normal(0, spread / 2)),
                0.86,
                height * float(canvas.rng.uniform(0.3, 1)),
                tone,
            )
    for lean in (-0.14, -0.05, 0.06, 0.15):
        canvas.line([(0.5 - lean, 0.93), (0.5 + lean, 0.78)], "#1a0c07", 14)
    paint(canvas, COARSE, 0.09)


def fireworks(canvas: Canvas) -> None:
    canvas.sky((0, "#060718"), (0.8, "#1a1440"), (1, "#05060e"))
    _skyline(canvas, 1.0, 0.14, "#04050c", lit=0.3)
    bursts = (
        (0.28, 0.3, 0.2, "#ff4a5a"),
        (0.68, 0.24, 0.23, "#ffd24a"),
        (0.5, 0.55, 0.15, "#4ad0ff"),
        (0.85, 0.55, 0.13, "#8aff6a"),
        (0.12, 0.6, 0.12, "#ff7af0"),
    )
    for x, y, size, colour in bursts:
        canvas.light((x, y), size, colour, 0.35)
        _burst(canvas, (x, y), size, colour)


def carnival(canvas: Canvas) -> None:
    canvas.sky((0, "#e8492f"), (0.5, "#f7a531"), (1, "#c42a5e"))
    palette = ("#ffe14a", "#2fc4e8", "#f23a8a", "#43c95a", "#7a3fd6", "#fff6e0", "#ff7a1a")
    for row in range(3):
        _bunting(canvas, 0.08 + 0.14 * row, palette, phase=row)
    for x in np.linspace(0.06, 0.94, 12):
        colour = palette[int(canvas.rng.integers(len(palette)))]
        _dancer(canvas, float(x), float(canvas.rng.uniform(0.88, 1.0)), float(canvas.rng.uniform(0.3, 0.44)), colour)
    paint(canvas, MEDIUM, 0.06)
    _confetti(canvas, 900, palette)


def express_train(canvas: Canvas) -> None:
    canvas.sky((0, "#c9b79a"), (0.6, "#e0cfae"), (0.62, "#6f5a44"), (1, "#3d3026"))
    for offset in np.linspace(-0.2, 1.4, 34):
        canvas.line([(offset, 0.62), (1.6 * offset - 0.5, 1.02)], "#2b221b", 4)
    canvas.shape([(0.05, 0.2), (0.98, 0.42), (0.98, 0.64), (0.05, 0.86)], "#a01c1c", soft=1)
    canvas.shape([(0.05, 0.2), (0.05, 0.86), (-0.02, 0.78), (-0.02, 0.3)], "#1a1412", soft=1)
    canvas.shape([(0.05, 0.34), (0.98, 0.47), (0.98, 0.53), (0.05, 0.5)], "#f0d9a0", soft=1)
    for x in np.linspace(0.1, 0.9, 9):
        canvas.disc((float(x), 0.84 - 0.22 * float(x)), (0.045 * (1.3 - x), 0.06 * (1.3 - x)), "#161210")
    for puff, size in zip(np.linspace(0, 1, 22), np.linspace(0.03, 0.16, 22), strict=True):
        canvas.disc(
            (0.1 + float(puff), 0.16 - 0.05 * float(puff) + float(canvas.rng.normal(0, 0.02))),
            (float(size), float(size)),
            "#f4efe6",
            soft=9,
            alpha=0.6,
        )
    paint(canvas, COARSE, 0.07)


def _skyline(canvas: Canvas, foot: float, height: float, tone: Colour, lit: float) -> None:
    x = -0.02
    while x < 1:
        width, top = canvas.rng.uniform(0.04, 0.1), foot - height * canvas.rng.uniform(0.5, 1.6)
        canvas.shape([(x, top), (x + width, top), (x + width, foot), (x, foot)], tone)
        _windows(canvas, (x, top), (x + width, foot), lit)
        x += width + canvas.rng.uniform(0, 0.015)


def _windows(canvas: Canvas, corner: Point, opposite: Point, lit: float) -> None:
    columns, rows = (
        np.arange(corner[0] + 0.01, opposite[0] - 0.008, 0.014),
        np.arange(corner[1] + 0.02, opposite[1] - 0.02, 0.026),
    )
    starts = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    starts = starts[canvas.rng.random(len(starts)) < lit]
    glow = rgb("#ffcf70") + canvas.rng.normal(0, 0.1, (len(starts), 1)) * [1, 0.8, 0.4]
    canvas.strokes(starts, starts + np.array([0.005, 0]), glow, np.full(len(starts), 4.0))


def _reflect(canvas: Canvas, horizon: float) -> None:
    """Mirror what stands above the horizon in wet ground, dimmed and drawn down."""
    edge = int(horizon * canvas.height)
    rows = np.clip(
        edge - (np.arange(canvas.height - edge) * edge / (canvas.height - edge)).astype(int) - 1, 0, edge - 1
    )
    sway = (4 * canvas.noise(30, 2, 6)[edge:] - 2).astype(int)
    columns = np.clip(np.arange(canvas.width) + sway, 0, canvas.width - 1)
    canvas.pixels[edge:] = 0.35 * canvas.pixels[edge:] + 0.6 * canvas.pixels[rows[:, None], columns]


def _lamp(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.line([(x, y), (x, 0.63)], "#0d0f16", 60 * size)
    canvas.light((x, y), size * 1.5, "#ffb45a", 0.5)
    canvas.disc((x, y), (0.25 * size, 0.33 * size), "#fff0c8", soft=1.5)


def _walker(canvas: Canvas, x: float, foot: float, size: float, coat: Colour, umbrella: Colour) -> None:
    canvas.shape(
        [
            (x - 0.14 * size, foot - 0.6 * size),
            (x + 0.14 * size, foot - 0.6 * size),
            (x + 0.2 * size, foot - 0.1 * size),
            (x - 0.2 * size, foot - 0.1 * size),
        ],
        coat,
    )
    for leg in (-0.07, 0.08):
        canvas.line([(x + leg * size, foot - 0.12 * size), (x + 1.4 * leg * size, foot)], coat, 7)
    canvas.disc((x, foot - 0.68 * size), (0.07 * size, 0.1 * size), coat)
    arc = np.linspace(np.pi, 2 * np.pi, 20)
    canvas.shape([(x + 0.34 * size * np.cos(a), foot - 0.74 * size + 0.3 * size * np.sin(a)) for a in arc], umbrella)


def _flame(canvas: Canvas, x: float, foot: float, height: float, colour: Colour) -> None:
    lean, width = float(canvas.rng.normal(0, 0.05)), 0.05 + 0.05 * height
    canvas.shape(
        [
            (x - width, foot),
            (x - 0.7 * width + lean / 3, foot - 0.4 * height),
            (x + lean, foot - height),
            (x + 0.6 * width + lean / 2, foot - 0.45 * height),
            (x + width, foot),
        ],
        colour,
        soft=5,
        alpha=0.45,
    )


def _burst(canvas: Canvas, at: Point, size: float, colour: Colour) -> None:
    count = 260
    angle, reach = canvas.rng.uniform(0, 2 * np.pi, count), size * canvas.rng.uniform(0.25, 1, count)
    direction = np.stack([np.cos(angle), np.sin(angle) * 4 / 3], axis=1)
    starts = np.array(at) + direction * reach[:, None]
    starts[:, 1] += 0.25 * reach**2 / size
    tones = rgb(colour) + canvas.rng.uniform(-0.1, 0.35, (count, 1))
    canvas.strokes(starts, starts + direction * 0.03, tones, canvas.rng.uniform(1, 4, count))


def _bunting(canvas: Canvas, top: float, palette: tuple[Colour, ...], phase: int) -> None:
    for step, x in enumerate(np.arange(-0.02, 1, 0.06)):
        y = top + 0.06 * np.sin(np.pi * (3 * float(x) + 0.4 * phase)) ** 2
        canvas.shape([(x, y), (x + 0.05, y), (x + 0.025, y + 0.075)], palette[(step + phase) % len(palette)])


def _dancer(canvas: Canvas, x: float, foot: float, size: float, colour: Colour) -> None:
    lean = float(canvas.rng.normal(0, 0.1)) * size
    canvas.shape(
        [
            (x + lean - 0.05 * size, foot - 0.72 * size),
            (x + lean + 0.05 * size, foot - 0.72 * size),
            (x + 0.22 * size, foot),
            (x - 0.22 * size, foot),
        ],
        colour,
        soft=1.5,
    )
    for side in (-1, 1):
        canvas.line(
            [
                (x + lean, foot - 0.68 * size),
                (x + lean + side * 0.22 * size, foot - float(canvas.rng.uniform(0.75, 1.1)) * size),
            ],
            "#6b3a22",
            6,
        )
    canvas.disc((x + lean, foot - 0.82 * size), (0.07 * size, 0.1 * size), "#8a4f2e")


def _confetti(canvas: Canvas, count: int, palette: tuple[Colour, ...]) -> None:
    starts = canvas.rng.uniform(0, 1, (count, 2)) * [1, 0.85]
    tones = np.array([rgb(colour) for colour in palette])[canvas.rng.integers(0, len(palette), count)]
    canvas.strokes(starts, starts + canvas.rng.normal(0, 0.008, (count, 2)), tones, canvas.rng.uniform(2, 6, count))
