"""How long the descriptions of a collection are, and whether they are complete (the paper's Tables I and II)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from emoretrieve.evaluation.lengths import Lengths
from emoretrieve.item import Modality
from emoretrieve.perception.prompted.completeness import Completeness
from emoretrieve.store import Store, Where


@dataclass(frozen=True, slots=True)
class Described:
    """Of at least one description, in words between white space."""

    lengths: Lengths
    complete: int
    """Descriptions that their model ended."""
    cut: int
    """Descriptions that the limit of tokens cut off."""
    unknown: int
    """Descriptions of which nobody remembers why the model stopped, or that no model gave."""

    def to_json(self) -> dict[str, object]:
        lengths = self.lengths
        return {
            "count": lengths.count,
            "longest": lengths.longest,
            "shortest": lengths.shortest,
            "mean": lengths.mean,
            "above_mean": lengths.above,
            "below_mean": lengths.below,
            "equal_to_mean": lengths.equal,
            "complete": self.complete,
            "cut": self.cut,
            "unknown": self.unknown,
        }


@dataclass(frozen=True, slots=True)
class Descriptions:
    """Of the items of one modality."""

    wholes: Described
    fragments: Described
    """The four of an item together: complete where all four are, cut where one is."""

    def to_json(self) -> dict[str, object]:
        return {"wholes": self.wholes.to_json(), "fragments": self.fragments.to_json()}

    @classmethod
    def read(cls, store: Store, modality: Modality, completeness: Completeness) -> Self:
        """Of the items of a modality, of which there is at least one."""
        captions = [item.captions for items in store.scan(Where(modality)) for item in items]
        return cls(
            _described([[one.whole] for one in captions], completeness),
            _described([one.fragments for one in captions], completeness),
        )


def _described(descriptions: Sequence[Sequence[str]], completeness: Completeness) -> Described:
    """Of descriptions that consist of some captions each."""
    counts = Counter(_ended(captions, completeness) for captions in descriptions)
    lengths = Lengths.of([" ".join(captions) for captions in descriptions])
    return Described(lengths, counts[True], counts[False], counts[None])


def _ended(captions: Sequence[str], completeness: Completeness) -> bool | None:
    ended = [completeness.of(caption) for caption in captions]
    if False in ended:
        return False
    return None if None in ended else True
