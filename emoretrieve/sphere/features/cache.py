"""Features that were extracted before, by the content of the input and the signature of the extractor.

One SQLite file, which several processes may use at once; what a killed process had written stays, what it had not is
extracted again. Removing the file costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from emoretrieve.errors import MediaError, SourceError
from emoretrieve.item import hash_file
from emoretrieve.sphere.features import FeatureExtractor, Features, Input
from emoretrieve.sphere.features.extraction import Outcome, extract_each, require
from emoretrieve.sphere.modality import Modality

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS features
    (extractor BLOB, input BLOB, row BLOB, PRIMARY KEY (extractor, input)) WITHOUT ROWID;
"""
_Content: TypeAlias = bytes | MediaError
"""The digest of an input, or why it cannot be read."""
_WAIT_S = 60.0
"""For another process that is writing."""
_AT_ONCE = 16
"""Inputs extracted between two writings."""


class FeatureCache:
    """Rows by extractor and content. A context manager."""

    def __init__(self, file: Path | None) -> None:
        """Use `file`, made with its folder where there is none; None is memory. SourceError (`feature_cache`)."""
        self._file = file
        with self._translated():
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(file or ":memory:", timeout=_WAIT_S, isolation_level=None)
            self._database.executescript(_SCHEMA)

    def find(self, extractor: bytes, inputs: Sequence[bytes], dimension: int) -> list[Features | None]:
        """The row (D,) of each input; None where it is not known, or damaged."""
        with self._translated():
            found = [self._row(extractor, one) for one in inputs]
        return [None if blob is None else _decoded(blob, dimension) for blob in found]

    def keep(self, extractor: bytes, rows: Mapping[bytes, Features]) -> None:
        """Keep rows; when this returns they survive a killed process."""
        with self._translated():
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(
                "INSERT OR REPLACE INTO features VALUES (?, ?, ?)",
                [(extractor, one, _encoded(row)) for one, row in rows.items()],
            )
            self._database.execute("COMMIT")

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> FeatureCache:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _row(self, extractor: bytes, one: bytes) -> bytes | None:
        asked = "SELECT row FROM features WHERE extractor = ? AND input = ?"
        found = self._database.execute(asked, (extractor, one)).fetchone()
        return None if found is None else bytes(found[0])

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise SourceError(
                f"The file of kept features '{self._file}' cannot be used: {reason}; free some space, or remove it if "
                "it is damaged: then features are extracted again.",
                kind="feature_cache",
            ) from error


def extract_cached(
    extractor: FeatureExtractor, modality: Modality, inputs: Sequence[Input | MediaError], cache: FeatureCache
) -> Iterator[Outcome]:
    """The outcome of each input, in order, as `extract_each` has it; what the cache knows is not extracted again."""
    require(extractor, modality)
    signed = json.dumps([modality, dict(extractor.signature(modality))], sort_keys=True)
    known = _Known(cache, hashlib.sha256(signed.encode()).digest(), extractor.dimension(modality))
    for start in range(0, len(inputs), _AT_ONCE):
        yield from _chunk(extractor, modality, inputs[start : start + _AT_ONCE], known)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a cache knows of one extractor and modality."""

    cache: FeatureCache
    signature: bytes
    dimension: int

    def find(self, contents: Sequence[_Content]) -> list[Features | None]:
        keys = [b"" if isinstance(one, MediaError) else one for one in contents]
        return self.cache.find(self.signature, keys, self.dimension)

    def keep(self, outcomes: Iterable[tuple[_Content, Outcome]]) -> None:
        rows = {
            content: outcome
            for content, outcome in outcomes
            if isinstance(content, bytes) and not isinstance(outcome, MediaError)
        }
        if rows:
            self.cache.keep(self.signature, rows)


def _chunk(
    extractor: FeatureExtractor, modality: Modality, inputs: Sequence[Input | MediaError], known: _Known
) -> list[Outcome]:
    contents = [_content(one) for one in inputs]
    rows = known.find(contents)
    asked = {
        place: content if isinstance(content, MediaError) else inputs[place]
        for place, (content, row) in enumerate(zip(contents, rows, strict=True))
        if row is None
    }
    found = dict(zip(asked, extract_each(extractor, modality, list(asked.values())), strict=True))
    known.keep((contents[place], outcome) for place, outcome in found.items())
    return [found[place] if row is None else row for place, row in enumerate(rows)]


def _content(one: Input | MediaError) -> _Content:
    """SHA-256 of the bytes of a file, or of a text."""
    if isinstance(one, MediaError):
        return one
    if isinstance(one, str):
        return hashlib.sha256(one.encode("utf-8", "surrogatepass")).digest()
    try:
        return bytes.fromhex(one.sha256 or hash_file(one.path))
    except OSError as error:
        reason = error.strerror or str(error)
        return MediaError(f"The file '{one.path}' cannot be read: {reason}.", kind="unreadable_file")


def _encoded(row: Features) -> bytes:
    """The row in float32, with a checksum in front."""
    numbers = np.ascontiguousarray(row, "<f4").tobytes()
    return hashlib.sha256(numbers).digest()[:8] + numbers


def _decoded(blob: bytes, dimension: int) -> Features | None:
    checksum, numbers = blob[:8], blob[8:]
    if len(numbers) != 4 * dimension or hashlib.sha256(numbers).digest()[:8] != checksum:
        return None
    return np.frombuffer(numbers, "<f4").astype(np.float32)
