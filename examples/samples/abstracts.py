"""Pictures of nothing but colour and form."""

from __future__ import annotations

import numpy as np

from samples.brush import FINE, MEDIUM, paint, weave
from samples.canvas import Canvas, Colour, Point

_PRIMARIES: tuple[Colour, ...] = ("#d8261c", "#f5c518", "#1747a6", "#f4efe2", "#16161a")


def composition_with_diagonals(canvas: Canvas) -> None:
    canvas.sky((0, "#f3e6c8"), (1, "#ecd9ae"))
    for _ in range(15):
        x, y, angle = canvas.rng.uniform(0, 1), canvas.rng.uniform(0, 1), canvas.rng.choice([0.6, 0.75, -0.85])
        length, width = canvas.rng.uniform(0.3, 0.9), canvas.rng.uniform(0.012, 0.09)
        canvas.shape(_beam((x, y), float(angle), float(length), float(width)), str(canvas.rng.choice(_PRIMARIES[:3])))
    for _ in range(16):
        x, y = canvas.rng.uniform(0, 1, 2)
        canvas.shape(_beam((x, y), 0.75, 0.5, 0.006), "#16161a")
    for _ in range(4):
        x, y, size = canvas.rng.uniform(0.1, 0.9), canvas.rng.uniform(0.1, 0.9), canvas.rng.uniform(0.03, 0.1)
        canvas.shape([(x, y - size), (x + size, y + size), (x - size, y + 0.6 * size)], "#16161a")
    weave(canvas)


def circles(canvas: Canvas) -> None:
    canvas.sky((0, "#e9dcc6"), (1, "#d9c3a0"))
    canvas.disc((0.5, 0.5), (0.4, 0.53), "#2a2440", soft=2)
    palette = ("#e8642c", "#f3b63f", "#3f8f8a", "#c23a5a", "#7a68b0", "#f2ead8", "#4fa3d1")
    for _ in range(34):
        angle, reach = canvas.rng.uniform(0, 2 * np.pi), 0.34 * np.sqrt(canvas.rng.uniform(0, 1))
        size, alpha = float(canvas.rng.gamma(2, 0.022)), float(canvas.rng.uniform(0.6, 0.95))
        at = 0.5 + reach * np.cos(angle), 0.5 + reach * np.sin(angle) * 4 / 3
        canvas.disc(at, (size, size * 4 / 3), str(canvas.rng.choice(palette)), alpha=alpha)
        canvas.disc(at, (0.45 * size, 0.6 * size), str(canvas.rng.choice(palette)), alpha=0.8)
    for _ in range(7):
        ends = canvas.rng.uniform(0.15, 0.85, (2, 2))
        canvas.line([tuple(end) for end in ends.tolist()], "#f2ead8", 2)
    weave(canvas)


def grey_over_blue(canvas: Canvas) -> None:
    canvas.sky((0, "#2a3142"), (1, "#1c2232"))
    for top, bottom, colour in ((0.07, 0.46, "#7d8794"), (0.53, 0.93, "#22345c")):
        canvas.shape([(0.09, top), (0.91, top), (0.91, bottom), (0.09, bottom)], colour, soft=13, alpha=0.9)
    canvas.blend("#141a28", 0.3 * canvas.noise(5, stretch=2))
    paint(canvas, (22.0, 14.0), 0.012)
    weave(canvas)


def orange_over_yellow(canvas: Canvas) -> None:
    canvas.sky((0, "#f2b233"), (1, "#f08a2c"))
    for top, bottom, colour in ((0.07, 0.5, "#f6d24a"), (0.56, 0.93, "#e8552a")):
        canvas.shape([(0.09, top), (0.91, top), (0.91, bottom), (0.09, bottom)], colour, soft=13, alpha=0.95)
    canvas.blend("#ffdf7a", 0.25 * canvas.noise(5, stretch=2))
    paint(canvas, (22.0, 14.0), 0.02)
    weave(canvas)


