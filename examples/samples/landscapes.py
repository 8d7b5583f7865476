"""Land, sea and sky."""

from __future__ import annotations

import numpy as np

from samples.brush import COARSE, FINE, MEDIUM, paint, weave
from samples.canvas import Canvas, Colour, Floats


def harbour_at_dusk(canvas: Canvas) -> None:
    canvas.sky((0, "#2b2a55"), (0.3, "#8a4a6e"), (0.52, "#f0a05a"), (0.58, "#ffd58a"), (0.6, "#c2764f"), (1, "#1d2345"))
    canvas.light((0.62, 0.56), 0.12, "#ffcf80", 0.6)
    canvas.blend("#5c3560", 0.55 * canvas.noise(3, stretch=5) * (canvas.y < 0.5))
    _glitter(canvas, 0.6, 0.62, "#ffd98c", 500)
    for x, size in ((0.2, 0.16), (0.36, 0.1), (0.84, 0.12)):
        _boat(canvas, x, 0.66 + size / 3, size, "#141428")
    paint(canvas, MEDIUM)


def moonlit_bay(canvas: Canvas) -> None:
    canvas.sky((0, "#050b22"), (0.45, "#173058"), (0.55, "#3c5c86"), (0.56, "#142a4c"), (1, "#030714"))
    canvas.light((0.3, 0.2), 0.16, "#6f8fc0", 0.5)
    canvas.disc((0.3, 0.2), (0.035, 0.047), "#f4f1da", soft=1.5)
    canvas.shape(canvas.ridge(0.54, 0.07), "#0a1730", alpha=0.9)
    canvas.blend("#10254a", np.clip((canvas.y - 0.58) * 40, 0, 1))
    _glitter(canvas, 0.59, 0.3, "#b9cbe8", 380)
    paint(canvas, FINE, 0.025)


def the_storm(canvas: Canvas) -> None:
    canvas.sky((0, "#0e131c"), (0.4, "#3a4652"), (0.55, "#5c6a6e"), (1, "#0c161c"))
    canvas.blend("#090c12", 0.95 * canvas.noise(4, stretch=1.6) ** 1.4 * (canvas.y < 0.58))
    _lightning(canvas, (0.68, 0.0), 0.55)
    for row in np.linspace(0.52, 1.05, 9):
        _wave(canvas, float(row), 0.05 + 0.09 * (row - 0.5), "#24424a" if row < 0.8 else "#12262e")
    _boat(canvas, 0.34, 0.68, 0.15, "#160f0c", tilt=0.45)
    paint(canvas, COARSE, 0.08)


def sunlit_meadow(canvas: Canvas) -> None:
    canvas.sky((0, "#4aa3e8"), (0.4, "#cfe9f5"), (0.42, "#9bcf62"), (1, "#4f9a2e"))
    canvas.blend("#ffffff", 0.9 * canvas.noise(4, stretch=2.5) ** 3 * (canvas.y < 0.38))
    canvas.light((0.9, 0.05), 0.2, "#ffe890", 0.35)
    canvas.shape(canvas.ridge(0.4, 0.05), "#6fa860")
    canvas.shape(canvas.ridge(0.5, 0.04), "#7db84a")
    canvas.blend("#e3dc62", 0.55 * canvas.noise(7, stretch=3) * (canvas.y > 0.5))
    canvas.blend("#3f7a2c", 0.4 * canvas.noise(11, stretch=2) * (canvas.y > 0.6))
    _tree(canvas, 0.24, 0.6, 0.26, "#2f6f2c")
    paint(canvas, MEDIUM, 0.06)
    _flowers(canvas, 0.55, 700, ["#f5e14a", "#ffffff", "#f26d6d", "#f7a8d0"])


def first_snow(canvas: Canvas) -> None:
    canvas.sky((0, "#b9c4d0"), (0.5, "#dfe5ea"), (0.62, "#eef2f5"), (1, "#f8fafb"))
    canvas.shape(canvas.ridge(0.55, 0.05), "#c9d3dc")
    canvas.shape(canvas.ridge(0.7, 0.05), "#edf1f4")
    for x, foot, size in ((0.12, 0.78, 0.5), (0.78, 0.74, 0.4), (0.9, 0.86, 0.62), (0.5, 0.66, 0.2), (0.6, 0.67, 0.16)):
        _bare_tree(canvas, x, foot, size, "#4f4a4c")
    paint(canvas, FINE, 0.02)
    _flakes(canvas, 500)


