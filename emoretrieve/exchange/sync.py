"""Takes the items of one collection to another without describing anything again, and verifies that they arrived.

Page by page in the order of ids, so that memory stays bounded. What the target holds already with equal content is
not written again: a run that broke off goes on where it stopped when it is run again.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import TypeAlias

from emoretrieve.errors import StoreError
from emoretrieve.exchange.content import Content, contents_of, read_contents, write_contents
from emoretrieve.exchange.verification import Verification, Verifier
from emoretrieve.search.null import refresh
from emoretrieve.store import Store
from emoretrieve.store.place import Address, Place

PAGE = 1_000
"""Items read, compared and written at once."""

_MEMORY = "perception"
"""Beside a collection: the settings that it was filled with."""

OnProgress: TypeAlias = Callable[[int, int], None]
"""Called with the number of items looked at and that of all items."""

Lend: TypeAlias = Callable[[], AbstractContextManager[Store]]
"""Gives the source for the reading of one page: it may be opened and closed each time, so that others get at it."""


@dataclass(frozen=True, slots=True)
class Route:
    """From where to where."""

    source: Place
    collection: str
    target: Place
    name: str
    """What the collection is called there."""


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """What a run is asked to do."""

    prune: bool = False
    """Remove from the target what the source does not hold."""
    dry_run: bool = False
    """Only count."""


@dataclass(slots=True)
class Sent:
    """How many items went over."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a run did, or with `dry_run` would do."""

    collection: str
    """As it is called in the target."""
    sent: Sent
    dry_run: bool
    verification: Verification | None
    """None where nothing was written."""
    seconds: float

    def to_json(self) -> dict[str, object]:
        """The report as `emoretrieve sync --json` prints it."""
        return {
            "collection": self.collection,
            "dry_run": self.dry_run,
            "new": self.sent.new,
            "changed": self.sent.changed,
            "unchanged": self.sent.unchanged,
            "removed": self.sent.removed,
            "verified": None if self.verification is None else self.verification.to_json(),
            "seconds": self.seconds,
        }


def sync(route: Route, settings: SyncSettings | None = None, on_progress: OnProgress | None = None) -> SyncReport:
    """Bring the collection of the route to its target, which is made if need be, and verify it.

    Raises StoreError of kind `same_collection` where source and target are one, `other_perception` where the target
    was filled by another perception, `not_verified` where the target differs from the source afterwards, and as
    `Place.open` does.
    """
    settings = settings or SyncSettings()
    started_s = time.monotonic()
    _refuse_same(route)
    with route.source.open(route.collection) as source:
        if settings.dry_run:
            sent, verification = _rehearsed(route, source, settings), None
        else:
            with route.target.open(route.name, signature=source.signature, create=True) as target:
                make_ready(source, target)
                sent = send(lambda: nullcontext(source), target, settings, on_progress)
                verification = verify(lambda: nullcontext(source), target)
                refresh(target)
    return SyncReport(route.name, sent, settings.dry_run, verification, time.monotonic() - started_s)


def make_ready(source: Store, target: Store) -> None:
    """Let the target remember what filled the source, unless it does, and take vectors of the same embedders.

    Raises StoreError of kind `other_embedder` where it holds vectors of other ones under the same name.
    """
    kept = source.load_derived(_MEMORY)
    if kept is not None and target.load_derived(_MEMORY) is None:
        target.save_derived(_MEMORY, kept)
    for embedding in source.embeddings.values():
        target.add_embedding(embedding)


def send(lend: Lend, target: Store, settings: SyncSettings, on_progress: OnProgress | None = None) -> Sent:
    """Write to the target what it lacks or holds otherwise, and with `prune` remove the rest; nothing if `dry_run`."""
    sent = Sent()
    with lend() as source:
        total = source.count()
    for page in pages(lend):
        known = read_contents(target, [content.id for content in page])
        wanted = _sorted_out(page, known, sent)
        if wanted and not settings.dry_run:
            write_contents(target, wanted)
        if on_progress:
            on_progress(sent.new + sent.changed + sent.unchanged, total)
    if settings.prune:
        sent.removed = _prune(lend, target, dry_run=settings.dry_run)
    if not settings.dry_run:
        target.flush()
    return sent


def verify(lend: Lend, target: Store) -> Verification:
    """Compare everything; StoreError of kind `not_verified` where the target differs from the source."""
    verifier = Verifier(target)
    for page in pages(lend):
        verifier.compare(page)
    with lend() as source:
        return verifier.finished(source)


def pages(lend: Lend) -> Iterator[list[Content]]:
    """All items of the source by ascending id; the source is given back between pages."""
    start: str | None = None
    while True:
        with lend() as source:
            items = next(source.scan(batch=PAGE, start=start), [])
            page = contents_of(source, items)
        if page:
            yield page
        if len(page) < PAGE:
            return
        start = _next_id(page[-1].id)


def _next_id(id: str) -> str:
    return str(uuid.UUID(int=uuid.UUID(id).int + 1))


def _sorted_out(page: list[Content], known: Mapping[str, Content], sent: Sent) -> list[Content]:
    """What of a page is to be written; all of it is counted."""
    new = [content for content in page if content.id not in known]
    changed = [content for content in page if content.id in known and not content.is_in(known[content.id])]
    sent.new += len(new)
    sent.changed += len(changed)
    sent.unchanged += len(page) - len(new) - len(changed)
    return [*new, *changed]


def _prune(lend: Lend, target: Store, *, dry_run: bool) -> int:
    """Remove what the source does not hold; the number of items."""
    removed = 0
    for ids, _ in target.profiles():
        for start in range(0, len(ids), PAGE):
            some = ids[start : start + PAGE]
            with lend() as source:
                kept = {item.id for item in source.get(some)}
            gone = [id for id in some if id not in kept]
            removed += len(gone) if dry_run else target.delete(gone)
    return removed


def _rehearsed(route: Route, source: Store, settings: SyncSettings) -> Sent:
    """What would be sent; the target is not made."""
    if route.target.resolve(route.name) not in route.target.names():
        return Sent(new=source.count())
    with route.target.open(route.name, signature=source.signature) as target:
        return send(lambda: nullcontext(source), target, settings)


def _refuse_same(route: Route) -> None:
    source, target = (_real(end) for end in (route.source.address(route.collection), route.target.address(route.name)))
    if source == target:
        raise StoreError(
            f"'{route.name}' is the collection itself; name another place with --to, or another collection with --as.",
            kind="same_collection",
        )


def _real(address: Address) -> Address:
    """One folder may be named in several ways: over `..` and over links."""
    return replace(address, folder=address.folder.resolve()) if address.folder else address
