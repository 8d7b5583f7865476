"""From a collection to numbers about it, each beside chance: descriptions, colours, pairs, neighbours, runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emoretrieve.embedding import EmbedderSettings
from emoretrieve.embedding.kept_vectors import KeptVectors
from emoretrieve.errors import QueryError
from emoretrieve.evaluation.coherence.coherence import Coherence, Judge, coherence
from emoretrieve.evaluation.collapse import Collapse
from emoretrieve.evaluation.consistency import Consistency
from emoretrieve.evaluation.descriptions import Descriptions
from emoretrieve.evaluation.embedded_pairs import EmbeddedPairs, colour_pairs, embedded_pairs
from emoretrieve.evaluation.hubness import Hubness
from emoretrieve.evaluation.measure import MEASURES, Measure, measured
from emoretrieve.evaluation.measured_pairs import MeasuredPairs, measure_pairs
from emoretrieve.evaluation.stability import Stability, stability
from emoretrieve.evaluation.truth.retrieval import TruthNumbers, TruthOptions, truth_numbers
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.pairing.methods import OnProgress, check_size
from emoretrieve.pairing.options import DEFAULT_DRAWS
from emoretrieve.pairing.scores import Scores
from emoretrieve.pairing.side import Side
from emoretrieve.perception.prompted.completeness import Completeness
from emoretrieve.search.match import DEFAULT_MATCH, Match
from emoretrieve.store import Store, Where

_FEWEST = 2
"""Items of a modality: of one alone nothing can be told."""


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """How to evaluate."""

    match: Match = DEFAULT_MATCH
    draws: int = DEFAULT_DRAWS
    """Random pairings that means are held against; at least 1, else QueryError (`bad_draws`)."""
    truth: TruthOptions | None = None
    """What people say of the items."""
    coherence: tuple[EmbedderSettings, ...] = ()
    """Embedders that captions are held against their songs and pictures by."""

    def __post_init__(self) -> None:
        if self.draws < 1:
            raise QueryError(f"At least 1 random pairing must be drawn, not {self.draws}.", kind="bad_draws")


@dataclass(frozen=True, slots=True)
class ModalityNumbers:
    """About the items of one modality."""

    modality: Modality
    items: int
    descriptions: Descriptions
    collapse: Collapse
    consistency: Consistency

    def to_json(self) -> dict[str, object]:
        return {
            "modality": self.modality,
            "items": self.items,
            "descriptions": self.descriptions.to_json(),
            "collapse": self.collapse.to_json(),
            "consistency": self.consistency.to_json(),
        }


@dataclass(frozen=True, slots=True)
class HubNumbers:
    """How the items of one modality are found by those of the other."""

    measure: Measure
    source: Modality
    """What looks for its nearest."""
    hubness: Hubness

    def to_json(self) -> dict[str, object]:
        return {"measure": self.measure, "from": self.source, **self.hubness.to_json()}


@dataclass(frozen=True, slots=True)
class CrossNumbers:
    """About songs and pictures together."""

    pairs: tuple[MeasuredPairs, ...]
    """Songs (sources) with pictures (targets), under each measure."""
    hubs: tuple[HubNumbers, ...]
    embedded: tuple[EmbeddedPairs, ...]
    """The plain hungarian pairs, by each embedder of the collection."""

    def to_json(self) -> dict[str, object]:
        return {
            "pairs": [pairs.to_json() for pairs in self.pairs],
            "hubness": [hubs.to_json() for hubs in self.hubs],
            "embedded": [embedded.to_json() for embedded in self.embedded],
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All numbers about a collection."""

    options: EvaluationOptions
    sides: Mapping[Modality, Side]
    """What was read: the pairs of `cross` are places in songs and pictures."""
    modalities: tuple[ModalityNumbers, ...]
    """Of those that have at least two items."""
    cross: CrossNumbers | None
    """None where a modality has fewer than two items."""
    stability: Stability | None = field(default=None)
    """None where no other run was given."""
    truth: TruthNumbers | None = field(default=None)
    """None where no truth was given."""
    coherence: tuple[Coherence, ...] = ()
    """By each embedder that was asked for."""

    @property
    def items(self) -> dict[Modality, int]:
        """How many there are."""
        return {modality: len(side) for modality, side in self.sides.items()}

    def to_json(self) -> dict[str, object]:
        """As `evaluate --json` prints it."""
        match = self.options.match
        return {
            "match": match.name,
            "weights": None if match.weights is None else list(match.weights),
            "items": self.items,
            "modalities": [numbers.to_json() for numbers in self.modalities],
            "cross": None if self.cross is None else self.cross.to_json(),
            "stability": None if self.stability is None else self.stability.to_json(),
            "truth": None if self.truth is None else self.truth.to_json(),
            "coherence": [one.to_json() for one in self.coherence],
        }


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the data folder keeps beside the collection."""

    completeness: Completeness = field(default_factory=lambda: Completeness({}))
    """Of captions that models gave."""
    vectors: Path | None = None
    """The file of vectors that coherence computed before; None computes them anew."""


_NOTHING = Remembered()


def evaluate(
    store: Store,
    options: EvaluationOptions,
    other_run: Store | None = None,
    on_progress: OnProgress = lambda *_: None,
    remembered: Remembered = _NOTHING,
) -> Evaluation:
    """Evaluate a collection; with another run, which describes the same files anew, also how far both agree.

    Raises QueryError of kind `too_few_items` where neither modality has two items, `too_many_pairs` for sides too
    large, and as `stability`, `truth_numbers`, `Judge.open` and `coherence` do.
    """
    judges = [Judge.open(store, settings) for settings in options.coherence]
    sides = read_sides(store)
    _check(sides)
    judged = None if options.truth is None else truth_numbers(store, options.truth, options.match)
    agreed = None if other_run is None else stability(store, other_run, options.match)
    coherent = _coherent(store, judges, options.draws, remembered.vectors, on_progress)
    usable = [modality for modality in MODALITIES if len(sides[modality]) >= _FEWEST]
    on_progress("reading", 0, None)
    return Evaluation(
        options,
        sides,
        tuple(_modality_numbers(store, modality, sides[modality], remembered.completeness) for modality in usable),
        _cross_numbers(store, sides, options, on_progress) if len(usable) == len(MODALITIES) else None,
        agreed,
        judged,
        coherent,
    )


def _coherent(
    store: Store, judges: Sequence[Judge], draws: int, vectors: Path | None, on_progress: OnProgress
) -> tuple[Coherence, ...]:
    """By each of them; no file of vectors is made where there are none."""
    if not judges:
        return ()
    with KeptVectors(vectors) as kept:
        return tuple(coherence(store, judge, kept, draws, on_progress) for judge in judges)


def read_sides(store: Store) -> dict[Modality, Side]:
    """All songs and all pictures of a collection."""
    return {modality: Side.read(store, Where(modality)) for modality in MODALITIES}


def _check(sides: Mapping[Modality, Side]) -> None:
    songs, pictures = len(sides["audio"]), len(sides["image"])
    if max(songs, pictures) < _FEWEST:
        raise QueryError(
            f"The collection holds {songs} song{'' if songs == 1 else 's'} and {pictures} "
            f"picture{'' if pictures == 1 else 's'}; of fewer than two of a kind nothing can be told, so index more.",
            kind="too_few_items",
        )
    check_size("hungarian", songs, pictures, 1)


def _modality_numbers(store: Store, modality: Modality, side: Side, completeness: Completeness) -> ModalityNumbers:
    return ModalityNumbers(
        modality,
        len(side),
        Descriptions.read(store, modality, completeness),
        Collapse.of(side.profiles),
        Consistency.of(side.profiles),
    )


def _cross_numbers(
    store: Store, sides: Mapping[Modality, Side], options: EvaluationOptions, on_progress: OnProgress
) -> CrossNumbers:
    songs, pictures = sides["audio"], sides["image"]
    pairs: list[MeasuredPairs] = []
    hubs: list[HubNumbers] = []
    for measure in MEASURES:
        scores = measured(measure, options.match, songs.profiles, pictures.profiles)
        pairs.append(measure_pairs(measure, scores, pairs[0] if pairs else None, options.draws, on_progress))
        hubs += _hub_numbers(measure, scores)
    return CrossNumbers(tuple(pairs), tuple(hubs), tuple(_embedded(store, songs, pictures, pairs[0], options)))


def _hub_numbers(measure: Measure, scores: Scores) -> Iterator[HubNumbers]:
    yield HubNumbers(measure, "audio", Hubness.of(scores))
    yield HubNumbers(measure, "image", Hubness.of(Scores(scores.targets, scores.sources)))


def _embedded(
    store: Store, songs: Side, pictures: Side, plain: MeasuredPairs, options: EvaluationOptions
) -> Iterator[EmbeddedPairs]:
    found = plain.by("hungarian").assignment
    scores = measured("plain", options.match, songs.profiles, pictures.profiles)
    values = scores.pairs(found.rows, found.columns)
    pairs = colour_pairs((songs.ids, pictures.ids), (found.rows, found.columns), values)
    for name in sorted(store.embeddings):
        embedded = embedded_pairs(store, name, pairs, options.draws)
        if embedded is not None:
            yield embedded