def morning_fog(canvas: Canvas) -> None:
    canvas.sky((0, "#c5ccca"), (0.6, "#d9dcd6"), (1, "#b6bdb8"))
    for depth, tone in enumerate(("#bcc5c2", "#a3afac", "#879692", "#667672")):
        base = 0.5 + 0.11 * depth
        canvas.shape(canvas.ridge(base, 0.05, 4 + depth), tone, soft=7 - depth)
        for x in canvas.rng.uniform(0, 1, 7):
            _fir(canvas, float(x), base + 0.03, 0.1 + 0.045 * depth, tone, soft=6 - depth)
        canvas.blend("#d5d9d5", 0.5 * np.exp(-(((canvas.y - base - 0.08) / 0.06) ** 2)))
    paint(canvas, FINE, 0.012)


def blue_mountains(canvas: Canvas) -> None:
    canvas.sky((0, "#7fb0dc"), (0.4, "#dcebf2"), (1, "#f3f1e4"))
    for depth, tone in enumerate(("#b3cbe0", "#8fb1d1", "#6a94bd", "#4773a0", "#2b5480")):
        canvas.shape(canvas.ridge(0.36 + 0.13 * depth, 0.16 - 0.02 * depth, 5 + depth), tone, soft=1.5)
        canvas.blend("#e4eef4", 0.35 * np.exp(-(((canvas.y - 0.5 - 0.13 * depth) / 0.05) ** 2)))
    paint(canvas, MEDIUM, 0.02)


def desert_noon(canvas: Canvas) -> None:
    canvas.sky((0, "#3f8fd0"), (0.45, "#f0deb0"), (1, "#f0c070"))
    canvas.light((0.7, 0.12), 0.1, "#fffbe0", 0.9)
    for depth, (lit, dark) in enumerate((("#f2cf8a", "#dba75c"), ("#eebb68", "#c98540"), ("#e8a64e", "#b0682c"))):
        outline = canvas.ridge(0.5 + 0.14 * depth, 0.1, 3.2)
        canvas.shape(outline, lit)
        canvas.shape([(x, y + 0.02 + 0.12 * x) for x, y in outline], dark, soft=4, alpha=0.8)
    paint(canvas, MEDIUM, 0.025)


def autumn_wood(canvas: Canvas) -> None:
    canvas.sky((0, "#e8c07a"), (0.5, "#d98f3c"), (0.7, "#8a5226"), (1, "#5a3318"))
    for x in np.sort(canvas.rng.uniform(0, 1, 16)):
        top, foot = canvas.rng.uniform(-0.1, 0.1), canvas.rng.uniform(0.7, 0.98)
        canvas.line([(x, top), (x + canvas.rng.normal(0, 0.01), foot)], "#3b2417", 4 + 18 * (foot - 0.6))
    _leaves(canvas, 1_500, ["#d9531e", "#f08a24", "#f4b63a", "#b5361c", "#8c2f16"])
    paint(canvas, MEDIUM, 0.06)


def rain_on_the_lake(canvas: Canvas) -> None:
    canvas.sky((0, "#4c5866"), (0.45, "#76828c"), (0.5, "#5d6a76"), (1, "#38434f"))
    canvas.shape(canvas.ridge(0.47, 0.04), "#46525c", soft=4)
    canvas.blend("#5b6873", np.clip((canvas.y - 0.53) * 30, 0, 1))
    canvas.blend("#8593a0", 0.3 * canvas.noise(8, stretch=7) * (canvas.y > 0.53))
    _boat(canvas, 0.56, 0.7, 0.14, "#20272e", sail=False)
    paint(canvas, FINE, 0.02)
    _rain(canvas, 900, 0.05, "#a9b4bf")


def wind_in_the_wheat(canvas: Canvas) -> None:
    canvas.sky((0, "#1f5fae"), (0.4, "#6db1e0"), (0.42, "#e8b52c"), (1, "#b06f10"))
    canvas.blend("#f4f7f5", canvas.noise(4, stretch=3) ** 2.2 * (canvas.y < 0.4))
    paint(canvas, MEDIUM, 0.05)
    _blades(canvas, 0.42, 3_800, ["#f7d24a", "#e9a81f", "#c97f12", "#fbe58a", "#8f5a0e"])
    for x, y in ((0.3, 0.2), (0.38, 0.14), (0.47, 0.22), (0.55, 0.12), (0.63, 0.25), (0.7, 0.17)):
        canvas.line([(x - 0.02, y - 0.015), (x, y), (x + 0.022, y - 0.02)], "#15151a", 3)


