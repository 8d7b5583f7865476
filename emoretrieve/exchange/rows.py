"""Items as rows of plain values, and back with every value checked, at least as strictly as stores do.

{"id", "sha256" (null for an item without media), "modality",
 "profile": {"whole": [r, g, b], "fragments": [4 x [r, g, b]]}, "captions": {"whole", "fragments": [4]}, "coverage",
 "locations": [{"path", "size", "mtime_ns"}], "metadata": {key: text or number},
 "name" (of an item without media), "spread" (five triples, where colours were asked for several times),
 "vectors" ({name: unit vector}, of items that were embedded),
 "numbers" ({name: {number: value}}, beside those of the vectors that have such)}
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np

from emoretrieve.emotion import EmotionProfile, Spread
from emoretrieve.emotion.vectors import Floats
from emoretrieve.exchange.format import Row
from emoretrieve.item import MODALITIES, Captions, Item, Location, Metadata, Modality, Value, item_id, named_id
from emoretrieve.store import Embedding, Numbers

VECTORS = "vectors"
NUMBERS = "numbers"
T = TypeVar("T")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def to_row(item: Item) -> Row:
    """The row of an item."""
    return {
        "id": item.id,
        "sha256": item.sha256,
        "modality": item.modality,
        "profile": {"whole": [*item.profile.whole], "fragments": [[*part] for part in item.profile.fragments]},
        "captions": {"whole": item.captions.whole, "fragments": [*item.captions.fragments]},
        "coverage": item.coverage,
        "locations": [{"path": at.path, "size": at.size, "mtime_ns": at.mtime_ns} for at in item.locations],
        "metadata": dict(item.metadata),
        **({"name": item.name} if item.name else {}),
        **({"spread": [[*part] for part in item.spread]} if item.spread else {}),
    }


def vectors_to_row(vectors: Mapping[str, Floats], numbers: Mapping[str, Numbers] | None = None) -> Row:
    """The part of a row that holds vectors, in as many digits as stores keep of them, and the numbers beside them."""
    numbers = numbers or {}
    rounded = {
        name: [float(f"{number:.{9 if name in numbers else 6}g}") for number in vector.tolist()]
        for name, vector in vectors.items()
    }
    beside = {NUMBERS: {name: dict(row) for name, row in numbers.items()}} if numbers else {}
    return {VECTORS: rounded, **beside} if rounded else {}


def vectors_from_row(row: object, embeddings: Mapping[str, Embedding]) -> dict[str, Floats]:
    """The unit vectors of a row by name; raises ValueError as `from_row` does."""
    stored = _field(row, VECTORS, optional=True) or {}
    if not isinstance(stored, dict) or not stored.keys() <= embeddings.keys():
        raise ValueError(f"'{VECTORS}' is not an object of {', '.join(embeddings) or 'none'}")
    return {name: _vector(name, value, embeddings[name]) for name, value in stored.items()}


def numbers_from_row(row: object, embeddings: Mapping[str, Embedding]) -> dict[str, dict[str, float]]:
    """The numbers beside the vectors of a row, by the name of the vectors; raises ValueError as `from_row` does."""
    vectors, stored = (_field(row, name, optional=True) or {} for name in (VECTORS, NUMBERS))
    wanted = {name: embeddings[name].numbers for name in vectors if embeddings[name].numbers}  # type: ignore[attr-defined]
    if not isinstance(stored, dict) or stored.keys() != wanted.keys():
        raise ValueError(f"'{NUMBERS}' does not say what stands beside {', '.join(wanted) or 'no vector'}")
    return {name: {number: _number(_field(stored[name], number)) for number in wanted[name]} for name in wanted}


def _vector(name: str, value: object, embedding: Embedding) -> Floats:
    numbers = _list(value, f"vector '{name}'", _number, embedding.dimension)
    vector = np.array(numbers, dtype=np.float64)
    length = float(np.linalg.norm(vector))
    if not 0 < length < math.inf:
        raise ValueError(f"the vector '{name}' has no direction")
    unit: Floats = vector / length
    return unit


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} stands where a finite number belongs")
    return float(value)


def from_row(row: object) -> Item:
    """The item of a row; raises ValueError with a phrase that says which value is wrong."""
    sha256, name = _identity(row)
    return Item(
        sha256=sha256,
        modality=_modality(_field(row, "modality")),
        profile=_profile(_field(row, "profile")),
        captions=_captions(_field(row, "captions")),
        coverage=_coverage(_field(row, "coverage")),
        locations=tuple(_list(_field(row, "locations"), "locations", _location)),
        metadata=_metadata(_field(row, "metadata")),
        name=name,
        spread=_spread(_field(row, "spread", optional=True)),
    )


def _field(row: object, name: str, *, optional: bool = False) -> object:
    if not isinstance(row, dict) or (name not in row and not optional):
        raise ValueError(f"it has no '{name}'")
    value: object = row.get(name)
    return value


def _list(value: object, name: str, read: Callable[[object], T], length: int | None = None) -> list[T]:
    if not isinstance(value, list) or length not in (None, len(value)):
        raise ValueError(f"'{name}' is not a list{f' of {length}' if length else ''}")
    return [read(entry) for entry in value]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} stands where a text belongs")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError(f"{value!r} is not valid Unicode")
    return value


def _integer(value: object) -> int:
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise ValueError(f"{value!r} stands where an integer of 64 bits belongs")
    return value


def _identity(row: object) -> tuple[str | None, str]:
    """The SHA-256 of an item's bytes, or the name of one without media; its id follows from either."""
    sha256, name = _field(row, "sha256"), _text(_field(row, "name", optional=True) or "")
    if sha256 is None and name:
        _check_id(row, named_id(_modality(_field(row, "modality")), name), "name")
        return None, name
    sha256 = _text(sha256)
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"'sha256' is {sha256!r}, not 64 hexadecimal digits")
    _check_id(row, item_id(sha256), "sha256")
    return sha256, ""


