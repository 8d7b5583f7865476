"""The two ways of getting colours out of a language model: what it writes, and how it weighs answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from emoretrieve.item import Captions
from emoretrieve.perception import Coloured


class Readout(Protocol):
    """Asks a model about captions, remembers its answers and counts what they cost."""

    @property
    def signature(self) -> Mapping[str, str]:
        """What the colours depend on beside model and prompts."""
        ...

    @property
    def at_once(self) -> int:
        """Requests that are made at the same time about the captions of one item."""
        ...

    async def colour(self, captions: Captions) -> Coloured:
        """Raise PerceptionError where the model's answer gives no colours (`bad_colours`), or where there is none."""
        ...