def northern_lights(canvas: Canvas) -> None:
    canvas.sky((0, "#050a24"), (0.7, "#0d2a3a"), (1, "#0a1420"))
    for green, strength, shift in (("#2cff9a", 0.75, 0.0), ("#39c8e0", 0.5, 0.13), ("#a052e0", 0.45, -0.1)):
        curve = 0.42 + shift + 0.09 * np.sin(5 * canvas.x + 9 * shift) + 0.03 * np.sin(17 * canvas.x)
        rise = np.clip((curve - canvas.y) / 0.42, 0, 1)
        curtain = np.where(canvas.y < curve, np.exp(-3 * rise), np.exp(-((canvas.y - curve) * 30)))
        canvas.blend(green, strength * curtain * (0.6 + 0.4 * canvas.noise(3, 3, 0.12)))
    _flakes(canvas, 160)
    canvas.shape(canvas.ridge(0.8, 0.06), "#04080e")
    for x in np.linspace(0, 1, 17):
        _fir(
            canvas,
            float(x + canvas.rng.normal(0, 0.02)),
            0.86,
            float(canvas.rng.uniform(0.1, 0.24)),
            "#03060b",
            soft=0.8,
        )
    paint(canvas, FINE, 0.02)


def volcano(canvas: Canvas) -> None:
    canvas.sky((0, "#120608"), (0.45, "#6a120c"), (0.75, "#e04a10"), (1, "#200806"))
    canvas.blend("#0b0506", 0.85 * canvas.noise(4) * (canvas.y < 0.6))
    canvas.shape([(0.05, 1), (0.42, 0.42), (0.47, 0.45), (0.53, 0.44), (0.58, 0.41), (0.97, 1)], "#170c0c")
    canvas.light((0.5, 0.4), 0.16, "#ff8a20", 1.0)
    _sparks(canvas, (0.5, 0.43), 420)
    for x, bend in ((0.48, -0.12), (0.53, 0.1), (0.5, 0.02)):
        path = [(x + bend * t + 0.015 * np.sin(14 * t), 0.44 + 0.56 * t) for t in np.linspace(0, 1, 20)]
        canvas.line(path, "#ff7a1a", 9, soft=2)
        canvas.line(path, "#ffe08a", 3, soft=1)
    paint(canvas, COARSE, 0.07)


def rose_garden(canvas: Canvas) -> None:
    canvas.sky((0, "#bfe0ee"), (0.3, "#dfeec8"), (0.33, "#6f9f58"), (1, "#3f7a34"))
    canvas.shape(canvas.ridge(0.27, 0.08, 9), "#5d8f52", soft=3)
    canvas.blend("#24522a", 0.7 * canvas.noise(9) * (canvas.y > 0.28))
    canvas.shape([(0.48, 0.36), (0.52, 0.36), (0.66, 1), (0.34, 1)], "#e2cfa6", soft=3)
    canvas.light((0.5, 0.3), 0.25, "#fff0c0", 0.25)
    paint(canvas, MEDIUM, 0.06)
    _roses(canvas, 520, ["#e0446a", "#f58aa8", "#fbd0d8", "#c22548", "#fff0ea", "#f7b25c"])


def _glitter(canvas: Canvas, horizon: float, centre: float, colour: Colour, count: int) -> None:
    """Light on water: short level strokes, spreading towards the viewer."""
    depth = canvas.rng.uniform(0, 1, count) ** 1.5
    x = centre + canvas.rng.normal(0, 1, count) * (0.012 + 0.09 * depth)
    starts = np.stack([x, horizon + depth * (1 - horizon)], axis=1)
    ends = starts + np.stack([0.008 + 0.03 * depth, np.zeros(count)], axis=1)
    canvas.strokes(starts, ends, _tints(canvas, [colour], count, 0.08), 1 + 3 * depth)


