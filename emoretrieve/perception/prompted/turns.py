"""Who asks the same thing at the same time takes turns: the first one asks the model, the others find its answer."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary


class Turns:
    """Locks by key, each there as long as somebody holds it or waits for it. For one event loop."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: str) -> asyncio.Lock:
        """The lock to hold while the ledger is looked up and the model asked."""
        return self._locks.setdefault(key, asyncio.Lock())
