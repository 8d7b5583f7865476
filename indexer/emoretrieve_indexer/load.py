"""How much is under way at once: enough to keep every model busy, little enough for the memory."""

from __future__ import annotations

import math
from collections import Counter

from emoretrieve.emotion import PARTS
from emoretrieve.item import Modality
from emoretrieve.perception.prompted.describer import Describer
from emoretrieve.perception.prompted.excerpts import Excerpts

PREPARED_BYTES = 1 << 30
"""Of decoded sound and pictures that wait for captions, altogether; a long piece of music takes tens of megabytes."""


class Load:
    """The items between their files and their colours."""

    def __init__(self, describer: Describer) -> None:
        self._describer = describer
        self._preparing: Counter[Modality] = Counter()
        self._captioning: Counter[Modality] = Counter()
        self._held_bytes = 0
        self._largest_bytes = 0
        self.waiting_for_colours = 0
        self.colouring = 0

    @property
    def at_models(self) -> int:
        """Items about which models are being asked."""
        return self._captioning.total() + self.colouring

    def fits_another(self, modality: Modality) -> bool:
        """True where one more item may be prepared: its model would soon have nothing to do, and there is memory."""
        ahead = self._preparing[modality] + self._captioning[modality]
        return ahead < self._most_captioned(modality) and (ahead == 0 or self._memory_for_another)

    @property
    def colours_in_arrears(self) -> bool:
        """True where captions come faster than colours, so that no more should be made for now."""
        return self.waiting_for_colours + self.colouring >= self._most_coloured

    @property
    def fits_another_colouring(self) -> bool:
        return self.colouring < self._most_coloured

    def note_preparing(self, modality: Modality) -> None:
        self._preparing[modality] += 1

    def note_prepared(self, modality: Modality) -> None:
        self._preparing[modality] -= 1

    def note_captioning(self, excerpts: Excerpts) -> int:
        """The bytes that it holds until they are captioned."""
        held = sum(_bytes_of(excerpts))
        self._captioning[excerpts.modality] += 1
        self._held_bytes += held
        self._largest_bytes = max(self._largest_bytes, held)
        return held

    def note_captioned(self, modality: Modality, held: int) -> None:
        self._captioning[modality] -= 1
        self._held_bytes -= held

    @property
    def _memory_for_another(self) -> bool:
        """As if every item that is being prepared were as large as the largest one so far."""
        expected = self._held_bytes + (self._preparing.total() + 1) * self._largest_bytes
        return expected <= PREPARED_BYTES

    def _most_captioned(self, modality: Modality) -> int:
        """Twice the items that fill the model with their five requests: when one is done, its successor is there."""
        at_once = self._describer.concurrency(modality) or len(PARTS)
        return 2 * math.ceil(at_once / len(PARTS)) + 2

    @property
    def _most_coloured(self) -> int:
        return 2 * (self._describer.concurrency("colour") or 1) + 16


def _bytes_of(excerpts: Excerpts) -> list[int]:
    from emoretrieve.perception.prompted.chat import SoundClip

    clips = [clip for part in excerpts.clips for clip in part]
    return [clip.samples.nbytes if isinstance(clip, SoundClip) else clip.pixels.nbytes for clip in clips]
