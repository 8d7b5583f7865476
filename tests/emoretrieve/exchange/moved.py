"""Works that move whole collections and may be killed at any moment, and what must hold afterwards.

    python -m tests.emoretrieve.exchange.moved WORK DATA

A data folder holds two collections, `first` and `second`, of known items. A work goes on without end and says on its
standard output what it has done; whoever killed it looks for what is wrong (`faults`).
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from emoretrieve.exchange import sync as sync_module
from emoretrieve.exchange.reindex import reindex
from emoretrieve.exchange.sync import Route, sync
from emoretrieve.item import Item
from emoretrieve.store.place import EmbeddedPlace
from tests.emoretrieve.store.interrupted import Say, kill
from tests.emoretrieve.store.samples import SIGNATURE, assorted

COUNT = 300
CONTENTS = {
    name: sorted(assorted(COUNT, seed), key=lambda item: item.id) for seed, name in enumerate(("first", "second"))
}


def prepared(data: Path) -> EmbeddedPlace:
    """A data folder for any work."""
    place = EmbeddedPlace(data)
    for name, items in CONTENTS.items():
        with place.open(name, signature=SIGNATURE, create=True) as store:
            store.upsert(items)
        place.snapshots.create(name)
    place.set_alias("best", "first")
    return place


def items_of(place: EmbeddedPlace, name: str) -> list[Item]:
    with place.open(name) as store:
        found = [item for batch in store.scan() for item in batch]
        assert store.count() == len(found)
        return found


def copy(place: EmbeddedPlace, say: Say) -> None:
    """Take a collection to another name, remove that, and begin anew."""
    while True:
        sync(Route(place, "first", place, "copy"), on_progress=lambda done, _: say(f"done {done}"))
        say("gone")
        place.delete("copy")


def copy_faults(place: EmbeddedPlace, lines: Sequence[str]) -> Iterator[str]:
    """What was reported as looked at is there; what is there is as in the source."""
    done = 0
    for line in lines:
        done = int(line.split()[1]) if line.startswith("done") else 0
    there = {item.id: item for item in items_of(place, "copy")} if "copy" in place.names() else {}
    wanted = {item.id: item for item in CONTENTS["first"]}
    yield from (f"{item.id} is lost" for item in CONTENTS["first"][:done] if item.id not in there)
    yield from (f"{id} is another one" for id, item in there.items() if wanted.get(id) != item)
    if "copy" in place.names():
        report = sync(Route(place, "first", place, "copy"))
        if report.sent.unchanged < done or items_of(place, "copy") != CONTENTS["first"]:
            yield f"going on sent {report.sent.new} and {report.sent.changed} after {done} were done"


def switch(place: EmbeddedPlace, say: Say) -> None:
    """Let an alias lead here and there."""
    for turn in count():
        target = ("second", "first")[turn % 2]
        say(f"try {target}")
        place.set_alias("best", target)
        say(f"done {target}")
        if turn % 3 == 0:
            say(f"try {('first', 'second')[turn % 2]}")
            say(f"done {place.switch_back('best').collection}")


def switch_faults(place: EmbeddedPlace, lines: Sequence[str]) -> Iterator[str]:
    """The alias leads where it was led last, or where it was about to be led."""
    target, possible = place.resolve("best"), _possible(lines)
    if possible and target not in possible:
        yield f"the alias leads to '{target}' and not to one of {possible}"
    if items_of(place, "best") != CONTENTS[target]:
        yield f"'{target}' is not what it was"


def keep(place: EmbeddedPlace, say: Say) -> None:
    """Make snapshots, and remove all but the last few."""
    while True:
        say(f"done {place.snapshots.create('first').name}")
        for old in place.snapshots.known("first")[:-2]:
            say(f"gone {old.name}")
            place.snapshots.delete(old)


def keep_faults(place: EmbeddedPlace, lines: Sequence[str]) -> Iterator[str]:
    """What was made and not removed is there, and whatever is there can be restored."""
    said = [line.split() for line in lines]
    gone = {name for word, name in said if word == "gone"}
    known = {snapshot.name: snapshot for snapshot in place.snapshots.known("first")}
    yield from (f"{name} is lost" for word, name in said if word == "done" and name not in gone | known.keys())
    for snapshot in known.values():
        place.snapshots.restore(snapshot, "restored", replace=True)
        if items_of(place, "restored") != CONTENTS["first"]:
            yield f"{snapshot.name} brings back something else"
    if items_of(place, "first") != CONTENTS["first"]:
        yield "the collection is not what it was"


def restore(place: EmbeddedPlace, say: Say) -> None:
    """Let two snapshots take the place of one collection by turns."""
    for turn in count():
        name = ("first", "second")[turn % 2]
        say(f"try {name}")
        place.snapshots.restore(place.snapshots.known(name)[0], "restored", replace=True)
        say(f"done {name}")


def restore_faults(place: EmbeddedPlace, lines: Sequence[str]) -> Iterator[str]:
    """The collection is there from the first restoration on, as a whole of one or of the other."""
    possible = _possible(lines)
    if not possible:
        return
    found = items_of(place, "restored")
    if not any(found == CONTENTS[name] for name in possible):
        yield f"it is none of {possible}"


def _possible(lines: Sequence[str]) -> set[str]:
    """What was acknowledged last, and what was tried since, by several processes; nothing before the first was."""
    possible: set[str] = set()
    for word, name in map(str.split, lines):
        if word == "done":
            possible = {name}
        elif possible:
            possible.add(name)
    return possible


def rebuild(place: EmbeddedPlace, say: Say) -> None:
    """Build the collection of an alias anew, again and again, and remove what it led to before."""
    while True:
        done = reindex(place, "best")
        say(f"done {done.collection}")
        if done.previous != "first":
            place.delete(done.previous)


def rebuild_faults(place: EmbeddedPlace, lines: Sequence[str]) -> Iterator[str]:
    """The alias leads to a whole collection, the one that was built last or a later one."""
    done = [line.split()[1] for line in lines][-1:]
    target = place.resolve("best")
    if items_of(place, "best") != CONTENTS["first"]:
        yield f"'{target}' is not whole"
    if done and _number(target) < _number(done[0]):
        yield f"the alias leads to '{target}' after '{done[0]}' was built"


def _number(name: str) -> int:
    return int(name.partition("-")[2] or 1)


@dataclass(frozen=True, slots=True)
class Work:
    """What is done in a process of its own, and what is wrong after that was killed."""

    do: Callable[[EmbeddedPlace, Say], None]
    faults: Callable[[EmbeddedPlace, Sequence[str]], Iterator[str]]


WORKS = {
    "sync": Work(copy, copy_faults),
    "alias switch": Work(switch, switch_faults),
    "snapshot": Work(keep, keep_faults),
    "restoration": Work(restore, restore_faults),
    "reindex": Work(rebuild, rebuild_faults),
}


@dataclass(frozen=True, slots=True)
class Round:
    """One kill: how much had been acknowledged, and what was wrong then."""

    acknowledged: int
    faults: list[str]


def killed_again_and_again(name: str, data: Path, kills: int, longest_s: float) -> Iterator[Round]:
    """Kill a work at so many random moments, each time going on from what the last one left."""
    place, lines, generator = prepared(data), list[str](), random.Random(name)
    for _ in range(kills):
        said = kill(name, data, generator.uniform(0.0, longest_s), "tests.emoretrieve.exchange.moved").lines
        lines += said
        yield Round(sum(line.startswith("done") for line in said), list(WORKS[name].faults(place, lines)))


if __name__ == "__main__":
    sync_module.PAGE = 150  # more moments between pages than one
    print("begin", flush=True)
    WORKS[sys.argv[1]].do(EmbeddedPlace(Path(sys.argv[2])), lambda line: print(line, flush=True))
