"""What embedded the items of a collection: named vectors beside those of the schema, for rescoring.

Vectors of two embedders say nothing about each other, so each name belongs to one: what made them (model, digest of the
weights, version of the preprocessing) is remembered beside the collection and compared before anything is added.

Some have numbers beside each vector, in the payload, such as the concentration of a distribution whose mean direction
the vector is. These are searched by, and kept as float32; all others as float16.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import uuid4

import numpy as np

from emoretrieve.emotion import PARTS
from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import StoreError
from emoretrieve.store.failures import translated
from emoretrieve.store.schema import SPACES
from emoretrieve.store.sidecar import Sidecar

Numbers: TypeAlias = Mapping[str, float]
"""What stands beside one vector, by name."""

_DIGITS = 15
"""Of a number beside a vector: with more, the embedded engine gives back a neighbour of it now and then."""

_FILE = "embeddings.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_NAME_WITH_NUMBERS = re.compile(r"[a-z][a-z0-9_]{0,63}")
"""Part of the path of a payload field."""
_NUMBER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
"""Likewise."""
_LARGEST = 65_536
"""Numbers of a vector, the most that the engine takes."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """The vectors of one name."""

    name: str
    dimension: int
    signature: Mapping[str, str]
    """Of the embedder that made them."""
    revision: str = ""
    """Changes whenever vectors are written; equal revisions mean equal vectors."""
    numbers: tuple[str, ...] = ()
    """What the numbers beside each vector are called."""

    @property
    def field(self) -> str:
        """The payload field that holds those numbers, by their names."""
        return f"numbers_{self.name}"

    @property
    def ordered_field(self) -> str:
        """The path of the first of them, which has an index."""
        return f"{self.field}.{self.numbers[0]}"

    def rows(self, given: Mapping[str, Sequence[float] | Floats]) -> dict[str, list[float]]:
        """Vectors by id as unit vectors; StoreError of kind `bad_vector` for one that is none of this embedding."""
        return {id: self._unit(id, row) for id, row in given.items()}

    def _unit(self, id: str, row: Sequence[float] | Floats) -> list[float]:
        vector = np.asarray(row, dtype=np.float64)
        with np.errstate(over="ignore"):
            length = float(np.linalg.norm(vector)) if vector.shape == (self.dimension,) else 0.0
        if not 0.0 < length < np.inf:
            raise StoreError(
                f"The vector of '{id}' cannot be stored as '{self.name}', which takes {self.dimension} finite numbers "
                "that are not all zero; look at the embedder that made it.",
                kind="bad_vector",
            )
        unit: list[float] = (vector / length).tolist()
        return unit

    def number_rows(self, given: Mapping[str, Numbers]) -> dict[str, dict[str, float]]:
        """Numbers by id, checked; StoreError of kind `bad_vector` for what are not the numbers of this embedding."""
        return {id: self._numbers(id, row) for id, row in given.items()}

    def _numbers(self, id: str, row: Numbers) -> dict[str, float]:
        if row.keys() != set(self.numbers) or not all(math.isfinite(number) for number in row.values()):
            raise StoreError(
                f"The numbers {dict(row)} of '{id}' cannot be stored beside '{self.name}', which has finite numbers "
                f"called {', '.join(self.numbers) or 'nothing'}; look at the embedder that made them.",
                kind="bad_vector",
            )
        return {name: float(f"{row[name]:.{_DIGITS}g}") for name in self.numbers}


class Embeddings:
    """The embeddings of one collection, remembered beside it. Raises StoreError."""

    def __init__(self, sidecar: Sidecar) -> None:
        self._sidecar = sidecar

    def known(self) -> dict[str, Embedding]:
        """Those that are remembered, by name."""
        with translated("read what the collection was embedded with", "corrupt"):
            stored = json.loads(self._sidecar.read(_FILE) or b"{}")
            return {
                name: Embedding(
                    name, int(of["dimension"]), of["signature"], of["revision"], tuple(of.get("numbers", ()))
                )
                for name, of in stored.items()
            }

    def remember(self, embedding: Embedding) -> None:
        """With a new revision."""
        self._write({**self.known(), embedding.name: replace(embedding, revision=uuid4().hex)})

    def forget(self, name: str) -> None:
        self._write({known: embedding for known, embedding in self.known().items() if known != name})

    def _write(self, embeddings: Mapping[str, Embedding]) -> None:
        stored = {
            name: {
                "dimension": of.dimension,
                "signature": dict(of.signature),
                "revision": of.revision,
                **({"numbers": list(of.numbers)} if of.numbers else {}),
            }
            for name, of in embeddings.items()
        }
        with translated("write what the collection is embedded with"):
            self._sidecar.write(_FILE, json.dumps(stored, indent=2).encode())


def check_embedding(embedding: Embedding) -> None:
    """Raise StoreError (`bad_name`, `bad_vector`) where no collection can hold such vectors."""
    pattern = _NAME_WITH_NUMBERS if embedding.numbers else _NAME
    if not pattern.fullmatch(embedding.name) or embedding.name in (*PARTS, *SPACES):
        raise StoreError(
            f"'{embedding.name}' is no name for vectors; use lower-case letters, digits, '.', '_' and '-', and no name "
            "that the schema has.",
            kind="bad_name",
        )
    for number in embedding.numbers:
        if not _NUMBER.fullmatch(number):
            raise StoreError(
                f"'{number}' is no name for a number beside vectors; use letters, digits and '_'.",
                kind="bad_name",
            )
    if not 1 <= embedding.dimension <= _LARGEST:
        raise StoreError(
            f"Vectors of {embedding.dimension} numbers cannot be stored; from 1 to {_LARGEST} can.", kind="bad_vector"
        )


def require_same_embedder(stored: Embedding, asked: Embedding) -> None:
    """Raise StoreError (`other_embedder`) unless both were made in the same way."""
    there, here = (
        {**one.signature, "dimension": str(one.dimension), "numbers": ", ".join(one.numbers)} for one in (stored, asked)
    )
    different = [key for key in there.keys() | here.keys() if there.get(key) != here.get(key)]
    different.sort(key=lambda key: (key == "caution", key))  # what is said of it comes after what it is
    if different:
        first = different[0]
        raise StoreError(
            f"The vectors '{stored.name}' of the collection were made by another embedder ({first} is "
            f"{_said(there, first)} there and {_said(here, first)} here); use the one that made them, or replace them "
            f"all with 'emoretrieve index {making(asked)} --replace'.",
            kind="other_embedder",
        )


def making(embedding: Embedding) -> str:
    """The options of `emoretrieve index` that make such vectors."""
    return f"--space {embedding.name} --model DIR" if embedding.numbers else f"--embed {embedding.name}"


def _said(signature: Mapping[str, str], key: str) -> str:
    return f"'{signature[key]}'" if key in signature else "not set"
