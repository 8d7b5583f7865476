"""How scores spread: one ridge a row over one scale, chance on top."""

from __future__ import annotations

from typing import Any

import altair

from emoretrieve.report.score_spread import ScoreSpread
from emoretrieve_cli.gallery.charts.drawing import WIDTH, Drawing, specified

_ROW = 66
"""Pixels."""
_PEAK, _NAME = 0.62, 0.79
"""Of a row: how high its highest bin is, and where its name stands."""


def ridges(found: ScoreSpread, title: str, description: str) -> Drawing:
    """The spread as a drawing."""
    count = len(found.rows)
    low, high = float(found.edges[0]), float(found.edges[-1])
    margin = 0.02 * (high - low)
    scale = (
        altair.Scale(domain=[low - margin, high + margin], nice=False, zero=False),
        altair.Scale(domain=[0, count], nice=False),
    )
    layers = [_bars(found, scale), _chance(found, scale), _means(found, scale), _names(found, scale)]
    chart = altair.layer(*layers).properties(width=WIDTH - 16, height=_ROW * count)
    return Drawing(f"spread-{found.measure}", title, description, specified(chart))


def _x(scale: tuple[Any, Any]) -> Any:
    axis = altair.Axis(title="score", grid=False, ticks=False, tickCount=6, domain=False)
    return altair.X("x:Q", scale=scale[0], axis=axis)


def _y(scale: tuple[Any, Any]) -> Any:
    return altair.Y("y:Q", scale=scale[1], axis=None)


def _base(found: ScoreSpread, place: int) -> int:
    """Where the ridge of a row stands: the first row is the topmost."""
    return len(found.rows) - 1 - place


def _bars(found: ScoreSpread, scale: tuple[Any, Any]) -> Any:
    edges = found.edges.tolist()
    rows = [
        {
            "row": row.name,
            "x": edges[place],
            "x2": edges[place + 1],
            "y": _base(found, at),
            "y2": _base(found, at) + _PEAK * count / max(row.counts.tolist()),
            "pairs": count,
            "colour": "var(--soft)" if row.chance else "var(--gilt)",
        }
        for at, row in enumerate(found.rows)
        for place, count in enumerate(row.counts.tolist())
        if count
    ]
    return (
        altair.Chart(altair.Data(values=rows))
        .mark_rect(opacity=0.75, strokeWidth=0)
        .encode(x=_x(scale), x2="x2:Q", y=_y(scale), y2="y2:Q", color=altair.Color("colour:N", scale=None))
    )


def _chance(found: ScoreSpread, scale: tuple[Any, Any]) -> Any:
    """A line in every row where the mean of all pairs is."""
    mean, bases = found.rows[0].mean, [_base(found, at) for at in range(len(found.rows))]
    rows = [{"x": mean, "y": base, "y2": base + _PEAK} for base in bases]
    rule = altair.Chart(altair.Data(values=rows)).mark_rule(stroke="var(--ink)", strokeDash=[2, 3], strokeWidth=1)
    return rule.encode(x=_x(scale), y=_y(scale), y2="y2:Q")


def _means(found: ScoreSpread, scale: tuple[Any, Any]) -> Any:
    rows = [{"x": row.mean, "y": _base(found, at) + 0.035} for at, row in enumerate(found.rows)]
    return (
        altair.Chart(altair.Data(values=rows))
        .mark_point(shape="triangle-up", size=60, filled=True, color="var(--ink)", opacity=1)
        .encode(x=_x(scale), y=_y(scale))
    )


def _names(found: ScoreSpread, scale: tuple[Any, Any]) -> Any:
    """Above each ridge its name, and its mean at the other end of the line."""
    ends = (float(found.edges[0]), "left", "name"), (float(found.edges[-1]), "right", "mean")
    layers = []
    for x, align, field in ends:
        rows = [
            {"x": x, "y": _base(found, at) + _NAME, "name": row.name, "mean": f"mean {row.mean:.4f}"}
            for at, row in enumerate(found.rows)
        ]
        colour = "var(--ink)" if field == "name" else "var(--soft)"
        text = altair.Chart(altair.Data(values=rows)).mark_text(align=align, color=colour, fontSize=13)
        layers.append(text.encode(x=_x(scale), y=_y(scale), text=f"{field}:N"))
    return altair.layer(*layers)
