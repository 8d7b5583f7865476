"""How long the descriptions of a collection are (the paper's Tables I and II)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from emoretrieve.evaluation.lengths import Lengths
from emoretrieve.item import Modality
from emoretrieve.store import Store, Where


@dataclass(frozen=True, slots=True)
class Descriptions:
    """Words between white space. Whether a description is complete is not told here: only the reason for which a model
    stopped would tell, and a full stop is none."""

    wholes: Lengths
    fragments: Lengths
    """The four of an item together."""

    def to_json(self) -> dict[str, object]:
        return {"wholes": _json(self.wholes), "fragments": _json(self.fragments)}

    @classmethod
    def read(cls, store: Store, modality: Modality) -> Self:
        """Of the items of a modality, of which there is at least one."""
        wholes, fragments = [], []
        for items in store.scan(Where(modality)):
            wholes += [item.captions.whole for item in items]
            fragments += [" ".join(item.captions.fragments) for item in items]
        return cls(Lengths.of(wholes), Lengths.of(fragments))


def _json(lengths: Lengths) -> dict[str, object]:
    return {
        "count": lengths.count,
        "longest": lengths.longest,
        "shortest": lengths.shortest,
        "mean": lengths.mean,
        "above_mean": lengths.above,
        "below_mean": lengths.below,
        "equal_to_mean": lengths.equal,
    }
