"""Works on a server's collection whose connection is cut at any byte, and what must hold afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emoretrieve.errors import StoreError
from emoretrieve.exchange.sync import Route, sync
from emoretrieve.item import Item
from emoretrieve.store.place import EmbeddedPlace, Place
from emoretrieve.store.server.place import ServerPlace
from emoretrieve.store.server.settings import ServerSettings
from tests.emoretrieve.store.cutting_proxy import DIRECTIONS, Cut, CuttingProxy
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.interrupted import (
    ALIAS,
    NAME,
    TARGETS,
    Damage,
    Record,
    Say,
    Steps,
    churn,
    damage_in,
    upsert,
)
from tests.emoretrieve.store.samples import SIGNATURE, assorted

COUNT = 400
TURNS = 4
IMPATIENT = ServerSettings("", timeout_s=10, ready_s=1.0, retries=1, batch_points=20)


@dataclass(frozen=True, slots=True)
class Bench:
    """A server behind a line that can be cut."""

    fake: FakeQdrant
    proxy: CuttingProxy
    folder: Path
    """For what a work needs on this machine."""
    items: Sequence[Item]

    @property
    def server(self) -> ServerPlace:
        """The server as a client sees it that gives up after one repetition."""
        return ServerPlace(replace(IMPATIENT, url=self.proxy.url))


def by_steps(work: Callable[[Steps], None]) -> Callable[[Bench, Say], None]:
    def run(bench: Bench, say: Say) -> None:
        with bench.server.open(NAME, signature=SIGNATURE, create=True) as store:
            work(Steps(store, bench.items, say))

    return run


def filled(place: Place, items: Sequence[Item], name: str = NAME) -> None:
    """Let a place have a collection of these items, made where it is not there yet."""
    with place.open(name, signature=SIGNATURE, create=True) as store:
        if store.count() < len(items):
            store.upsert(items)


def sync_over(source: Place, target: Place, items: Sequence[Item], say: Say) -> None:
    """Take all items over from another place; what is reported as looked at is there."""
    order = sorted(range(len(items)), key=lambda number: items[number].id)
    say(f"try add {' '.join(map(str, order))}")
    sync(
        Route(source, NAME, target, NAME),
        on_progress=lambda done, _: say(f"done add {' '.join(map(str, order[:done]))}"),
    )


def switch(place: Place, say: Say, turns: int) -> None:
    """Let an alias lead to one collection and the other."""
    for turn in range(turns):
        say(f"try point {turn % 2}")
        place.set_alias(ALIAS, TARGETS[turn % 2])
        say(f"done point {turn % 2}")


def snapshot(place: Place, items: Sequence[Item], say: Say, turns: int) -> None:
    """Keep a collection of all items, remove some of them and bring them back."""
    say(f"done add {' '.join(map(str, range(len(items))))}")
    for turn in range(turns):
        say("try snapshot")
        kept = place.snapshots.create(NAME)
        say("done snapshot")
        gone = range(turn % 7, len(items), 7)
        with place.open(NAME) as store:
            Steps(store, items, say).remove(gone)
        say(f"try add {' '.join(map(str, gone))}")
        place.snapshots.restore(kept, NAME, replace=True)
        say(f"done add {' '.join(map(str, gone))}")
        forget_old_snapshots(place)


def forget_old_snapshots(place: Place) -> None:
    for old in place.snapshots.known(NAME)[:-2]:
        place.snapshots.delete(old)


def sync_up(bench: Bench, say: Say) -> None:
    source = EmbeddedPlace(bench.folder)
    filled(source, bench.items)
    sync_over(source, bench.server, bench.items, say)


def switch_there(bench: Bench, say: Say) -> None:
    filled(bench.server, bench.items[:10])
    filled(bench.server, bench.items[10:20], TARGETS[1])
    switch(bench.server, say, TURNS)


def snapshot_there(bench: Bench, say: Say) -> None:
    filled(bench.server, bench.items)
    snapshot(bench.server, bench.items, say, TURNS)


WORKS: dict[str, Callable[[Bench, Say], None]] = {
    "upsert": by_steps(upsert),
    "churn": by_steps(lambda steps: churn(steps, TURNS)),
    "sync": sync_up,
    "switch": switch_there,
    "snapshot": snapshot_there,
}


@dataclass(frozen=True, slots=True)
class Severed:
    """What became of a work whose line was cut."""

    cut: Cut
    error: StoreError | None
    """What stopped it; None where it went on to its end."""
    damage: Damage


def severed_again_and_again(name: str, folder: Path, cuts: int) -> Iterator[Severed]:
    """Cut the line of a work at so many random bytes, half of them for good, each time going on from what is there.

    Works that ended before the place of their cut do not count; the next one begins with an empty server.
    """
    generator = random.Random(name)
    while cuts:
        with FakeQdrant() as fake, CuttingProxy(int(fake.url.rsplit(":", 1)[1])) as proxy:
            bench, record = Bench(fake, proxy, folder, assorted(COUNT)), Record(assorted(COUNT))
            WORKS[name](bench, record.hear)
            lengths = dict(proxy.passed)
            empty(bench.server)
            record = Record(bench.items)
            while cuts:
                direction = generator.choice(DIRECTIONS)
                one = severed(
                    name, bench, record, Cut(direction, generator.randrange(lengths[direction]), cuts % 2 == 0)
                )
                if one is None:
                    break
                yield one
                cuts -= 1


def severed(name: str, bench: Bench, record: Record, cut: Cut) -> Severed | None:
    """Do a work until the line is cut or to its end, and look at the server; None where there was no cut."""
    bench.proxy.mend(cut)
    before, error = bench.proxy.cuts, None
    try:
        WORKS[name](bench, record.hear)
    except StoreError as stopped:
        error = stopped
    was_cut = bench.proxy.cuts > before
    bench.proxy.mend()
    return Severed(cut, error, damage_in(bench.server, record)) if was_cut else None


def empty(place: Place) -> None:
    """Remove everything from a server."""
    for alias in place.aliases():
        place.delete_alias(alias)
    for name in place.names():
        for one in place.snapshots.known(name):
            place.snapshots.delete(one)
        place.delete(name)
