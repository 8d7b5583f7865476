"""The schema: how an item stands in Qdrant, whatever the engine.

Named vectors: `whole`, `fragment_1` .. `fragment_4` (3, cosine, the raw colour) for searches in one part,
`aligned` and `concat` (15, dot) of `emoretrieve.emotion.vectors`. Payload: see `payload_of`.

`colour_key` holds all 15 integers as 30 hex digits. Items of equal key have equal scores for every query, so it is
what ties are filled by; it is also the cheapest way to read colours back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from emoretrieve.emotion import PARTS, EmotionProfile, Spread
from emoretrieve.emotion.vectors import Colours, Space, colours, vectors
from emoretrieve.errors import StoreError
from emoretrieve.item import MODALITIES, Captions, Item, Location, Metadata, Value
from emoretrieve.lexicon.moods import mood_words
from emoretrieve.store.dates import first_moment, written
from emoretrieve.store.failures import corrupt

SCHEMA_VERSION = 2

SPACES: tuple[Space, Space] = ("aligned", "concat")

Payload: TypeAlias = Mapping[str, Any]
"""A JSON object as the engines hand it over: checked by `item_of` where it becomes an item."""

MODALITY = "modality"
COLOUR_KEY = "colour_key"
LOCATION_PATH = "locations[].path"
MOODS = "moods"
NAME = "name"

IndexKind: TypeAlias = Literal["keyword", "prefix", "integer", "float", "datetime"]
"""What a payload index finds: texts, texts also by their beginning, whole numbers, ranges of numbers, of dates."""

INDEXED_FIELDS: Mapping[str, IndexKind] = {
    MODALITY: "keyword",
    COLOUR_KEY: "keyword",
    LOCATION_PATH: "prefix",
}
"""Payload fields with an index from the beginning; others get theirs when they first appear (`fields_to_index`)."""

FREE_TEXT = frozenset(("title", "description", "comment", "lyrics", "notes", "copyright", "url"))
"""Metadata without an index: hardly two items share them. Filters on them look at every item."""
MOST_INDEXES = 50
"""Fields of metadata with an index; filters on those beyond look at every item."""

MetadataKind: TypeAlias = Literal["text", "numbers", "dates"]
"""Metadata by kind. A date is a text, and stands under `dates` as well, as the moment that it begins with."""

_INDEX_OF: Mapping[MetadataKind, IndexKind] = {"text": "keyword", "numbers": "float", "dates": "datetime"}
_METADATA_FIELD = re.compile(r"(metadata\.(?:text|numbers|dates)\.)([^\"]+)")
"""One without quotes: engines leave them out where they can."""


@dataclass(frozen=True, slots=True)
class Point:
    """An item as the engines take it."""

    id: str
    vectors: Mapping[str, list[float]]
    payload: Payload


def points_of(items: Sequence[Item]) -> list[Point]:
    """Items as points; StoreError (kind `bad_item`) names the first item that cannot be stored."""
    for item in items:
        _check(item)
    if not items:
        return []
    profiles = colours(item.profile for item in items)
    parts = profiles.astype(np.float64).tolist()
    spaces = {space: vectors(space, profiles).tolist() for space in SPACES}
    keys = colour_keys(profiles)
    return [
        Point(
            id=item.id,
            vectors={**dict(zip(PARTS, parts[row], strict=True)), **{space: spaces[space][row] for space in SPACES}},
            payload=payload_of(item, keys[row]),
        )
        for row, item in enumerate(items)
    ]


def payload_of(item: Item, colour_key: str) -> Payload:
    """The payload of an item: everything that is needed to rebuild it.

    Every value costs the embedded engine 2 to 4 microseconds, half of all that loading takes, so none is there twice.
    """
    return {
        "sha256": item.sha256,
        MODALITY: item.modality,
        COLOUR_KEY: colour_key,
        "captions": list(item.captions.parts),
        "coverage": item.coverage,
        "locations": [
            {"path": location.path, "size": location.size, "mtime_ns": location.mtime_ns} for location in item.locations
        ],
        **({MOODS: moods} if (moods := _moods(item)) else {}),
        "metadata": _by_kind(item.metadata),
        **({NAME: item.name} if item.name else {}),
        **({"spread": [list(part) for part in item.spread]} if item.spread else {}),
    }


class _NoPayload(dict[str, Any]):
    def __missing__(self, key: str) -> Any:
        raise corrupt("read", f"an item has no '{key}'")


NO_PAYLOAD: Payload = _NoPayload()
"""For a point that an engine finds without payload; asking it for a field is a StoreError of kind `corrupt`."""


def item_of(payload: Payload) -> Item:
    """The item that a payload was made of."""
    whole, *fragments = payload["captions"]
    first, second, third, fourth = fragments
    return Item(
        sha256=payload["sha256"],
        modality=payload[MODALITY],
        profile=EmotionProfile.of(colours_of([payload[COLOUR_KEY]])[0].tolist()),
        captions=Captions(whole, (first, second, third, fourth)),
        coverage=payload["coverage"],
        locations=tuple(Location(**location) for location in payload["locations"]),
        metadata=_metadata_of(payload["metadata"]),
        name=payload.get(NAME, ""),
        spread=_spread_of(payload.get("spread")),
    )


def _spread_of(stored: Sequence[Sequence[float]] | None) -> Spread | None:
    return None if stored is None else tuple((float(r), float(g), float(b)) for r, g, b in stored)


def colour_keys(profiles: Colours) -> list[str]:
    """The key of each of (n, 5, 3) colours: its 15 bytes in hex."""
    return [row.tobytes().hex() for row in profiles]


def colours_of(keys: Sequence[str]) -> Colours:
    """The (n, 5, 3) colours behind keys."""
    return np.frombuffer(bytes.fromhex("".join(keys)), dtype=np.uint8).reshape(-1, 5, 3)


def metadata_field(kind: MetadataKind, key: str) -> str:
    """The payload path of a metadata value; quoted, because a key may hold dots, brackets and spaces."""
    return _field(kind, _escaped(key))


def spelled(field: str) -> str:
    """The path of a payload field as it is spelled here, however an engine spells it."""
    return _METADATA_FIELD.sub(r'\1"\2"', field)


def fields_to_index(payloads: Iterable[Payload], indexes: Collection[str]) -> dict[str, IndexKind]:
    """The fields of these payloads that are to have an index beside those that there are."""
    own: set[str] = set()
    seen: set[tuple[MetadataKind, str]] = set()
    for payload in payloads:
        own.update(field for field in (MOODS, NAME) if field in payload)
        for kind, values in payload["metadata"].items():
            seen.update((kind, key) for key in values)
    missing = {_field(kind, key): _INDEX_OF[kind] for kind, key in sorted(seen) if key not in FREE_TEXT}
    missing = {field: kind for field, kind in missing.items() if field not in indexes}
    room = max(0, MOST_INDEXES - _of_metadata(indexes))
    return {**{field: "keyword" for field in own if field not in indexes}, **dict(list(missing.items())[:room])}


def metadata_value(payload: Payload, kind: MetadataKind, key: str) -> Value | None:
    """The value of a payload, or of the part of it that holds this field; None where it has none."""
    value: Value | None = payload.get("metadata", {}).get(kind, {}).get(_escaped(key))
    return value


def number_at(payload: Payload, field: str) -> float | None:
    """The number at a field of a payload; the parts of the path stand between dots."""
    value: Any = payload
    for key in field.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return None if value is None else float(value)


def lacks(indexes: Collection[str], kind: MetadataKind, key: str) -> bool:
    """Whether no item has metadata of this kind under this key, as the indexes of a collection tell.

    An index is made when a key first appears, before its items are written.
    """
    full = _of_metadata(indexes) >= MOST_INDEXES
    return key not in FREE_TEXT and not full and metadata_field(kind, key) not in indexes


def _of_metadata(indexes: Iterable[str]) -> int:
    return sum(field.startswith("metadata.") for field in indexes)


def _field(kind: MetadataKind, escaped: str) -> str:
    return f'metadata.{kind}."{escaped}"'


def _by_kind(metadata: Metadata) -> dict[MetadataKind, Mapping[str, Value]]:
    text = {_escaped(key): value for key, value in metadata.items() if isinstance(value, str)}
    numbers = {_escaped(key): value for key, value in metadata.items() if not isinstance(value, str)}
    dates = {
        key: written(moment)
        for key, value in text.items()
        if value[4:5] == "-" and (moment := first_moment(value)) is not None
    }
    by_kind: dict[MetadataKind, Mapping[str, Value]] = {"text": text, "numbers": numbers, "dates": dates}
    return {kind: values for kind, values in by_kind.items() if values}


def _metadata_of(stored: Mapping[str, Mapping[str, Value]]) -> dict[str, Value]:
    return {_unescaped(key): value for kind in ("text", "numbers") for key, value in stored.get(kind, {}).items()}


def _moods(item: Item) -> list[str]:
    """The emotion words of the whole caption, and what the metadata call the mood."""
    called = item.metadata.get("mood")
    return list(dict.fromkeys([*mood_words(item.captions.whole), *([called] if isinstance(called, str) else [])]))


def _escaped(key: str) -> str:
    """A metadata key without what a quoted payload path cannot hold: `"`, `\\`, and being empty."""
    return key.replace("%", "%25").replace('"', "%22").replace("\\", "%5C") or "%"


def _unescaped(key: str) -> str:
    return "" if key == "%" else key.replace("%5C", "\\").replace("%22", '"').replace("%25", "%")


def _check(item: Item) -> None:
    """Refuse what an engine would store wrongly, or could not give back."""
    problem = _problem(item)
    if problem is not None:
        name = item.paths[0] if item.paths else item.name or item.sha256
        raise StoreError(f"The item {name!r} cannot be stored: {problem}.", kind="bad_item")


def _problem(item: Item) -> str | None:
    if item.modality not in MODALITIES:
        return f"its modality is {item.modality!r}, not 'audio' or 'image'"
    if not 0.0 <= item.coverage <= 1.0:
        return f"its coverage is {item.coverage!r}, not a number from 0 to 1"
    if (item.sha256 is None) != bool(item.name):
        return "it needs either bytes or a name"
    return _problem_of_texts(item) or _problem_of_metadata(item.metadata) or _problem_of_locations(item)


def _problem_of_texts(item: Item) -> str | None:
    texts = [item.sha256 or "", item.name, *item.captions.parts, *item.paths, *item.metadata]
    texts += [value for value in item.metadata.values() if isinstance(value, str)]
    if _are_unicode(texts):
        return None
    return next(f"{text!r} is not valid Unicode text" for text in texts if not _are_unicode([text]))


def _problem_of_metadata(metadata: Metadata) -> str | None:
    for key, value in metadata.items():
        if not isinstance(value, str) and not _is_storable(value):
            return f"its metadata '{key}' is {value!r}, neither text nor a finite number"
    return None


def _problem_of_locations(item: Item) -> str | None:
    for location in item.locations:
        if not _is_storable(location.size):
            return f"the size of '{location.path}' is {location.size!r}"
        if not _is_storable(location.mtime_ns):
            return f"the time of '{location.path}' is {location.mtime_ns!r}"
    return None


def _are_unicode(texts: Sequence[str]) -> bool:
    """False for what JSON cannot carry: no texts, or undecodable bytes that Python smuggled into a text."""
    try:
        "".join(texts).encode()
    except (TypeError, UnicodeEncodeError):
        return False
    return True


def _is_storable(number: object) -> bool:
    """True for finite floats and for integers of 64 bits."""
    if type(number) is int:
        return -(2**63) <= number < 2**63
    return type(number) is float and math.isfinite(number)