def _tints(canvas: Canvas, colours: list[Colour], count: int, spread: float = 0.05) -> Floats:
    """(count, 3) colours drawn from a palette, each a little different."""
    palette = np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colours])
    return palette[canvas.rng.integers(0, len(palette), count)] + canvas.rng.normal(0, spread, (count, 1))


def _boat(
    canvas: Canvas, x: float, y: float, size: float, colour: Colour, *, sail: bool = True, tilt: float = 0.0
) -> None:
    def at(dx: float, dy: float) -> tuple[float, float]:
        return x + size * (dx * np.cos(tilt) - dy * np.sin(tilt)), y + size * (dx * np.sin(tilt) + dy * np.cos(tilt))

    canvas.shape([at(-0.5, 0), at(0.5, 0), at(0.36, 0.2), at(-0.38, 0.2)], colour)
    if sail:
        canvas.line([at(0, 0), at(0, -1.3)], colour, 3)
        canvas.shape([at(0.03, -1.25), at(0.03, -0.15), at(0.45, -0.15)], colour, alpha=0.85)
        canvas.shape([at(-0.03, -1.05), at(-0.03, -0.15), at(-0.36, -0.15)], colour, alpha=0.7)


def _lightning(canvas: Canvas, start: tuple[float, float], reach: float) -> None:
    steps = np.linspace(0, 1, 12)
    path = [(start[0] + float(canvas.rng.normal(0, 0.03)) - 0.1 * t, start[1] + reach * t) for t in steps]
    canvas.light((path[6][0], path[6][1]), 0.3, "#8fa5c8", 0.5)
    canvas.line(path, "#dfe8ff", 6, soft=3)
    canvas.line(path, "#ffffff", 3)


def _wave(canvas: Canvas, base: float, height: float, colour: Colour) -> None:
    phase, crest = canvas.rng.uniform(0, 6), canvas.rng.uniform(7, 12)
    x = np.linspace(0, 1, 160)
    swell = np.abs(np.sin(crest * x + phase)) ** 0.6 + 0.2 * np.sin(3.1 * crest * x)
    top = list(zip(x.tolist(), (base - height * swell).tolist(), strict=True))
    canvas.shape([(0, 1), *top, (1, 1)], colour)
    canvas.shape([(0, 1), *((px, py + 0.6 * height) for px, py in top), (1, 1)], "#0a161c", soft=9, alpha=0.6)
    crests = np.array([point for point in top if point[1] < base - 0.8 * height])
    foam = _tints(canvas, ["#dfe8e4"], len(crests), 0.06)
    canvas.strokes(crests, crests + np.array([0.012, 0.004]), foam, np.full(len(crests), 4 + 60 * height))


def _tree(canvas: Canvas, x: float, foot: float, size: float, colour: Colour) -> None:
    canvas.line([(x, foot), (x + 0.005, foot - size)], "#5a3a1c", 60 * size)
    for angle, reach in zip(np.arange(34) * 2.4, np.sqrt(np.linspace(0, 1, 34)), strict=True):
        at = x + 0.42 * size * reach * np.cos(angle), foot - size * (1.1 - 0.42 * reach * np.sin(angle))
        canvas.disc(at, (0.13 * size, 0.16 * size), colour, alpha=0.75, soft=2)
        canvas.disc((at[0] + 0.012, at[1] - 0.015), (0.08 * size, 0.08 * size), "#9ccf58", alpha=0.45, soft=2)


def _bare_tree(canvas: Canvas, x: float, foot: float, size: float, colour: Colour) -> None:
    def grow(px: float, py: float, length: float, angle: float, width: float) -> None:
        ex, ey = px + 0.75 * length * np.sin(angle), py - length * np.cos(angle)
        canvas.line([(px, py), (ex, ey)], colour, width)
        if length > 0.035:
            for turn in (-0.45, 0.4):
                grow(ex, ey, length * 0.68, angle + turn + float(canvas.rng.normal(0, 0.12)), width * 0.62)

    grow(x, foot, size * 0.36, float(canvas.rng.normal(0, 0.05)), 22 * size)


def _fir(canvas: Canvas, x: float, foot: float, size: float, colour: Colour, soft: float) -> None:
    for tier in range(4):
        width, top = size * (0.12 + 0.05 * tier), foot - size * (1 - 0.22 * tier)
        canvas.shape([(x, top), (x + width, top + 0.36 * size), (x - width, top + 0.36 * size)], colour, soft=soft)


