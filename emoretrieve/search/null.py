"""How well random profiles do: the null distribution behind `p_best`.

The best of many scores is high for any query, so a score is held against the best scores of 1,000 random profiles
under the same match among the same items. The distributions are kept beside the collection.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass

import numpy as np

from emoretrieve.emotion.vectors import Floats, vectors
from emoretrieve.search.draw import PROFILES, Draw, draw
from emoretrieve.search.match import DEFAULT_MATCH, Match
from emoretrieve.search.options import QueryOptions, Source
from emoretrieve.search.population import READ_LIMIT
from emoretrieve.store import Store, Where

_ROWS_AT_ONCE = 500
"""Items scored at once: 4 MB of scores against 1,000 profiles."""
_KEPT_READY: tuple[Source, ...] = ("audio", "image", "text")
"""Queries whose distributions are brought up to date when a collection changes."""
_SLOTS = 256
"""Distributions kept beside the default ones: a new one takes the place of the one that shares its slot."""
_RENEWING = threading.Lock()
_SAME_SCORE = 1e-12
"""Scores this close, relative to the highest possible one, are equal: the order of a sum changes it by less."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a null distribution belongs to: the kind of query, the match and the items searched."""

    source: Source
    match: Match
    where: Where

    @property
    def key(self) -> str:
        """The setting as text, equal for equal settings."""
        conditions = sorted(repr(condition) for condition in self.where.conditions)
        return json.dumps([self.source, self.match.name, self.match.weights, self.where.modality, conditions])

    @property
    def name(self) -> str:
        """Where it is kept: by its own name if it is a default, else in one of the slots."""
        if self == _default(self.source):
            return f"null-{self.source}"
        slot = int(hashlib.sha256(self.key.encode()).hexdigest(), 16) % _SLOTS
        return f"null-slot-{slot:03d}"


@dataclass(frozen=True, slots=True)
class Null:
    """The best scores of random profiles."""

    best: Floats
    """Ascending; minus infinity for a profile that had nothing to be compared with."""
    highest: float = 1.0
    """The highest score that is possible."""

    def p_best(self, score: float) -> float:
        """Share of the random profiles whose best score is at least this one."""
        below = int(np.searchsorted(self.best, score - _SAME_SCORE * self.highest, side="left"))
        return (len(self.best) - below) / len(self.best)


def null(store: Store, setting: Setting) -> Null | None:
    """The distribution for this setting, computed where the collection holds none that is up to date.

    None (unknown) where that would take reading more than `READ_LIMIT` items.
    """
    kept = _load(store, setting)
    if kept is not None:
        return kept
    if _items_to_read(store, setting) > READ_LIMIT:
        return None
    with _RENEWING:  # of several threads that want it, one computes it
        kept = _load(store, setting)
        return _renew(store, setting) if kept is None else kept


def refresh(store: Store) -> None:
    """Bring the distributions of default queries up to date, whatever the number of items.

    To be called when items were added or removed, so that no query has to wait for it. Reads the items a few times,
    batch by batch; does nothing where they have not changed.
    """
    for source in _KEPT_READY:
        setting = _default(source)
        if _load(store, setting) is None:
            _renew(store, setting)


def _default(source: Source) -> Setting:
    return Setting(source, DEFAULT_MATCH, QueryOptions().searched(source))


def _items_to_read(store: Store, setting: Setting) -> int:
    drawn_from = store.count(Where(setting.source)) if setting.source in ("audio", "image") else 0
    return drawn_from + store.count(setting.where)


def _renew(store: Store, setting: Setting) -> Null:
    header = _header(store, setting)  # before the items are read: another thread may write meanwhile
    distribution = Null(np.sort(_best_scores(store, setting, draw(store, setting.source))), setting.match.highest)
    store.save_derived(setting.name, header + distribution.best.astype("<f8").tobytes())
    return distribution


def _best_scores(store: Store, setting: Setting, drawn: Draw) -> Floats:
    """Best score of each drawn profile (n,) among the items searched, other than itself."""
    queries = setting.match.query_vectors(drawn.profiles).T
    best = np.full(len(drawn.profiles), -np.inf)
    for ids, batch in store.profiles(setting.where):
        for start in range(0, len(ids), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            scores = vectors(setting.match.space, batch[rows]) @ queries
            for row, id in enumerate(ids[rows]):
                if id in drawn.places:
                    scores[row, drawn.places[id]] = -np.inf
            np.maximum(best, scores.max(axis=0), out=best)
    return best


def _header(store: Store, setting: Setting) -> bytes:
    """Names the setting and the state of the collection; one line before the numbers."""
    return json.dumps([store.version, setting.key]).encode() + b"\n"


def _load(store: Store, setting: Setting) -> Null | None:
    """The distribution that is kept, unless it is absent, stale, damaged or another one's."""
    data = store.load_derived(setting.name)
    header = _header(store, setting)
    if data is None or not data.startswith(header) or len(data) != len(header) + 8 * PROFILES:
        return None
    return Null(np.frombuffer(data, dtype="<f8", offset=len(header)).astype(np.float64), setting.match.highest)
