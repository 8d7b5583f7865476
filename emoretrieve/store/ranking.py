"""The exact order of the nearest items, whatever order the engine finds them in.

Engines score in float32 and return equal scores in any order. So more items than wanted are fetched and scored again
in float64 from their stored integers. That decides the list unless unseen items may still reach its boundary. Then
the items of the tied colours are listed by id (they all have one score), the search goes on without them, and in the
worst case everything is looked at.

A search that need not be exact begins with the engine's graph and ends with the list of the tied colours: what the
graph missed stays unseen. Where it finds too little, the search goes on as an exact one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from emoretrieve.emotion.vectors import Floats, Space, exact_scores, vectors
from emoretrieve.store.engine import Candidate, Engine
from emoretrieve.store.failures import corrupt
from emoretrieve.store.filter import Filter
from emoretrieve.store.protocol import Hit
from emoretrieve.store.schema import COLOUR_KEY, colours_of

_SPARE = 16
"""Items fetched beyond those wanted: decides nearly every boundary in one search."""

_GROWTH = 8
"""How much more is fetched each time that the boundary stays undecided."""

_MOST_LISTED = 64
"""Tied colours listed by id after one search; where there are more, a longer search is cheaper."""

_ROUNDING = 32 * 2.0**-24
"""Bound of the error of a float32 score, relative to the sum of the lengths of the query's blocks.

Stored number, query number and product each err by at most 2^-24, and so does each of 15 additions.
"""


@dataclass(frozen=True, slots=True)
class Request:
    """A search for the nearest items."""

    space: Space
    query: Floats
    """(15,), finite."""
    chosen: Filter
    limit: int
    exclude: frozenset[str]
    exact: bool = True
    """Whether no item may be missed."""


def rank_nearest(engine: Engine, request: Request) -> list[Hit]:
    """The best `limit` items by exact score, ties by ascending id also at the boundary."""
    if request.limit < 1:
        return []
    if not request.query.any():
        return [Hit(id, 0.0) for id in _first_ids(engine, request, request.chosen)]
    return _Search(engine, request).run()


@dataclass
class _Search:
    engine: Engine
    request: Request
    keys: dict[str, str] = field(default_factory=dict)
    """Colour key by id of every item seen."""
    listed: set[str] = field(default_factory=set)
    """Colour keys whose items have been listed by id."""

    def run(self) -> list[Hit]:
        scale = float(np.abs(self.request.query).max())
        probe = self.request.query / scale  # so that neither huge nor tiny weights leave float32
        reach = _ROUNDING * float(np.linalg.norm(probe.reshape(-1, 3), axis=1).sum())
        wanted = self.request.limit + len(self.request.exclude) + _SPARE
        scanning = self.request.exact
        while True:
            found = self._fetch(probe, wanted, exact=scanning)
            self._require_own_vectors(found, probe, reach)
            if len(found) < wanted and scanning:
                return self._best()
            if found and self._settled(found[-1].score + reach, scale):
                return self._best()
            self._list_tied(candidate for candidate in found if candidate.score <= found[-1].score + 2 * reach)
            if not scanning and len(found) == wanted and len(best := self._best()) == self.request.limit:
                return best
            scanning = True
            wanted *= _GROWTH

    def _fetch(self, probe: Floats, wanted: int, *, exact: bool) -> list[Candidate]:
        chosen = self.request.chosen.without_colours(self.listed)
        found = self.engine.search(self.request.space, probe.tolist(), chosen, wanted, [COLOUR_KEY], exact=exact)
        self._see((candidate.id, candidate.payload[COLOUR_KEY]) for candidate in found)
        return found

    def _settled(self, floor: float, scale: float) -> bool:
        """Whether the list is full and no unseen item, none of which scores above `floor`, can reach it."""
        best = self._best()
        return len(best) == self.request.limit and best[-1].score / scale > floor

    def _require_own_vectors(self, found: Sequence[Candidate], probe: Floats, reach: float) -> None:
        """The engine keeps no checksums: damaged vectors show only by scores that their colours do not have."""
        if not found:
            return
        own = vectors(self.request.space, colours_of([candidate.payload[COLOUR_KEY] for candidate in found]))
        right = np.abs(exact_scores(probe, own) - [candidate.score for candidate in found]) <= reach
        if not right.all():
            raise corrupt(
                "search", f"the vectors of item {found[int(np.argmin(right))].id} are not those of its colours"
            )

    def _list_tied(self, tied: Iterable[Candidate]) -> None:
        keys = list(dict.fromkeys(candidate.payload[COLOUR_KEY] for candidate in tied))
        for key in keys[-_MOST_LISTED:]:
            ids = _first_ids(self.engine, self.request, self.request.chosen.with_colours(key))
            self._see((id, key) for id in ids)
            self.listed.add(key)

    def _see(self, items: Iterable[tuple[str, str]]) -> None:
        self.keys.update(item for item in items if item[0] not in self.request.exclude)

    def _best(self) -> list[Hit]:
        if not self.keys:
            return []
        ids = np.array(list(self.keys))
        scores = exact_scores(self.request.query, vectors(self.request.space, colours_of(list(self.keys.values()))))
        order = np.lexsort((ids, -scores))[: self.request.limit]
        return [Hit(str(ids[row]), float(scores[row])) for row in order]


def _first_ids(engine: Engine, request: Request, chosen: Filter) -> list[str]:
    """The first `limit` ids of the chosen items that are not excluded."""
    page = engine.scroll(chosen, request.limit + len(request.exclude), fields=[])
    ids = (record.id for record in page.records)
    return [id for id in ids if id not in request.exclude][: request.limit]
