"""A song and its quarters as arrays, which both captioners of this package describe part by part."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from emoretrieve.item import Captions
from emoretrieve.media import MediaFile
from emoretrieve.media.audio import Samples, stream_sound


def decode(media: MediaFile) -> Samples:
    """The whole sound (n,), 16 kHz mono; raises MediaError as `stream_sound` does."""
    return np.concatenate([np.zeros(0, np.float32), *stream_sound(media)])


def caption_parts(song: Samples, caption: Callable[[Samples], str]) -> Captions:
    """The captions of the whole and of its four quarters."""
    first, second, third, fourth = (caption(quarter) for quarter in np.array_split(song, 4))
    return Captions(caption(song), (first, second, third, fourth))
