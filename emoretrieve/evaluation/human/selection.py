"""Which pairs a study shows: some drawn by chance, then the best and the worst of a pairing.

Every song and every picture is shown in one pair only. So nobody judges anything twice in different company, and
nothing that two pairs share tells which of them was drawn by chance. Chance comes first: each random pair is any
song with any picture with the same probability, and its mean is the chance level without bias. What it used up is
left out when the best and the worst pairs are taken from the top and the bottom of the pairing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np

from emoretrieve.emotion.vectors import colours
from emoretrieve.errors import QueryError
from emoretrieve.evaluation.human.design import FittedOptions, Kind
from emoretrieve.item import Item
from emoretrieve.pairing.options import PairOptions
from emoretrieve.pairing.pairing import Pair, Pairing
from emoretrieve.pairing.scores import Scores
from emoretrieve.store import Store

Showable: TypeAlias = Callable[[Item], bool]
"""Whether an item can be shown: its file is there and can be read."""


@dataclass(frozen=True, slots=True)
class ChosenPair:
    """A pair of the study."""

    kind: Kind
    song: Item
    picture: Item
    score: float


def choose(store: Store, pairing: Pairing, fitted: FittedOptions, showable: Showable) -> tuple[ChosenPair, ...]:
    """The pairs of a study in the order of their names, which tells nothing: it is drawn.

    The same collection, options and seed make the same study. Raises QueryError of kind `too_few_pairs` where not
    enough can be shown.
    """
    random = np.random.default_rng(fitted.seed)
    drawn = _draw(store, pairing, fitted.each, showable, random)
    used = {item.id for pair in drawn for item in (pair.song, pair.picture)}
    best = list(islice(_unused("best", pairing.pairs, used, showable), fitted.each))
    worst = list(islice(_unused("worst", reversed(pairing.pairs), used, showable), fitted.each))
    for kind, found in (("random", drawn), ("best", best), ("worst", worst)):
        if len(found) < fitted.each:
            raise _too_few(kind, len(found), fitted.each)
    chosen = [*drawn, *best, *worst]
    return tuple(chosen[place] for place in random.permutation(len(chosen)))


def _draw(
    store: Store, pairing: Pairing, count: int, showable: Showable, random: np.random.Generator
) -> list[ChosenPair]:
    sources = {pair.source.id for pair in pairing.pairs} | set(pairing.unpaired_sources)
    targets = {pair.target.id for pair in pairing.pairs} | set(pairing.unpaired_targets)
    sides = (_drawn_items(store, sorted(side), showable, random) for side in (sources, targets))
    first, second = (list(islice(side, count)) for side in sides)
    scores = _scores(pairing.options, first, second)
    return [
        _chosen("random", source, target, score) for source, target, score in zip(first, second, scores, strict=False)
    ]


def _drawn_items(store: Store, ids: Sequence[str], showable: Showable, random: np.random.Generator) -> Iterator[Item]:
    order = random.permutation(len(ids))
    return (item for place in order for item in store.get([ids[place]]) if showable(item))


def _scores(options: PairOptions, sources: Sequence[Item], targets: Sequence[Item]) -> Sequence[float]:
    sides = (colours(item.profile for item in side) for side in (sources, targets))
    rows = np.arange(min(len(sources), len(targets)))
    found: list[float] = Scores.of(options.matching, *sides).pairs(rows, rows).tolist()
    return found


def _unused(kind: Kind, pairs: Iterable[Pair], used: set[str], showable: Showable) -> Iterator[ChosenPair]:
    """The pairs in turn of which nothing is used yet; what is taken joins `used`."""
    for pair in pairs:
        both = (pair.source, pair.target)
        if used.isdisjoint(item.id for item in both) and all(map(showable, both)):
            used.update(item.id for item in both)
            yield _chosen(kind, pair.source, pair.target, pair.score)


def _chosen(kind: Kind, source: Item, target: Item, score: float) -> ChosenPair:
    song, picture = sorted((source, target), key=lambda item: item.modality)
    return ChosenPair(kind, song, picture, score)


def _too_few(kind: str, found: int, wanted: int) -> QueryError:
    return QueryError(
        f"Only {found} {kind} pairs can be shown, and {wanted} of each kind are wanted: every song and picture is "
        "shown once, and its file must be there; ask for fewer with --each, or index more.",
        kind="too_few_pairs",
    )