def _check_id(row: object, id: str, source: str) -> None:
    if _field(row, "id") != id:
        raise ValueError(f"'id' does not belong to its {source}, it should be {id}")


def _spread(value: object) -> Spread | None:
    return None if value is None else tuple(_list(value, "spread", _deviations, 5))


def _deviations(value: object) -> tuple[float, float, float]:
    r, g, b = _list(value, "a spread", _deviation, 3)
    return r, g, b


def _deviation(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 127.5:
        raise ValueError(f"{value!r} stands where a number from 0 to 127.5 belongs")
    return float(value)


def _modality(value: object) -> Modality:
    for modality in MODALITIES:
        if value == modality:
            return modality
    raise ValueError(f"'modality' is {value!r}, not one of {', '.join(MODALITIES)}")


def _colour(value: object) -> list[int]:
    return _list(value, "a colour", _integer, 3)


def _profile(value: object) -> EmotionProfile:
    fragments = _list(_field(value, "fragments"), "profile.fragments", _colour, 4)
    return EmotionProfile.of([_colour(_field(value, "whole")), *fragments])


def _captions(value: object) -> Captions:
    first, second, third, fourth = _list(_field(value, "fragments"), "captions.fragments", _text, 4)
    return Captions(_text(_field(value, "whole")), (first, second, third, fourth))


def _coverage(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"'coverage' is {value!r}, not a number from 0 to 1")
    return float(value)


def _location(value: object) -> Location:
    path, size, mtime_ns = (_field(value, name) for name in ("path", "size", "mtime_ns"))
    return Location(_text(path), _integer(size), _integer(mtime_ns))


def _metadata(value: object) -> Metadata:
    if not isinstance(value, dict):
        raise ValueError("'metadata' is not an object")
    return {_text(key): _metadata_value(key, entry) for key, entry in value.items()}


def _metadata_value(key: object, value: object) -> Value:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and math.isfinite(value):
        return value
    if type(value) is int:
        return _integer(value)
    raise ValueError(f"metadata {key!r} is {value!r}, neither a text nor a finite number")
