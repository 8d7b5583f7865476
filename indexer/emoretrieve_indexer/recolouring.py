"""Recolouring: maps the captions of a collection to colours again, with another mapper or readout.

Nothing is described again. In place there are two phases. First all captions are coloured, and the collection stays as
it is: whatever goes wrong here costs nothing, and a model's answers are kept. Then all items are written with their
new colours; a collection where this broke off is not opened for anything else until the same recolouring has finished
it. Into a new collection, items are written as they are coloured.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Self

from emoretrieve.emotion import EmotionProfile
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Item
from emoretrieve.library import Library, ledger_of, remember
from emoretrieve.perception import Perception, PerceptionChoice, PerceptionSettings
from emoretrieve.perception.given import GivenCaptioner
from emoretrieve.perception.options import check_options
from emoretrieve.perception.prompted.ledger import RoleCosts
from emoretrieve.perception.registry import Opening, default_mapper, mapper_named, option_names
from emoretrieve.search.null import refresh
from emoretrieve.store.collection import Collection
from emoretrieve.store.description import unfinished_recolouring
from emoretrieve.store.place import Place, place_of
from emoretrieve.store.server.settings import ServerSettings
from emoretrieve_indexer.colouring import Colouring, costs_of
from emoretrieve_indexer.costs import Costs
from emoretrieve_indexer.interruption import Interruption, watch_for_interruption
from emoretrieve_indexer.report import Failure, OnProgress, Progress
from emoretrieve_indexer.scratch import open_scratch, scratch_errors

_BATCH = 500
"""Items read, kept or written at once."""


@dataclass(frozen=True, slots=True)
class RecolourSettings:
    """What a recolouring is asked to do."""

    perception: PerceptionChoice = field(default_factory=PerceptionChoice)
    """Mapper and options of colours; what is left open is as the collection remembers it."""
    into: str | None = None
    """The collection to write to, of the same data folder; None: in place."""
    retry_failed: bool = False
    """Ask models again about captions whose failure was kept."""


@dataclass(frozen=True, slots=True)
class RecolourReport:
    """What a recolouring did."""

    collection: str
    """The one that holds the new colours."""
    recoloured: int
    """Items written; 0 where some failed in place: then nothing was changed."""
    failed: tuple[Failure, ...]
    """Items whose captions cannot be coloured, by name."""
    seconds: float
    costs: Costs = field(default_factory=Costs)

    def to_json(self) -> dict[str, object]:
        """The report as `emoretrieve recolour --json` prints it."""
        return {
            "collection": self.collection,
            "recoloured": self.recoloured,
            "failed": [failure.to_json() for failure in self.failed],
            "seconds": self.seconds,
            "costs": self.costs.to_json(),
        }


def recolour(
    data: Path,
    collection: str,
    settings: RecolourSettings,
    on_progress: OnProgress | None = None,
    *,
    server: ServerSettings | None = None,
) -> RecolourReport:
    """Give the items of a collection, of the data folder or of a server, the colours of another mapper.

    In place all items or none: where captions cannot be coloured, nothing is changed and the report lists them. Into a
    new collection all others go. Raises PerceptionError where no captions could be coloured or the mapper is none
    (`no_mapper`), StoreError (`unfinished_recolouring`) where another recolouring of the collection broke off, and
    KeyboardInterrupt after Ctrl-C or SIGTERM while captions are being coloured; running it again goes on.
    """
    started_s = time.monotonic()
    place = place_of(data, server)
    with (
        watch_for_interruption() as interruption,
        place.open(collection, unfinished=True) as store,
        closing(_Goal.of(store, data, settings)) as goal,
        closing(_NewColours(store, goal, interruption, on_progress)) as colours,
    ):
        if store.recolouring not in (None, goal.signature):
            raise unfinished_recolouring(collection, store.recolouring)
        recoloured = _in_place(colours) if settings.into is None else _into(colours, place, settings.into)
        return RecolourReport(
            settings.into or collection,
            recoloured,
            tuple(sorted(colours.failed, key=lambda failure: failure.path)),
            time.monotonic() - started_s,
            costs_of(goal.perception, colours.asked, RoleCosts()),
        )


def _in_place(colours: _NewColours) -> int:
    """All items, or none where one failed; the number of items written."""
    store, goal = colours.store, colours.goal
    for batch in _batches(colours.coloured_items()):
        colours.keep(batch)
    if colours.failed:
        return 0
    written = 0
    with store.recoloured(goal.signature):
        for items in store.scan(batch=_BATCH):
            store.upsert([colours.with_kept(item) for item in items])
            written += len(items)
        remember(store, goal.settings)
    refresh(store)
    return written


def _into(colours: _NewColours, place: Place, collection: str) -> int:
    """All items that can be coloured, into another collection, which may hold some already; the number written."""
    written = 0
    with place.open(collection, signature=colours.goal.signature, create=True) as store:
        remember(store, colours.goal.settings)
        for batch in _batches(colours.coloured_items()):
            store.upsert(batch)
            written += len(batch)
        store.flush()
        refresh(store)
    return written


@dataclass(frozen=True, slots=True)
class _Goal:
    """What the items will be coloured by."""

    settings: PerceptionSettings
    perception: Perception
    signature: Mapping[str, str]
    retry_failed: bool

    @classmethod
    def of(cls, store: Collection, data: Path, asked: RecolourSettings) -> Self:
        """The mapper that was asked for; the captioner is not opened, and its signature stays."""
        settings = Library(store, perception=_of_colours(asked.perception)).settings
        mapper_name = settings.mapper or default_mapper(settings.name)
        if mapper_name == "given":
            raise PerceptionError(
                "The mapper 'given' makes no colours; name another one with --mapper, such as lexicon, or give other "
                "colours with 'emoretrieve index --captions FILE --colours FILE'.",
                kind="no_mapper",
            )
        check_options(settings.options, option_names(settings))
        opening = Opening(settings, ledger_of(data))
        mapper = mapper_named(mapper_name)(opening)
        perception = Perception(settings, GivenCaptioner(), mapper, opening.ledger_in_use, opening.origins)
        return cls(settings, perception, _signature(store, perception), asked.retry_failed)

    def close(self) -> None:
        self.perception.close()


def _of_colours(choice: PerceptionChoice) -> PerceptionChoice:
    """What a choice says of colours: a perception that it names stands for the mapper that belongs to it."""
    mapper = choice.mapper or (None if choice.name is None else default_mapper(choice.name))
    return PerceptionChoice(mapper=mapper, options=choice.options, background=choice.background)


def _signature(store: Collection, perception: Perception) -> Mapping[str, str]:
    """That of the perception, with the collection's captioner in the place of the one that stands in for it."""
    described_by = {key: value for key, value in store.signature.items() if _is_captioner(key)}
    signature: dict[str, str] = {}
    for key, value in perception.signature.items():
        signature |= described_by if _is_captioner(key) else {key: value}
    return signature


