"""Whether a collection holds what another one holds: every item, every checksum, and a sample of the search vectors."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import StoreError
from emoretrieve.exchange.content import Checksum, Content, read_contents
from emoretrieve.item import MODALITIES, Item, Modality
from emoretrieve.store import Store, Where
from emoretrieve.store.schema import points_of

_SAMPLE = 200
"""Items whose search vectors are compared."""
_SEED = 20261127
_ROUNDING = 1e-5
"""How far a stored unit vector may be from the computed one (float32)."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found equal in both collections."""

    items: dict[Modality, int]
    """Counted by the target's own index; of a target that holds others beside them, by id."""
    others: int
    """Items of the target that the source does not hold."""
    checksum: str
    """Over captions, colours, metadata and locations of all items, in any order."""
    sampled: int
    """Items of which every search vector was compared with the one that follows from their colours."""
    embedded: int
    """Vectors of embedders that were compared: all there are."""

    def to_json(self) -> dict[str, object]:
        return {
            "items": dict(self.items),
            "others": self.others,
            "checksum": self.checksum,
            "sampled": self.sampled,
            "embedded": self.embedded,
        }


class Verifier:
    """Compares page by page; what differs is remembered, and `finished` raises."""

    def __init__(self, target: Store) -> None:
        self._target = target
        self._there, self._here = Checksum(), Checksum()
        self._items: dict[Modality, int] = dict.fromkeys(MODALITIES, 0)
        self._embedded = 0
        self._sample = _Sample()
        self._faults = Faults()

    def compare(self, page: Sequence[Content]) -> None:
        """Look for some items of the source in the target."""
        found = read_contents(self._target, [content.id for content in page])
        self._there.add(page)
        self._here.add(found.values())
        for content in page:
            self._compare(content, found.get(content.id))
        self._sample.add([content.item for content in page])

    def finished(self, source: Store) -> Verification:
        """What was verified of all items; StoreError of kind `not_verified` where something differs."""
        self._compare_counts(source)
        self._compare_vectors()
        if str(self._there) != str(self._here):
            self._faults.add(f"the checksum is {self._there} in the source and {self._here} in the target")
        self._faults.raise_any()
        others = self._target.count() - sum(self._items.values())
        return Verification(self._items, others, str(self._here), len(self._sample.items), self._embedded)

    def _compare(self, content: Content, found: Content | None) -> None:
        if content.is_in(found):
            self._items[content.item.modality] += 1
            self._embedded += len(content.embedded)
        else:
            name = content.item.paths[0] if content.item.paths else content.item.name or content.id
            self._faults.add(f"'{name}' is missing" if found is None else f"'{name}' differs")

    def _compare_counts(self, source: Store) -> None:
        others = self._target.count() - source.count()
        for modality in MODALITIES:
            there, here = source.count(Where(modality)), self._target.count(Where(modality))
            if here < there or (here > there and not others):
                self._faults.add(f"the source counts {there} of {modality} and the target {here}")
            if self._items[modality] != there:
                self._faults.add(f"{self._items[modality]} of {modality} are equal and the source counts {there}")

    def _compare_vectors(self) -> None:
        stored = self._target.search_vectors([item.id for item in self._sample.items])
        for point in points_of(self._sample.items):
            for name, vector in point.vectors.items():
                if not _same_direction(np.array(vector), stored.get(point.id, {}).get(name)):
                    self._faults.add(f"the vector '{name}' of {point.id} is another one")


class _Sample:
    """So many items of a sequence of unknown length, each equally likely (Vitter's algorithm R, 1985)."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._random = random.Random(_SEED)
        self._seen = 0

    def add(self, items: Sequence[Item]) -> None:
        for item in items:
            self._seen += 1
            if len(self.items) < _SAMPLE:
                self.items.append(item)
            elif (place := self._random.randrange(self._seen)) < _SAMPLE:
                self.items[place] = item


class Faults:
    """What differs: the first of it, and how much."""

    def __init__(self) -> None:
        self._first = ""
        self._count = 0

    def add(self, fault: str) -> None:
        self._first = self._first or fault
        self._count += 1

    def raise_any(self) -> None:
        """Raise StoreError of kind `not_verified` where there is a fault."""
        if not self._count:
            return
        more = f" ({self._count - 1} more faults)" if self._count > 1 else ""
        raise StoreError(
            f"The target is not what the source holds: {self._first}{more}; see that nobody else writes to either of "
            "them and run the same command again.",
            kind="not_verified",
        )


def _same_direction(expected: Floats, stored: Floats | None) -> bool:
    """Some engines keep a vector as it is and some its direction; of zeros there is none."""
    if stored is None:
        return False
    return bool(np.abs(_unit(expected) - _unit(stored)).max() <= _ROUNDING)


def _unit(vector: Floats) -> Floats:
    length = np.linalg.norm(vector)
    return vector / length if length else vector
