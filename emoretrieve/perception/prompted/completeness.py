"""Whether models ended captions by themselves, as far as the ledger remembers."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from emoretrieve.errors import StoreError


@dataclass(frozen=True, slots=True)
class Completeness:
    """Of captions, by what they say. No full stop is looked at: only why the model stopped counts."""

    ended: Mapping[bytes, bool | None]
    """By digest; None for a caption that one answer ended and another one was cut off at."""

    @classmethod
    def of_ledger(cls, file: Path | None) -> Self:
        """What a ledger remembers; nothing where there is none. Raises StoreError (`ledger`)."""
        ended: dict[bytes, bool | None] = {}
        if file is not None and file.exists():
            for text, complete in _answers(file):
                digest = _digest(text)
                ended[digest] = complete if ended.get(digest, complete) == complete else None
        return cls(ended)

    def of(self, caption: str) -> bool | None:
        """True where a model ended the caption, False where the limit of tokens cut it off, None where nobody knows."""
        return self.ended.get(_digest(caption))


def _answers(file: Path) -> Iterator[tuple[str, bool]]:
    """Captions that models gave, and whether they ended them."""
    try:
        with closing(sqlite3.connect(file)) as database:
            for (value,) in database.execute("SELECT value FROM answer WHERE role IN ('audio', 'image')"):
                kept = json.loads(value)
                if "text" in kept and kept.get("usage") is not None:
                    yield kept["text"], bool(kept["complete"])
    except (sqlite3.Error, ValueError) as error:
        raise StoreError(
            f"The file of remembered answers {file} cannot be read: {error}; move it away if it is damaged.",
            kind="ledger",
        ) from error


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
