"""Items: what a collection holds."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

from emoretrieve.emotion import EmotionProfile, Spread

Modality = Literal["audio", "image"]
MODALITIES: tuple[Modality, Modality] = ("audio", "image")

Value: TypeAlias = str | int | float
"""A metadata value: text, or a number where the source had one."""

Metadata: TypeAlias = Mapping[str, Value]

_NAMESPACE = uuid.UUID("6f1c9d1e-5d0f-5b7e-9a55-0d6a1f6f3c11")


@dataclass(frozen=True, slots=True)
class Captions:
    """The descriptions of one item: the whole and its four fragments in order."""

    whole: str
    fragments: tuple[str, str, str, str]

    @property
    def parts(self) -> tuple[str, str, str, str, str]:
        """The five captions in the order of `emoretrieve.emotion.PARTS`."""
        return (self.whole, *self.fragments)


@dataclass(frozen=True, slots=True)
class Location:
    """One file that holds an item's bytes, as it was when it was read."""

    path: str
    size: int
    """Bytes."""
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Item:
    """One song or picture of a collection.

    Its identity is its content: the same bytes under several paths are one item with several locations. An item of
    which only captions are there, no media, is identified by its modality and its `name`.
    """

    sha256: str | None
    """Of the bytes, in hex; None for an item without media, which has a name then."""
    modality: Modality
    profile: EmotionProfile
    captions: Captions
    coverage: float = 1.0
    """Share of the sound or picture that was described, 0..1."""
    locations: tuple[Location, ...] = ()
    metadata: Metadata = field(default_factory=dict)
    name: str = ""
    """What the file of captions calls an item without media; empty for all others."""
    spread: Spread | None = None
    """How far the samples of its colours lie apart; None where each colour was asked for once."""

    @property
    def id(self) -> str:
        """The point id: a UUIDv5 of the SHA-256 (or of modality and name), lower-case with hyphens."""
        return named_id(self.modality, self.name) if self.sha256 is None else item_id(self.sha256)

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(location.path for location in self.locations)


@lru_cache(maxsize=65_536)  # an item is asked for its id again and again
def item_id(sha256: str) -> str:
    """The id of the item with these bytes."""
    return str(uuid.uuid5(_NAMESPACE, sha256))


@lru_cache(maxsize=65_536)
def named_id(modality: Modality, name: str) -> str:
    """The id of the item without media that has this name."""
    return str(uuid.uuid5(_NAMESPACE, f"{modality}:{name}"))


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex; raises OSError as `open` does."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stored_path(path: str | os.PathLike[str]) -> str:
    """The one spelling of a file's path that is stored: absolute, folders resolved, a link under its own name.

    So a file is one location however its folder was reached, and a linked file keeps the name a manifest has for it.
    """
    return str(Path(os.path.realpath(Path(path).parent)) / Path(path).name)
