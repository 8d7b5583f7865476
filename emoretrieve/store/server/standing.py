"""How the moments of a collection stand that several processes may write to: what was saved, and who wrote since.

Every process that writes leaves a mark with a number that only grows, odd while it writes and even when it has written.
Moments are saved with the numbers of all marks that they account for. They hold for the contents as long as every mark
is among those: whoever writes raises a number first, so moments that were saved before are no longer believed, also
after the process was killed. Nothing here looks at a clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias
from uuid import uuid4

from emoretrieve.store.moments import MomentsLedger
from emoretrieve.store.server.companion import Companion

_SAVED, _MARK = "moments", "writer"

Basis: TypeAlias = tuple[str, tuple[tuple[str, int], ...]]
"""What a process relies on while it keeps moments up to date itself: what was saved, and the marks of the others."""


@dataclass(frozen=True, slots=True)
class Saved:
    """Moments, and the contents that they belong to."""

    version: str
    count: int
    ledger: MomentsLedger
    marks: Mapping[str, int]
    """Number by writer: what is accounted for."""

    def to_json(self) -> dict[str, object]:
        return {
            "version": self.version,
            "count": self.count,
            "moments": json.dumps(self.ledger.to_json()),
            "marks": json.dumps(dict(self.marks)),
        }

    @classmethod
    def of_json(cls, note: Mapping[str, Any]) -> Self | None:
        """None where the note is none of this release."""
        try:
            ledger = MomentsLedger.of_json(json.loads(note["moments"]))
            return cls(str(note["version"]), int(note["count"]), ledger, json.loads(note["marks"]))
        except (ValueError, LookupError, TypeError):
            return None


@dataclass(frozen=True, slots=True)
class Standing:
    """As one process found it."""

    saved: Saved | None = None
    marks: Mapping[str, int] = field(default_factory=dict)

    @property
    def unaccounted(self) -> dict[str, int]:
        """The marks of changes that the saved moments may lack."""
        known = self.saved.marks if self.saved else {}
        return {writer: number for writer, number in self.marks.items() if known.get(writer) != number}

    @property
    def version(self) -> str:
        """Of the contents, the same for every process that finds the same; never the same while somebody writes."""
        before = self.saved.version if self.saved else ""
        since = sorted(self.unaccounted.items())
        if not since:
            return before or "empty"
        if any(number % 2 for _, number in since):
            return uuid4().hex
        return hashlib.sha256(json.dumps([before, since]).encode()).hexdigest()[:32]

    def basis(self, writer: str) -> Basis:
        """What `writer` relies on."""
        others = tuple(sorted(item for item in self.marks.items() if item[0] != writer))
        return (self.saved.version if self.saved else "", others)


class Register:
    """Where the standing of one collection is kept."""

    def __init__(self, companion: Companion) -> None:
        self._companion = companion

    def read(self) -> Standing:
        saved, marks = None, {}
        for note in self._companion.all_of([_SAVED, _MARK]):
            if note["kind"] == _MARK:
                marks[str(note["name"])] = int(note["number"])
            else:
                saved = Saved.of_json(note)
        return Standing(saved, marks)

    def mark(self, writer: str, number: int) -> None:
        self._companion.put(_MARK, writer, {"number": number}, at=_place(writer, number))

    def save(self, saved: Saved) -> None:
        """Save moments, then take away the marks that they account for, as far as nobody has raised them since."""
        self._companion.put(_SAVED, "", saved.to_json())
        if saved.marks:
            self._companion.remove_at([_place(writer, number) for writer, number in saved.marks.items()])


def _place(writer: str, number: int) -> str:
    return f"{writer}.{number}"
