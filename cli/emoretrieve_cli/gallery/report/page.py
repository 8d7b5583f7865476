"""The report as one page: the collection in its colours on top, then maps, pairs and all tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from markupsafe import Markup

from emoretrieve import __version__
from emoretrieve.emotion import Rgb
from emoretrieve.evaluation.result_table import ResultTable
from emoretrieve.item import MODALITIES
from emoretrieve.report.gathering import Report
from emoretrieve.report.shown_pairs import ShownPair
from emoretrieve.report.tables import report_tables
from emoretrieve.report.weave import Weave
from emoretrieve_cli.gallery.exhibit import Scale
from emoretrieve_cli.gallery.media import Embedder
from emoretrieve_cli.gallery.page import environment
from emoretrieve_cli.gallery.pairs import PairCard
from emoretrieve_cli.gallery.report.charts import charts
from emoretrieve_cli.gallery.report.words import (
    below_text,
    chance_passage,
    day,
    directions_passage,
    facts,
    map_notes,
    map_passage,
    pairs_passages,
    sides,
)
from emoretrieve_cli.terminal.pairs import counted
from emoretrieve_cli.terminal.swatch import hex_code
from emoretrieve_cli.terminal.text import printable

if TYPE_CHECKING:
    from emoretrieve_cli.gallery.charts.drawing import Drawing

BUDGET_BYTES = 24_000_000
"""Of pictures and sounds inside the page; what comes after is only linked."""
_HALF = 72
"""Characters in a row of a table that has room for another one beside it; names of columns may be broken."""
_GAP = 2
"""Characters' room beside each column."""


@dataclass(frozen=True, slots=True)
class Cloth:
    """A weave as the page shows it: a band of colours for each part."""

    name: str
    note: str
    bands: Sequence[str]
    """CSS gradients: the whole, then the four fragments."""

    @classmethod
    def of(cls, weave: Weave) -> Cloth:
        shown = len(weave.profiles)
        note = "" if shown == weave.items else f", {shown} of them, evenly apart in their order"
        return cls(counted(weave.items, weave.modality), note, [_band(weave, part) for part in range(5)])


def _band(weave: Weave, part: int) -> str:
    """One stripe an item; a part in which nothing was felt is left open."""
    width = 100 / len(weave.profiles)
    stops = []
    for place, colour in enumerate(weave.profiles[:, part].tolist()):
        name = hex_code(Rgb(*colour)) if any(colour) else "transparent"
        stops.append(f"{name} {place * width:.2f}% {(place + 1) * width:.2f}%")
    return f"linear-gradient(90deg,{','.join(stops)})"


def render_report(report: Report, title: str | None = None) -> str:
    """The page as HTML; `title` instead of the collection's name. MissingDependency without the extra `report`."""
    drawn = charts(report)
    best, worst = pairs_passages(report)
    embedder, chance, scale = Embedder(BUDGET_BYTES), _chance(report), _scale(report)
    return (
        environment()
        .get_template("report.html")
        .render(
            name=printable(title or report.about.name),
            sides=sides(report.about),
            facts=facts(report.about),
            cloths=[Cloth.of(Weave.of(one, report.sides[one])) for one in MODALITIES if len(report.sides[one])],
            plates=[
                (replace(map_passage(report), notes=()), _maps(drawn.maps, report)),
                (directions_passage(report), [_figure(one) for one in drawn.planes]),
                (chance_passage(report), [_figure(one) for one in drawn.spreads]),
            ],
            walls=[
                (passage, [_card(one, scale, embedder) for one in shown])
                for passage, shown in ((best, report.shown.best), (worst, report.shown.worst))
                if shown
            ],
            chance="" if chance is None else f"{chance:.4f}",
            chance_percent=0 if chance is None else scale.percent(chance),
            tables=[(table, _is_wide(table)) for table in report_tables(report)],
            made=f"{day(datetime.now(UTC))} by emoretrieve {__version__}",
        )
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart on the page."""

    title: str
    svg: Markup
    """Its texts are escaped already."""
    notes: Sequence[str]


def _figure(drawing: Drawing, notes: Sequence[str] = ()) -> Figure:
    return Figure(drawing.title, Markup(drawing.svg()), notes)


def _maps(drawings: Sequence[Drawing], report: Report) -> list[Figure]:
    """Each map with the items that it names."""
    return [_figure(drawing, map_notes(one, report)) for drawing, one in zip(drawings, report.maps, strict=True)]


def _is_wide(table: ResultTable) -> bool:
    """Whether a table needs the whole width of the page."""
    names = [max(map(len, name.split()), default=0) for name in table.columns]
    columns = [max(len(cell) for cell in column) for column in zip(*table.rows, strict=True)]
    return sum(map(max, names, columns)) + _GAP * len(table.columns) > _HALF


def _chance(report: Report) -> float | None:
    """The mean score of a random pair."""
    cross = None if report.evaluation is None else report.evaluation.cross
    return None if cross is None else cross.pairs[0].random.mean


def _scale(report: Report) -> Scale:
    chance = _chance(report)
    scores = [one.pair.score for one in (*report.shown.best, *report.shown.worst)]
    return Scale.over([*scores, *([] if chance is None else [chance])])


def _card(shown: ShownPair, scale: Scale, embedder: Embedder) -> PairCard:
    return PairCard.of(shown.pair, scale, embedder, below_text(shown.below))
