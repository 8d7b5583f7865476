"""One side of what is compared: the items of one kind by ascending id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from emoretrieve.emotion.vectors import Colours
from emoretrieve.store import Store, Where


@dataclass(frozen=True, slots=True)
class Side:
    """Ids, ascending, and their colours (n, 5, 3)."""

    ids: Sequence[str]
    profiles: Colours

    @classmethod
    def read(cls, store: Store, where: Where) -> Self:
        """The items of a collection that are meant."""
        ids: list[str] = []
        batches = [np.zeros((0, 5, 3), dtype=np.uint8)]
        for some, profiles in store.profiles(where):
            ids += some
            batches.append(profiles.copy())
        return cls(ids, np.concatenate(batches))

    def __len__(self) -> int:
        return len(self.ids)
