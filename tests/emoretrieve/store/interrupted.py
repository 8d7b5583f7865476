"""Works on a collection that may be interrupted at any moment, and what must hold afterwards whatever the moment.

    python -m tests.emoretrieve.store.interrupted WORK DATA

A work is done on the collection `NAME` of a data folder. It announces each step before it ("try add 3 4", by the
numbers of the items) and acknowledges it after it ("done add 3 4"). Whoever interrupted it tells from these lines, in a
`Record`, which items must be there and which must not; those of a step that was only tried may be either. A work goes
on from whatever an earlier one left.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path

from emoretrieve.errors import StoreError
from emoretrieve.item import Item
from emoretrieve.store import Store
from emoretrieve.store.collections import open_collection
from emoretrieve.store.place import Place
from tests.emoretrieve.store.samples import SIGNATURE, assorted

ROOT = Path(__file__).parents[3]
NAME = "interrupted"
COUNT = 3_000
BATCH = 25

TARGETS = (NAME, "other")
"""What the alias leads to in turn."""
ALIAS = "art"

Say = Callable[[str], None]
Work = Callable[[Path, Sequence[Item], Say], None]


@dataclass
class Record:
    """What a work said of itself, over all its interruptions."""

    items: Sequence[Item]
    present: set[int] = field(default_factory=set)
    """Items that are acknowledged to be there, by number."""
    absent: set[int] = field(default_factory=set)
    """Items that are acknowledged to be removed. Those of a step that was only tried are in neither."""
    steps: Counter[str] = field(default_factory=Counter)
    """How many steps of each kind were acknowledged."""
    leads_to: set[int] = field(default_factory=set)
    """Where the alias may lead, by number in `TARGETS`; nothing before it was made."""

    def hear(self, line: str) -> None:
        said, kind, *words = line.split()
        numbers = set(map(int, words))
        if said == "done":
            self.steps[kind] += 1
        match said, kind:
            case "try", "add":
                self.absent -= numbers
            case "done", "add":
                self.present |= numbers
                self.absent -= numbers
            case "try", "remove":
                self.present -= numbers
            case "done", "remove":
                self.absent |= numbers
            case "try", "point":
                self.leads_to |= numbers
            case "done", "point":
                self.leads_to = numbers


@dataclass(frozen=True, slots=True)
class Damage:
    """What an interruption did to a collection; nothing of it may be."""

    lost: int = 0
    """Acknowledged items that are not there."""
    changed: int = 0
    """Items that are there otherwise than they were written."""
    risen: int = 0
    """Items that were acknowledged to be removed and are there."""
    doubled: int = 0
    """Items, or counted points, beyond one of each."""
    miscounted: int = 0
    """Modalities whose kept number of items is not that of the items."""
    misled: int = 0
    """Aliases that lead elsewhere than they were acknowledged to, or may on the way."""
    broken: int = 0
    """Snapshots that are listed and cannot be restored."""

    def __add__(self, other: Damage) -> Damage:
        return Damage(*map(sum, zip(astuple(self), astuple(other), strict=True)))


def damage_of(store: Store, record: Record) -> Damage:
    """Compare what a store holds with what was acknowledged."""
    kept = [one for batch in store.scan() for one in batch]
    by_id = {one.id: one for one in kept}
    modalities = Counter(one.modality for one in kept)
    return Damage(
        lost=sum(record.items[number].id not in by_id for number in record.present),
        changed=sum(by_id.get(item.id, item) != item for item in record.items),
        risen=sum(record.items[number].id in by_id for number in record.absent),
        doubled=len(kept) - len(by_id) + abs(store.count() - len(kept)),
        miscounted=sum(store.moments("aligned", modality).count != modalities[modality] for modality in modalities),
    )


class Steps:
    """The steps of a work on a store: said before and after."""

    def __init__(self, store: Store, items: Sequence[Item], say: Say) -> None:
        self.store = store
        self.items = items
        self._say = say

    def step(self, kind: str, action: Callable[[], object], numbers: Sequence[int] = ()) -> None:
        what = " ".join([kind, *map(str, numbers)])
        self._say(f"try {what}")
        action()
        self._say(f"done {what}")

    def add(self, numbers: Sequence[int]) -> None:
        self.step("add", lambda: self.store.upsert([self.items[number] for number in numbers]), numbers)

    def remove(self, numbers: Sequence[int]) -> None:
        self.step("remove", lambda: self.store.delete([self.items[number].id for number in numbers]), numbers)

    def there(self) -> list[bool]:
        """For each item whether the store has it."""
        known = {id for ids, _ in self.store.profiles() for id in ids}
        return [item.id in known for item in self.items]


def upsert(steps: Steps) -> None:
    """Add what is not there yet, as indexing does, flushing now and then."""
    missing = [number for number, there in enumerate(steps.there()) if not there]
    for start in range(0, len(missing), BATCH):
        steps.add(missing[start : start + BATCH])
        if start % (8 * BATCH) == 0:
            steps.step("flush", steps.store.flush)


def churn(steps: Steps, turns: int = sys.maxsize) -> None:
    """Add, write again and remove: what is removed comes back in a later turn."""
    for turn in range(turns):
        there = steps.there()
        missing = [number for number, is_there in enumerate(there) if not is_there]
        steps.add(missing[: 8 * BATCH])
        steps.add(missing[: 2 * BATCH])
        steps.remove([number for number, is_there in enumerate(there) if is_there and number % 5 == turn % 5])


def optimise(steps: Steps) -> None:
    """Write everything anew in its best form, again and again, with a few changes in between."""
    steps.add([number for number, there in enumerate(steps.there()) if not there])
    for turn in range(sys.maxsize):
        steps.step("optimise", steps.store.optimise)
        steps.remove([turn % len(steps.items)])
        steps.add([turn % len(steps.items)])


def on_the_collection(work: Callable[[Steps], None]) -> Work:
    def run(data: Path, items: Sequence[Item], say: Say) -> None:
        with open_collection(data, NAME, signature=SIGNATURE, create=True) as store:
            say("begin")
            work(Steps(store, items, say))

    return run


WORKS: dict[str, Work] = {
    "upsert": on_the_collection(upsert),
    "churn": on_the_collection(churn),
    "optimise": on_the_collection(optimise),
}


def work(name: str, data: Path) -> None:
    """Do a work in this process, on the embedded engine; what it says goes to the standard output."""
    WORKS[name](data, assorted(COUNT), lambda line: print(line, flush=True))


@dataclass(frozen=True, slots=True)
class Killed:
    """How a work in a process of its own went."""

    lines: tuple[str, ...]
    """What it said."""
    finished: bool
    """It was done before the moment of the kill."""


def kill(name: str, data: Path, moment_s: float | None, module: str = "tests.emoretrieve.store.interrupted") -> Killed:
    """Do a work of a module in a process of its own and kill that (SIGKILL) so many seconds after; None lets it end."""
    command = [sys.executable, "-m", module, name, str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        if process.stdout.readline() == "begin\n" and moment_s is not None:
            time.sleep(moment_s)
            process.send_signal(signal.SIGKILL)
        lines = [line.strip() for line in process.stdout if line.endswith("\n")]
    return Killed(tuple(lines), process.returncode == 0)


@dataclass(frozen=True, slots=True)
class Round:
    """A kill, and what all works on this data folder have said so far."""

    killed: Killed
    data: Path
    record: Record


def killed_again_and_again(name: str, folder: Path, kills: int, longest_s: float) -> Iterator[Round]:
    """Kill a work at so many random moments up to `longest_s`, each time going on from what the last one left.

    A work that was done before its moment does not count; the next one begins anew in another data folder.
    """
    generator = random.Random(name)
    data, record = folder / "0", Record(assorted(COUNT))
    while kills:
        killed = kill(name, data, generator.uniform(0.0, longest_s))
        heard(record, killed.lines)
        yield Round(killed, data, record)
        if killed.finished:
            data, record = folder / f"{kills}", Record(record.items)
        else:
            kills -= 1


def heard(record: Record, lines: Iterable[str]) -> None:
    for line in lines:
        record.hear(line)


def damage_in(place: Place, record: Record) -> Damage:
    """What the place of a work holds compared with what was acknowledged."""
    if NAME not in place.names():
        return Damage(lost=len(record.present))
    leads = TARGETS.index(place.resolve(ALIAS)) if ALIAS in place.aliases() else None
    misled = bool(record.leads_to) and leads not in {*record.leads_to, *({None} if not record.steps["point"] else ())}
    with place.open(NAME, signature=SIGNATURE) as store:
        return damage_of(store, record) + Damage(misled=int(misled), broken=broken_snapshots(place))


def broken_snapshots(place: Place) -> int:
    """How many of the snapshots that are listed cannot be restored."""
    broken = 0
    for one in place.snapshots.known(NAME):
        try:
            place.snapshots.restore(one, "restored", replace=True)
        except StoreError:
            broken += 1
    return broken


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]))