def _is_captioner(key: str) -> bool:
    return key.startswith("captioner.")


class _NewColours:
    """The new colours of a collection's items, kept on disk until all of them are known."""

    def __init__(
        self, store: Collection, goal: _Goal, interruption: Interruption, on_progress: OnProgress | None
    ) -> None:
        self.store = store
        self.goal = goal
        self.failed: list[Failure] = []
        self.asked = 0
        """Items whose captions the mapper was asked about."""
        self._count = store.count()
        self._interruption = interruption
        self._on_progress = on_progress
        with scratch_errors():
            self._table = open_scratch("CREATE TABLE kept (id TEXT PRIMARY KEY, colours TEXT) WITHOUT ROWID")

    def coloured_items(self) -> Iterator[Item]:
        """The items in their new colours, in any order; those that cannot be coloured go to `failed`.

        Raises KeyboardInterrupt where the run is interrupted.
        """
        items = ((item, item.captions) for item in chain.from_iterable(self.store.scan(batch=_BATCH)))
        colouring = Colouring[Item](self.goal.perception, self._interruption, retry_failed=self.goal.retry_failed)
        for item, outcome in colouring.run(lambda: next(items, None)):
            self.asked += 1
            if isinstance(outcome, PerceptionError):
                self.failed.append(Failure(_name(item), str(outcome), outcome.kind, outcome.answer))
            else:
                yield replace(item, profile=outcome.profile, spread=outcome.spread)
            self._tell()
        if self._interruption.wanted:
            raise KeyboardInterrupt

    def keep(self, items: Sequence[Item]) -> None:
        """Keep the colours of these items."""
        rows = [(item.id, json.dumps([[list(part) for part in item.profile.parts], item.spread])) for item in items]
        with scratch_errors():
            self._table.executemany("INSERT INTO kept VALUES (?, ?)", rows)

    def with_kept(self, item: Item) -> Item:
        """The item in the colours that were kept of it."""
        with scratch_errors():
            [(text,)] = self._table.execute("SELECT colours FROM kept WHERE id = ?", (item.id,))
        colours, spread = json.loads(text)
        kept = None if spread is None else tuple((r, g, b) for r, g, b in spread)
        return replace(item, profile=EmotionProfile.of(colours), spread=kept)

    def close(self) -> None:
        self._table.close()

    def _tell(self) -> None:
        if self._on_progress:
            self._on_progress(Progress(self._count, self.asked, len(self.failed), finding=False))


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    while batch := list(islice(items, _BATCH)):
        yield batch


def _name(item: Item) -> str:
    return item.paths[0] if item.paths else item.name or item.id
