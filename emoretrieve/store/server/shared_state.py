"""Version and moments of a collection that several processes may write to at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from emoretrieve.errors import StoreError
from emoretrieve.store.moments import MomentsLedger
from emoretrieve.store.server.standing import Basis, Register, Saved, Standing

_TRIES = 3
"""How often items are counted again because somebody wrote meanwhile."""


class SharedState:
    """As the protocol `ContentsState` says, for one of several processes (see `standing`)."""

    def __init__(self, register: Register, count: Callable[[], int]) -> None:
        """`count` tells the number of items that the engine holds."""
        self._register = register
        self._count = count
        self._writer = uuid4().hex
        self._number = 0
        self._ledger: MomentsLedger | None = None
        self._basis: Basis | None = None
        """What the ledger relies on; None: on nothing that could be saved."""
        self.saved = True

    @property
    def version(self) -> str:
        return self._version_of(self._register.read())

    @contextmanager
    def change(self) -> Iterator[MomentsLedger]:
        known, basis = self._known(), self._basis
        self._ledger = None  # a change that fails half-way leaves contents that must be counted again
        self._raise_to(odd=True)
        self.saved = False
        yield known or MomentsLedger()
        self._raise_to(odd=False)
        self._ledger, self._basis = known, basis

    def moments(self, count_again: Callable[[], MomentsLedger]) -> MomentsLedger:
        known = self._known()
        if known is not None:
            return known
        self.learn(count_again)
        assert self._ledger is not None
        return self._ledger

    def learn(self, count_again: Callable[[], MomentsLedger]) -> None:
        """Where others never stop writing, the moments are about right, and are not saved."""
        for _ in range(_TRIES):
            before = self._register.read()
            self._ledger = count_again()
            self._basis = before.basis(self._writer)
            self.saved = False
            if self._register.read().basis(self._writer) == self._basis:
                return
        self._basis = None

    def save(self, count: int) -> None:
        """Save the moments, if nobody else has written since they were known; else somebody counts them later."""
        standing = self._register.read()
        known = self._ledger if self._basis == standing.basis(self._writer) else None
        if known is not None and not _is_of(standing, count):
            saved = Saved(self._version_of(standing), count, known, standing.marks)
            try:
                self._register.save(saved)
            except StoreError as error:
                if error.kind != "read_only_key" or self._number:
                    raise  # who may only read has only counted, which costs time and nothing else
            self._basis = Standing(saved).basis(self._writer)
        self.saved = True

    def _known(self) -> MomentsLedger | None:
        """The moments, if they are known: to this process, or to whoever saved them last."""
        standing = self._register.read()
        basis = standing.basis(self._writer)
        if self._ledger is None or self._basis != basis:
            self._ledger, self._basis = self._of(standing), basis
        return self._ledger

    def _of(self, standing: Standing) -> MomentsLedger | None:
        if not _is_of(standing, self._count()):
            return None
        return standing.saved.ledger if standing.saved else MomentsLedger()

    def _version_of(self, standing: Standing) -> str:
        if standing.unaccounted or _is_of(standing, self._count()):
            return standing.version
        return uuid4().hex  # something else than emoretrieve changed the contents, such as a snapshot

    def _raise_to(self, *, odd: bool) -> None:
        """Leave a mark with a higher number."""
        self._number += 1 if self._number % 2 != odd else 2
        self._register.mark(self._writer, self._number)


def _is_of(standing: Standing, count: int) -> bool:
    """Whether what is saved is of the contents as they are; `count` is the number of items."""
    return not standing.unaccounted and count == (standing.saved.count if standing.saved else 0)
