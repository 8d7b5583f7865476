"""Whether the nearest items are the right ones: every measure beside that of random and of ideal rankings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import QueryError
from emoretrieve.evaluation.interval import Interval, class_interval, mean_interval
from emoretrieve.evaluation.truth.labels import Truth
from emoretrieve.evaluation.truth.measures import MEASURES, Judged, Levels
from emoretrieve.evaluation.truth.protocol import PROTOCOLS, Applied, Protocol, applied
from emoretrieve.evaluation.truth.random_ranking import median_first_rank
from emoretrieve.evaluation.truth.ranking import first_rank
from emoretrieve.evaluation.truth.truth_table import Names, read_truth
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.pairing.scores import Scores
from emoretrieve.pairing.side import Side
from emoretrieve.search.match import Match
from emoretrieve.store import Store, Where

MEDIAN_RANK = "median rank"
_OTHER: dict[Modality, Modality] = {"audio": "image", "image": "audio"}


@dataclass(frozen=True, slots=True)
class TruthOptions:
    """Which truth, and how it is used; QueryError (`bad_protocol`, `bad_threshold`) where that makes no sense."""

    file: Path
    protocol: str = "plain"
    relevant_from: float | None = None
    """The grade from which an item is relevant; None: any above 0."""

    def __post_init__(self) -> None:
        if self.protocol not in PROTOCOLS:
            raise QueryError(
                f"There is no protocol '{self.protocol}'; choose one of {', '.join(PROTOCOLS)}.", kind="bad_protocol"
            )
        if self.relevant_from is not None and not 0 < self.relevant_from < float("inf"):
            raise QueryError(
                f"An item is relevant from a grade above 0 on, not from {self.relevant_from:g}.", kind="bad_threshold"
            )

    @property
    def chosen(self) -> Protocol:
        return next(protocol for protocol in PROTOCOLS if protocol == self.protocol)


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure, over all queries."""

    name: str
    value: float
    interval: Interval | None
    """Queries are drawn again, within their class where classes are averaged; None for the median rank."""
    random: float
    """Of random rankings, exact."""
    oracle: float
    """Of ideal rankings."""

    def to_json(self) -> dict[str, object]:
        interval = None if self.interval is None else self.interval.to_json()
        return {
            "name": self.name,
            "value": self.value,
            "interval": interval,
            "random": self.random,
            "oracle": self.oracle,
        }


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Items of one modality as queries for those of the other."""

    source: Modality
    queries: int
    without: int
    """Queries of which nothing ranked is relevant: they are left out."""
    targets: int
    """How many items are ranked."""
    classes: int | None
    """How many classes are averaged; None where queries are."""
    measures: tuple[Measured, ...]

    def to_json(self) -> dict[str, object]:
        return {
            "from": self.source,
            "queries": self.queries,
            "without": self.without,
            "targets": self.targets,
            "classes": self.classes,
            "measures": [measure.to_json() for measure in self.measures],
        }


@dataclass(frozen=True, slots=True)
class TruthNumbers:
    """What a file of truth says of the rankings."""

    options: TruthOptions
    rows: int
    unknown: int
    """Rows of items that the collection does not hold."""
    retrievals: tuple[Retrieval, ...]

    def to_json(self) -> dict[str, object]:
        return {
            "file": str(self.options.file),
            "protocol": self.options.protocol,
            "relevant_from": self.options.relevant_from,
            "rows": self.rows,
            "unknown": self.unknown,
            "retrievals": [retrieval.to_json() for retrieval in self.retrievals],
        }


def truth_numbers(store: Store, options: TruthOptions, match: Match) -> TruthNumbers:
    """Rank the items of each modality for those of the other, and hold the rankings against the truth.

    Equal scores rank by ascending id, as in a query; ids follow from contents, so that is as good as chance. Raises
    SourceError as `read_truth` and `applied` do, QueryError of kind `no_relevant` where no query has a relevant item.
    """
    found = applied(options.chosen, read_truth(options.file, Names.of(store)))
    sides = {modality: Side.read(store, Where(modality)) for modality in MODALITIES}
    retrievals = []
    for source in MODALITIES:
        judging = _Judging.of(found, options.relevant_from)
        for query, grades in _rankings(found.read.truth, sides[source], sides[_OTHER[source]], match):
            judging.take(query, grades)
        retrievals += [judging.retrieval(source)] if judging.firsts else []
    if not retrievals:
        raise QueryError(
            f"By '{options.file}' nothing is relevant for anything: no song and picture of the collection share a "
            "label or have a grade that counts.",
            kind="no_relevant",
        )
    return TruthNumbers(options, found.read.rows, found.read.unknown, tuple(retrievals))


def _rankings(truth: Truth, sources: Side, targets: Side, match: Match) -> Iterator[tuple[str, Floats]]:
    """Queries with the grades (n,) of all targets, the nearest first."""
    rows = [place for place, id in enumerate(sources.ids) if truth.is_query(id)]
    columns = [place for place, id in enumerate(targets.ids) if truth.is_target(id)]
    if not rows or not columns:
        return
    grading = truth.grading([targets.ids[column] for column in columns])
    scores = Scores.of(match, sources.profiles[rows], targets.profiles[columns])
    for some, block in scores.blocks():
        for row, of_row in zip(rows[some], block, strict=True):
            query = sources.ids[row]
            yield query, grading(query)[np.argsort(-of_row, kind="stable")]


@dataclass(slots=True)
class _Judging:
    """Numbers of the queries of one modality, as they come."""

    truth: Truth
    by_class: bool
    threshold: float | None
    groups: list[str]
    counts: list[tuple[int, int]]
    firsts: list[int]
    """First ranks."""
    levels: list[list[Levels]]
    """Of each query, in the order of `MEASURES`."""
    without: int = 0

    @classmethod
    def of(cls, found: Applied, threshold: float | None) -> _Judging:
        return cls(found.read.truth, found.by_class, threshold, [], [], [], [])

    def take(self, query: str, grades: Floats) -> None:
        """Judge one ranking."""
        relevant = grades > 0 if self.threshold is None else grades >= self.threshold
        if not relevant.any():
            self.without += 1
            return
        one = Judged(grades, relevant)
        self.groups.append(self.truth.group(query))
        self.counts.append(one.counts)
        self.firsts.append(first_rank(relevant))
        self.levels.append([measure.levels(one) for measure in MEASURES])

    def retrieval(self, source: Modality) -> Retrieval:
        """All of it together."""
        median = Measured(MEDIAN_RANK, float(np.median(self.firsts)), None, median_first_rank(self.counts), 1.0)
        return Retrieval(
            source,
            len(self.firsts),
            self.without,
            self.counts[0][0],
            len(set(self.groups)) if self.by_class else None,
            (*map(self._measured, range(len(MEASURES))), median),
        )

    def _measured(self, place: int) -> Measured:
        levels = [of_query[place] for of_query in self.levels]
        values = np.array([[one.value, one.random, one.oracle] for one in levels])
        value, random, oracle = self._mean(values).tolist()
        interval = class_interval(self._by_class(values[:, 0])) if self.by_class else mean_interval(values[:, 0])
        return Measured(MEASURES[place].name, value, interval, random, oracle)

    def _mean(self, values: Floats) -> Floats:
        """Over queries (n, 3), or over classes of the means of their queries."""
        if not self.by_class:
            overall: Floats = values.mean(axis=0)
            return overall
        return np.asarray(np.mean([one.mean(axis=0) for one in self._by_class(values)], axis=0), dtype=np.float64)

    def _by_class(self, values: Floats) -> list[Floats]:
        """The rows of each class."""
        groups = np.array(self.groups)
        return [values[groups == group] for group in sorted(set(self.groups))]
