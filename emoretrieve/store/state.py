"""What a collection remembers about its contents as a whole: their version and their moments.

The state is written when the collection is flushed or closed, and its file is taken away before the first change
after that. So a file that is there tells the truth, and after a crash there is none: the contents get a new
version, and the moments are counted again from the items when somebody asks for them.
"""

from __future__ import annotations

import json
import uuid

from emoretrieve.store.failures import translated
from emoretrieve.store.moments import MomentsLedger
from emoretrieve.store.sidecar import Sidecar

_FILE = "state.json"


class State:
    """Version and moments of the contents."""

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

    def learn(self, ledger: MomentsLedger) -> None:
        """Take over moments that were counted from the items."""
        self.ledger = ledger
        self.saved = False

    def save(self, count: int) -> None:
        """To be called when the engine has everything on disk."""
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
