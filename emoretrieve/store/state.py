"""What a collection remembers about its contents as a whole: their version and their moments.

The state is written when the collection is flushed or closed, and its file is taken away before the first change
after that. So a file that is there tells the truth, and after a crash there is none: the contents get a new
version, and the moments are counted again from the items when somebody asks for them.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from emoretrieve.store.failures import translated
from emoretrieve.store.moments import MomentsLedger
from emoretrieve.store.sidecar import Sidecar

_FILE = "state.json"


def remembered_count(sidecar: Sidecar) -> int | None:
    """How many items there were when the state was saved, after which nothing was written; None without a state."""
    try:
        return int(json.loads(sidecar.read(_FILE) or b"{}")["count"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


class ContentsState(Protocol):
    """Version and moments of the contents."""

    saved: bool
    """Whether all that is worth keeping is kept."""

    @property
    def version(self) -> str:
        """Changes whenever the contents do."""
        ...

    def change(self) -> AbstractContextManager[MomentsLedger]:
        """A change of the contents, whose effect on the moments goes to the ledger that this yields."""
        ...

    def moments(self, count_again: Callable[[], MomentsLedger]) -> MomentsLedger:
        """The moments, counted from the items where they are not known."""
        ...

    def learn(self, count_again: Callable[[], MomentsLedger]) -> None:
        """Count the moments from the items, and remember them."""
        ...

    def save(self, count: int) -> None:
        """To be called when the engine has everything on disk; `count` is the number of items that it holds."""
        ...


class State:
    """Version and moments of contents that one process holds alone."""

    version: str
    ledger: MomentsLedger | None
    """None: not known, to be counted from the items."""
    saved: bool
    """Whether all of it is on disk."""
    _claimed: bool
    """Whether a file on disk speaks for the contents as they are, if only for their version."""

    def __init__(self, sidecar: Sidecar, count: int) -> None:
        """Read the state; `count` is the number of items that the engine holds."""
        self._sidecar = sidecar
        self._session = uuid.uuid4().hex
        self._changes = 0
        self.saved = self._claimed = self._read(count)
        if not self.saved:
            self.version = self._session
            self.ledger = None if count else MomentsLedger()

    def about_to_change(self) -> None:
        """To be called before the engine changes anything: what is on disk is no longer claimed from here on."""
        if self._claimed:
            with translated("write"):
                self._sidecar.remove(_FILE)
        self.saved = self._claimed = False
        self._changes += 1
        self.version = f"{self._session}.{self._changes}"

    @contextmanager
    def change(self) -> Iterator[MomentsLedger]:
        self.about_to_change()
        known, self.ledger = (
            self.ledger,
            None,
        )  # a change that fails half-way leaves contents that must be counted again
        yield known or MomentsLedger()
        self.ledger = known

    def moments(self, count_again: Callable[[], MomentsLedger]) -> MomentsLedger:
        if self.ledger is None:
            self.learn(count_again)
        assert self.ledger is not None
        return self.ledger

    def learn(self, count_again: Callable[[], MomentsLedger]) -> None:
        self.ledger = count_again()
        self.saved = False

    def save(self, count: int) -> None:
        moments = self.ledger.to_json() if self.ledger else None
        data = json.dumps({"version": self.version, "count": count, "moments": moments})
        with translated("write"):
            self._sidecar.write(_FILE, data.encode())
        self.saved = self._claimed = True

    def _read(self, count: int) -> bool:
        """Whether a state was there that fits the items."""
        with translated("read"):
            data = self._sidecar.read(_FILE)
        try:
            state = json.loads(data or b"{}")
            moments = state["moments"]
            self.ledger = MomentsLedger.of_json(moments) if moments else None
            self.version = str(state["version"])
            return bool(state["count"] == count)
        except (ValueError, LookupError, TypeError):
            return False
