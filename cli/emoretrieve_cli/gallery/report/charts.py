"""The charts of a report, by the passage that they stand in. MissingDependency without the extra `report`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from emoretrieve.errors import MissingDependency
from emoretrieve.evaluation.measure import Measure
from emoretrieve.report.directions import Directions
from emoretrieve.report.gathering import Report
from emoretrieve.report.score_spread import ScoreSpread
from emoretrieve_cli.gallery.report.words import NOUNS, axis_words, direction_words, listed, map_words, modalities

if TYPE_CHECKING:
    from emoretrieve_cli.gallery.charts.drawing import Drawing

_TITLES: dict[Measure, str] = {
    "plain": "Scores as a query has them",
    "centred": "The same pairs, centred",
    "whitened": "The same pairs, whitened",
}


@dataclass(frozen=True, slots=True)
class Charts:
    """All of them."""

    maps: Sequence[Drawing]
    planes: Sequence[Drawing]
    spreads: Sequence[Drawing]


def require_charts() -> None:
    """Raise MissingDependency where charts cannot be drawn."""
    try:
        import_module("emoretrieve_cli.gallery.charts.drawing")
    except ImportError as error:
        raise MissingDependency(
            f"The charts of a page need the library {error.name}; install it with: pip install 'emoretrieve[report]' "
            "(--markdown needs none)."
        ) from error


def charts(report: Report) -> Charts:
    """The charts of what there is."""
    require_charts()
    from emoretrieve_cli.gallery.charts.triangle import triangle

    maps = [triangle(one, f"The {NOUNS[one.modality]} between three emotions", map_words(one)) for one in report.maps]
    planes = [] if report.directions is None else _planes(report.directions)
    return Charts(maps, planes, [_spread(one) for one in report.spreads])


def _planes(found: Directions) -> list[Drawing]:
    from emoretrieve_cli.gallery.charts.plane import plane

    axes = (
        axis_words("first direction", found.first, ("←", "→")),
        axis_words("second direction", found.second, ("↓", "↑")),
    )
    first = direction_words("first", found.first, ("to the right", "to the left"))
    second = direction_words("second", found.second, ("upwards", "downwards"))
    return [
        plane(found, some, axes, f"The {listed(NOUNS[one] for one in some)} along two directions", f"{first} {second}")
        for some in modalities(found)
    ]


def _spread(found: ScoreSpread) -> Drawing:
    from emoretrieve_cli.gallery.charts.ridges import ridges

    rows = "; ".join(f"{row.name}, {row.pairs:,} pairs, mean {row.mean:.4f}" for row in found.rows)
    low, high = found.edges[0], found.edges[-1]
    return ridges(found, _TITLES[found.measure], f"Scores from {low:.4f} to {high:.4f}. {rows}.")
