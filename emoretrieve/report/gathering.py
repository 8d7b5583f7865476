"""From a collection to everything that its report says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emoretrieve.errors import QueryError
from emoretrieve.evaluation.evaluation import Evaluation, EvaluationOptions, Remembered, evaluate, read_sides
from emoretrieve.evaluation.measure import Measure, measured
from emoretrieve.item import MODALITIES, Item, Modality
from emoretrieve.pairing.methods import OnProgress
from emoretrieve.pairing.side import Side
from emoretrieve.report.about import About
from emoretrieve.report.directions import Directions
from emoretrieve.report.emotion_map import EmotionMap
from emoretrieve.report.score_spread import ScoreSpread
from emoretrieve.report.shown_pairs import ShownPairs
from emoretrieve.store import Store

DRAWN: tuple[Measure, Measure] = ("plain", "centred")
"""The measures whose scores are drawn; a table has those of all three."""
_NOT_EVALUATED = ("too_few_items", "too_many_pairs")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about."""

    store: Store
    name: str
    created: str = ""
    """When the collection was made, ISO 8601; empty where that is not known."""
    other_run: Store | None = None
    """The same files, described anew."""
    remembered: Remembered = field(default_factory=Remembered)
    """What the data folder keeps beside it."""


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How to report."""

    evaluation: EvaluationOptions = field(default_factory=EvaluationOptions)
    pairs: int = 4
    """So many of the best and of the worst pairs are shown; at least 0."""


@dataclass(frozen=True, slots=True)
class Report:
    """All of it."""

    options: ReportOptions
    about: About
    sides: Mapping[Modality, Side]
    maps: tuple[EmotionMap, ...]
    """Of those modalities that have items."""
    directions: Directions | None
    """None where there are too few items, or all are alike."""
    evaluation: Evaluation | None
    not_evaluated: str | None
    """Why there is no evaluation."""
    spreads: tuple[ScoreSpread, ...]
    """Of the measures `DRAWN`; none where there are no pairs."""
    shown: ShownPairs
    """Of the hungarian pairs on plain scores."""
    named: Mapping[str, Item]
    """The items that the maps name, by id."""


def gather(subject: Subject, options: ReportOptions, on_progress: OnProgress = lambda *_: None) -> Report:
    """Everything about a collection.

    Raises QueryError of kind `nothing_to_report` for one without items, and as `evaluate` does, except where there are
    too few items or too many pairs: then the report says so.
    """
    about = About.read(subject.store, subject.name, subject.created)
    if not any(kind.items for kind in about.kinds.values()):
        raise QueryError(
            f"The collection '{subject.name}' holds no items, so there is nothing to report; index some.",
            kind="nothing_to_report",
        )
    evaluation, why_not = _evaluated(subject, options.evaluation, on_progress)
    sides = read_sides(subject.store) if evaluation is None else evaluation.sides
    on_progress("drawing", 0, None)
    maps = tuple(EmotionMap.of(modality, sides[modality]) for modality in MODALITIES if len(sides[modality]))
    spreads, shown = _pairs(subject.store, evaluation, options.pairs)
    return Report(
        options,
        about,
        sides,
        maps,
        Directions.of(sides),
        evaluation,
        why_not,
        spreads,
        shown,
        _named(subject.store, maps),
    )


def _evaluated(
    subject: Subject, options: EvaluationOptions, on_progress: OnProgress
) -> tuple[Evaluation | None, str | None]:
    try:
        found = evaluate(subject.store, options, subject.other_run, on_progress, subject.remembered)
    except QueryError as error:
        if error.kind not in _NOT_EVALUATED:
            raise
        return None, str(error)
    return found, None


def _pairs(store: Store, evaluation: Evaluation | None, wanted: int) -> tuple[tuple[ScoreSpread, ...], ShownPairs]:
    """How scores spread, and the pairs that are shown; nothing where songs or pictures are missing."""
    if evaluation is None or evaluation.cross is None:
        return (), ShownPairs((), ())
    songs, pictures = (evaluation.sides[modality] for modality in MODALITIES)
    match, by_measure = evaluation.options.match, {one.measure: one for one in evaluation.cross.pairs}
    scores = {measure: measured(measure, match, songs.profiles, pictures.profiles) for measure in DRAWN}
    spreads = tuple(ScoreSpread.of(by_measure[measure], scores[measure]) for measure in DRAWN)
    pairs = by_measure["plain"].by("hungarian")
    return spreads, ShownPairs.of(store, (songs, pictures), scores["plain"], pairs, wanted)


def _named(store: Store, maps: tuple[EmotionMap, ...]) -> dict[str, Item]:
    ids = sorted({extreme.id for one in maps for extreme in one.extremes})
    return {item.id: item for item in store.get(ids)}
