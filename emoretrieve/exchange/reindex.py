"""Builds a collection anew beside the old one, verifies it, and switches an alias to it; the old one stays.

Whoever asks by the alias gets all of the old collection before the switch and all of the new one after it. In a data
folder one process at a time holds a collection, so the old one is opened for one page at a time and given back: who
wants it meanwhile waits for that page. What is written to the old collection while it is read is noticed by its
version, and brought over before the switch, which happens in a data folder while nobody else can write to it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

from emoretrieve.errors import StoreError
from emoretrieve.exchange.sync import Lend, OnProgress, SyncSettings, make_ready, send, verify
from emoretrieve.exchange.verification import Verification
from emoretrieve.search.null import refresh
from emoretrieve.store import Store
from emoretrieve.store.aliases import alias_named
from emoretrieve.store.place import Place

_NOTE = "built-anew-from"
"""Beside a collection that is not ready yet: the name of the one that it is built from."""
_PAUSE_S = 0.06
"""Between two pages; who waits for a lock looks for it every 0.02 s."""
_WAIT_S = 60.0
"""How long to wait for the old collection where somebody else has it open."""
_ROUNDS = 4
"""After so many rounds in which others have written, the old collection is held for one."""

Finish: TypeAlias = Callable[[str], None]
"""Does something to the new collection, which is verified and closed, before the switch."""

_State: TypeAlias = tuple[str, Mapping[str, str]]
"""Of the contents of a collection: its version, and the revisions of its embeddings."""


@dataclass(frozen=True, slots=True)
class Reindexed:
    """What was built."""

    alias: str
    collection: str
    """The new one, which the alias leads to."""
    previous: str
    """The old one, which stays."""
    verification: Verification
    rounds: int
    """How often the old one was read: more than once where others have written to it meanwhile."""
    seconds: float

    def to_json(self) -> dict[str, object]:
        """The report as `emoretrieve reindex --json` prints it."""
        return {
            "alias": self.alias,
            "collection": self.collection,
            "previous": self.previous,
            "verified": self.verification.to_json(),
            "rounds": self.rounds,
            "seconds": self.seconds,
        }


def reindex(
    place: Place,
    alias: str,
    into: str | None = None,
    finish: Finish | None = None,
    on_progress: OnProgress | None = None,
) -> Reindexed:
    """Build the collection of an alias anew and switch the alias to it.

    `into` names the new one; a run that broke off goes on with it, and without a name with what it had begun. Raises
    StoreError of kind `no_alias`, `taken` where `into` is an alias or a collection of another origin, `not_verified`,
    `keeps_changing`, and as `Place.open` does; then the alias leads where it did.
    """
    started_s = time.monotonic()
    aliases = place.aliases()
    old = alias_named(aliases, alias).collection
    if into in aliases:
        raise StoreError(f"'{into}' is an alias; choose another name for the new collection.", kind="taken")
    rebuilding = _Rebuilding(place, alias, old, into or _next_name(place, old), finish, on_progress)
    for rounds in range(1, _ROUNDS + 1):
        verification = rebuilding.round(held=rounds == _ROUNDS)
        if verification is not None:
            return Reindexed(alias, rebuilding.new, old, verification, rounds, time.monotonic() - started_s)
    raise StoreError(
        f"The collection '{old}' changed each of the {_ROUNDS} times that it was read; stop what writes to it and run "
        "the same command again.",
        kind="keeps_changing",
    )


@dataclass(frozen=True, slots=True)
class _Rebuilding:
    """One collection on its way to another."""

    place: Place
    alias: str
    old: str
    new: str
    finish: Finish | None
    on_progress: OnProgress | None

    def round(self, *, held: bool) -> Verification | None:
        """Bring the new collection up to date and switch; None where the old one has changed meanwhile."""
        if held or not self.place.is_exclusive:
            with self.place.open(self.old, wait_s=_WAIT_S) as source:
                return self._round(lambda: nullcontext(source))
        return self._round(self._lent)

    def _round(self, lend: Lend) -> Verification | None:
        with lend() as source:
            signature, before = source.signature, _state(source)
        self._make_room(signature)
        try:
            verification = self._build(lend, signature)
        except StoreError as error:
            if error.kind != "not_verified" or self._is_as(before, lend):
                raise
            return None
        if self.finish:
            self.finish(self.new)
        return verification if self._switched(before, lend) else None

    def _build(self, lend: Lend, signature: Mapping[str, str]) -> Verification:
        with self.place.open(self.new, signature=signature, create=True) as target:
            target.save_derived(_NOTE, self.old.encode())
            with lend() as source:
                make_ready(source, target)
            send(lend, target, SyncSettings(prune=True), self.on_progress)
            verification = verify(lend, target)
            refresh(target)
        return verification

    def _switched(self, before: _State, lend: Lend) -> bool:
        """Switch the alias while nobody else can write, unless somebody has."""
        with lend() as source:
            if _state(source) != before:
                return False
            with self.place.open(self.new) as target:
                target.save_derived(_NOTE, b"")  # from here on it is nobody's leftover
            self.place.set_alias(self.alias, self.new)
        return True

    def _make_room(self, signature: Mapping[str, str]) -> None:
        """See that the new collection is not there, or is what an earlier round has left and can be gone on with."""
        if self.new not in self.place.names():
            return
        with self.place.open(self.new, unfinished=True) as target:
            ours = target.load_derived(_NOTE) == self.old.encode()
            usable = target.signature == signature and target.recolouring is None
        if not ours:
            raise StoreError(
                f"There is a collection '{self.new}' already, which was not begun by a reindex of '{self.old}'; choose "
                "another name with --into.",
                kind="taken",
            )
        if not usable:
            self.place.delete(self.new)

    def _is_as(self, before: _State, lend: Lend) -> bool:
        with lend() as source:
            return _state(source) == before

    @contextmanager
    def _lent(self) -> Iterator[Store]:
        """The old collection for a moment; those who wait for it get their turn afterwards."""
        with self.place.open(self.old, wait_s=_WAIT_S) as source:
            yield source
        time.sleep(_PAUSE_S)


def _state(store: Store) -> _State:
    return store.version, {name: embedding.revision for name, embedding in store.embeddings.items()}


def _next_name(place: Place, old: str) -> str:
    """`art-2` of `art`, `art-3` of `art-2`: the first that is free, or was begun and not finished."""
    numbered = re.fullmatch(r"(.+)-(\d+)", old)
    base, first = (numbered[1], int(numbered[2]) + 1) if numbered else (old, 2)
    taken = set(place.names()) | set(place.aliases())
    return next(
        name
        for name in (f"{base}-{number}" for number in count(first))
        if name not in taken or (name in place.names() and _was_begun(place, name, old))
    )


def _was_begun(place: Place, name: str, old: str) -> bool:
    try:
        with place.open(name, unfinished=True) as store:
            return store.load_derived(_NOTE) == old.encode()
    except StoreError:  # in use, or damaged: nothing to go on with
        return False