def _flowers(canvas: Canvas, horizon: float, count: int, colours: list[Colour]) -> None:
    depth = canvas.rng.uniform(0, 1, count) ** 0.7
    starts = np.stack([canvas.rng.uniform(0, 1, count), horizon + depth * (1 - horizon)], axis=1)
    ends = starts + np.stack([0.004 + 0.006 * depth, 0.002 * depth], axis=1)
    canvas.strokes(starts, ends, _tints(canvas, colours, count), 2 + 5 * depth)


def _flakes(canvas: Canvas, count: int) -> None:
    starts = canvas.rng.uniform(0, 1, (count, 2)) * [1, 0.9]
    ends = starts + np.array([0.003, 0])
    canvas.strokes(starts, ends, _tints(canvas, ["#ffffff"], count, 0.02), canvas.rng.uniform(1, 3.4, count))


def _leaves(canvas: Canvas, count: int, colours: list[Colour]) -> None:
    starts = canvas.rng.beta(1.1, 1.1, (count, 2)) * [1.0, 1.05] - [0, 0.05]
    starts[: count // 2, 1] *= 0.5
    ends = starts + canvas.rng.normal(0, 0.012, (count, 2))
    canvas.strokes(starts, ends, _tints(canvas, colours, count, 0.06), canvas.rng.uniform(5, 12, count))


def _rain(canvas: Canvas, count: int, length: float, colour: Colour) -> None:
    starts = canvas.rng.uniform(-0.05, 1, (count, 2))
    ends = starts + np.array([-0.25 * length, length]) * canvas.rng.uniform(0.5, 1.2, (count, 1))
    ground = canvas.pixels.copy()
    canvas.strokes(starts, ends, _tints(canvas, [colour], count), np.ones(count))
    canvas.pixels = 0.6 * ground + 0.4 * canvas.pixels


def _blades(canvas: Canvas, horizon: float, count: int, colours: list[Colour]) -> None:
    depth = np.sort(canvas.rng.uniform(0, 1, count))
    starts = np.stack([canvas.rng.uniform(-0.1, 1, count), horizon + 0.03 + depth * (1 - horizon)], axis=1)
    lean = 0.5 + 0.5 * np.sin(9 * starts[:, 0] + 5 * depth)
    ends = starts + np.stack([(0.02 + 0.09 * depth) * (0.4 + lean), -(0.02 + 0.1 * depth)], axis=1)
    canvas.strokes(starts, ends, _tints(canvas, colours, count), 1 + 5 * depth)


def _sparks(canvas: Canvas, origin: tuple[float, float], count: int) -> None:
    angle, reach = canvas.rng.normal(0, 0.5, count), canvas.rng.gamma(2, 0.11, count)
    direction = np.stack([np.sin(angle), -np.cos(angle)], axis=1)
    starts = np.array(origin) + direction * reach[:, None]
    ends = starts + direction * 0.03
    canvas.strokes(
        starts, ends, _tints(canvas, ["#ffd060", "#ff7a18", "#fff0b0"], count), canvas.rng.uniform(2, 6, count)
    )


def _roses(canvas: Canvas, count: int, colours: list[Colour]) -> None:
    depth = np.sort(canvas.rng.uniform(0, 1, count))
    for near, colour in zip(depth, _tints(canvas, colours, count, 0.03), strict=True):
        x = canvas.rng.uniform(0, 1)
        if abs(x - 0.5) < 0.04 + 0.15 * near:
            continue
        _rose(canvas, np.array([x, 0.37 + 0.63 * near]), 0.004 + 0.022 * near, colour)
    weave(canvas, 0.02)


def _rose(canvas: Canvas, at: Floats, size: float, colour: Floats) -> None:
    """A bloom of petals laid in rings, lighter towards the middle."""
    turns = np.arange(15) * 2.4
    rings = np.linspace(1, 0, 15)
    petals = at + np.stack([np.cos(turns), 1.3 * np.sin(turns)], axis=1) * (size * rings)[:, None]
    tones = colour + (0.22 * (1 - rings) - 0.1 * (np.arange(15) % 2))[:, None]
    canvas.strokes(petals, petals + np.array([0.7, 0.3]) * size, tones, np.full(15, 640 * size * 0.75))