def grid_in_primaries(canvas: Canvas) -> None:
    canvas.sky((0, "#f4f0e4"), (1, "#f0ebdc"))
    columns, rows = (0.0, 0.12, 0.42, 0.75, 0.9, 1.0), (0.0, 0.2, 0.58, 0.8, 1.0)
    fields = {(2, 1): "#d8261c", (0, 3): "#1747a6", (4, 3): "#f5c518", (3, 0): "#f5c518", (0, 0): "#1747a6"}
    for (column, row), colour in fields.items():
        x, right, y, bottom = columns[column], columns[column + 1], rows[row], rows[row + 1]
        canvas.shape([(x, y), (right, y), (right, bottom), (x, bottom)], colour)
    for x in columns[1:-1]:
        canvas.line([(x, 0), (x, 1)], "#16161a", 9)
    for y in rows[1:-1]:
        canvas.line([(0, y), (1, y)], "#16161a", 11)
    weave(canvas, 0.02)


def red_vortex(canvas: Canvas) -> None:
    angle = np.arctan2((canvas.y - 0.52) * 3 / 4, canvas.x - 0.5)
    reach = np.hypot(canvas.x - 0.5, (canvas.y - 0.52) * 3 / 4)
    turns = np.sin(5 * angle + 26 * np.sqrt(reach) + 2.5 * canvas.noise(4))
    canvas.sky((0, "#5a0a0c"), (1, "#2a0406"))
    canvas.blend("#e0261a", np.clip(1.5 * turns, 0, 1))
    canvas.blend("#ff9a2a", np.clip(4 * turns - 3, 0, 1))
    canvas.blend("#0a0204", np.clip(-1.8 * turns, 0, 1))
    canvas.blend("#050102", np.clip(1 - 12 * reach, 0, 1))
    paint(canvas, MEDIUM, 0.07)


def pale_stripes(canvas: Canvas) -> None:
    canvas.sky((0, "#f3efe8"), (1, "#efeae2"))
    tones: tuple[Colour, ...] = ("#e4e9ee", "#f4ece4", "#dfe6e4", "#f1e6e4")
    for band, y in enumerate(np.arange(0.04, 0.98, 0.116)):
        canvas.shape([(0, y), (1, y), (1, y + 0.09), (0, y + 0.09)], tones[band % 4], soft=2.5)
        canvas.line([(0, y + 0.1), (1, y + 0.1)], "#c3c0ba", 1)
    weave(canvas, 0.015)


def ink(canvas: Canvas) -> None:
    canvas.sky((0, "#efece3"), (1, "#e6e1d4"))
    for _ in range(11):
        x, y, size = canvas.rng.uniform(0.1, 0.9), canvas.rng.uniform(0.15, 0.85), canvas.rng.gamma(2, 0.03)
        canvas.disc((x, y), (size, 1.2 * size), "#101114", soft=2 + 60 * size, alpha=0.9)
        for _ in range(22):
            dx, dy = canvas.rng.normal(0, 1.8 * size, 2)
            canvas.disc((x + dx, y + dy), (0.1 * size, 0.13 * size), "#101114", soft=1, alpha=0.9)
    sweep = np.linspace(0, 1, 60)
    for base in (0.3, 0.66):
        path = [(float(t), float(base + 0.16 * np.sin(4.2 * t + 5 * base))) for t in sweep]
        canvas.line(path, "#1a1b20", 26, soft=3)
        canvas.line(path, "#8a887f", 4, soft=3)
    canvas.pixels += 0.05 * (canvas.noise(60, 2)[..., None] - 0.5)


def tender_shapes(canvas: Canvas) -> None:
    canvas.sky((0, "#fbe9e4"), (1, "#f3dcd8"))
    forms = (
        ((0.3, 0.4), (0.2, 0.28), "#f3b8b0"),
        ((0.6, 0.36), (0.16, 0.2), "#f7d6a8"),
        ((0.52, 0.68), (0.26, 0.2), "#c7d8c0"),
        ((0.76, 0.66), (0.11, 0.17), "#bcd0e2"),
    )
    for at, size, colour in forms:
        canvas.disc(at, size, colour, soft=5, alpha=0.8)
    paint(canvas, FINE, 0.012)


def _beam(at: Point, angle: float, length: float, width: float) -> list[Point]:
    """A rectangle turned by `angle` in a picture of 4:3."""
    along, across = (
        np.array([np.cos(angle), np.sin(angle)]) * length / 2,
        np.array([-np.sin(angle), np.cos(angle)]) * width / 2,
    )
    corners = (along + across, along - across, -along - across, -along + across)
    return [(at[0] + float(dx), at[1] + float(dy) * 4 / 3) for dx, dy in corners]
