"""Which items a step takes, and its random numbers: both follow from the seed and the number of the step alone."""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor


class Order:
    """Passes over all items, each in an order of its own; what does not fill a batch waits for the next pass."""

    def __init__(self, items: int, batch_size: int, seed: int) -> None:
        self.batch_size = min(batch_size, items)
        self._items, self._seed = items, seed
        self._steps = items // self.batch_size
        self._known: tuple[int, Tensor] | None = None

    def rows(self, step: int) -> Tensor:
        """(batch,) the places of the items of a step."""
        turn, place = divmod(step, self._steps)
        return self._pass(turn)[place * self.batch_size : (place + 1) * self.batch_size]

    def _pass(self, turn: int) -> Tensor:
        if self._known is None or self._known[0] != turn:
            generator = torch.Generator().manual_seed(derived_seed(self._seed, "order", turn))
            self._known = turn, torch.randperm(self._items, generator=generator)
        return self._known[1]


def derived_seed(seed: int, *what: object) -> int:
    """A seed for one purpose, as far from the others as SHA-256 can take it."""
    text = " ".join(map(str, (seed, *what)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")
