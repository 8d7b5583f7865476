"""The highest sum of scores without the matrix: among near candidates, until it is proven that no other would help.

Each source keeps its nearest targets, each target its nearest sources. scipy finds the best pairing among these (Jonker
and Volgenant's LAPJVsp). Weak duality says how far it can be from the best of all: for any prices p >= 0 of the targets
no pairing exceeds  sum over sources of their best score - p  +  capacity * sum of p. The prices are those at which each
source has its best candidate already (longest paths, Bellman and Ford); the bound is taken over all pairs. Pairs that
would be better at these prices join the candidates, and all begins anew (column generation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.pairing.assignment import Assignment
from emoretrieve.pairing.scores import Indices, OnRows, Scores

if TYPE_CHECKING:
    from scipy.sparse import csr_array

NEAREST = 32
"""Candidates of each item to begin with."""
_JOINING = 8
"""Candidates that join, at most, for each source and round."""
ROUNDS = 8
_SAME = 1e-12
"""Sums of a few scores this close are equal."""
_JITTER = 1e-9
"""Added at random where candidates are chosen."""
_SEED = 20_240_603


@dataclass(frozen=True, slots=True)
class NearOptimum:
    """A pairing and how much higher the mean of another one could be at most: 0 where it is proven the best."""

    assignment: Assignment
    gap: float


def near_optimum(scores: Scores, capacity: int = 1, on_rows: OnRows = int, rounds: int = ROUNDS) -> NearOptimum:
    """The best pairing among candidates that grow until nothing is missing, or for so many rounds.

    Memory: some hundred bytes a candidate, of which there are rarely more than a hundred an item.
    """
    sources, targets = scores.shape
    capacity = min(capacity, sources)
    if sources <= targets * capacity:
        return _for_every_source(scores, capacity, on_rows, rounds)
    turned = Scores(np.repeat(scores.targets, capacity, axis=0), scores.sources)
    found = _for_every_source(turned, 1, on_rows, rounds)
    return NearOptimum(Assignment.of(found.assignment.columns, found.assignment.rows // capacity), found.gap)


def _for_every_source(scores: Scores, capacity: int, on_rows: OnRows, rounds: int) -> NearOptimum:
    """The same where there is a partner for every source."""
    cells = _first_candidates(scores, capacity, on_rows)
    for _ in range(rounds):
        candidates = _candidates(scores, cells)
        best = _best_of(candidates, capacity)
        prices = _prices(candidates, best)
        worth, missed = _held_against_all(scores, candidates, prices, on_rows)
        if not len(missed):
            break
        cells = np.union1d(cells, missed)
    reached = float(scores.pairs(best.rows, best.columns).sum())
    gap = (worth + capacity * float(prices.sum()) - reached) / len(best.rows)
    return NearOptimum(best, gap if gap > _SAME else 0.0)


def _first_candidates(scores: Scores, capacity: int, on_rows: OnRows) -> Indices:
    """Near pairs as places of the matrix, and a random partner for every source, so that all can be paired."""
    sources, targets = scores.shape
    near = _nearest(scores, on_rows)
    nearby = _nearest(Scores(scores.targets, scores.sources), on_rows)
    slots = np.random.default_rng(_SEED).permutation(targets * capacity)[:sources]
    places = [
        near.rows * targets + near.columns,
        nearby.columns * targets + nearby.rows,
        np.arange(sources) * targets + slots // capacity,
    ]
    return np.unique(np.concatenate(places))


def _candidates(scores: Scores, cells: Indices) -> csr_array:
    """The scores (n, m) of these places."""
    from scipy.sparse import csr_array

    rows, columns = np.divmod(cells, scores.shape[1])
    return csr_array((scores.pairs(rows, columns), (rows, columns)), shape=scores.shape)


@dataclass(frozen=True, slots=True)
class _Near:
    rows: Indices
    columns: Indices


def _nearest(scores: Scores, on_rows: OnRows) -> _Near:
    """The `NEAREST` best columns of every row; of equal ones any, so that not all rows want the same."""
    random = np.random.default_rng(_SEED)
    sources, targets = scores.shape
    count = min(NEAREST, targets)
    columns = np.empty((sources, count), dtype=np.int64)
    for rows, block in scores.blocks(on_rows):
        block += _JITTER * random.random(targets)
        columns[rows] = np.argpartition(block, targets - count, axis=1)[:, targets - count :]
    return _Near(np.repeat(np.arange(sources), count), columns.reshape(-1))


def _best_of(candidates: csr_array, capacity: int) -> Assignment:
    from scipy.sparse import csr_array, kron
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    costs = candidates.copy()
    costs.data = costs.data.max() + 1.0 - costs.data  # above 0: what is 0 counts as absent
    slots = np.ones((1, capacity))
    rows, columns = min_weight_full_bipartite_matching(csr_array(kron(costs, slots)))
    return Assignment.of(rows.astype(np.int64), columns.astype(np.int64) // capacity)


def _prices(candidates: csr_array, best: Assignment) -> Floats:
    """The lowest prices (m,) at which nobody would rather have another candidate than the partner it has."""
    sources, targets = candidates.shape
    rows = np.repeat(np.arange(sources), np.diff(candidates.indptr))
    better = candidates.data - candidates[best.rows, best.columns][rows]
    prices = np.zeros(targets)
    for _ in range(targets):
        raised = prices.copy()
        np.maximum.at(raised, candidates.indices, prices[best.columns][rows] + better)
        if (raised <= prices + _SAME).all():
            break
        prices = raised
    return prices


def _held_against_all(scores: Scores, candidates: csr_array, prices: Floats, on_rows: OnRows) -> tuple[float, Indices]:
    """What the sources get at most at these prices, over all pairs, and the places that are better than candidates."""
    reached = np.maximum.reduceat(candidates.data - prices[candidates.indices], candidates.indptr[:-1])
    total, missed = 0.0, [np.empty(0, dtype=np.int64)]
    count = min(_JOINING, scores.shape[1])
    for rows, block in scores.blocks(on_rows):
        block -= prices
        highest = block.max(axis=1)
        total += float(highest.sum())
        lacking = np.flatnonzero(highest > reached[rows] + _SAME)
        worth = block[lacking]
        columns = np.argpartition(worth, -count, axis=1)[:, -count:]
        at, place = np.nonzero(np.take_along_axis(worth, columns, axis=1) > reached[rows][lacking, None] + _SAME)
        missed.append((lacking[at] + rows.start) * scores.shape[1] + columns[at, place])
    return total, np.concatenate(missed)
