"""Clips of a sound at any rate, at places that follow from its length: nothing is left to chance.

A model that hears some seconds at a time gets a longer sound as clips that are spread evenly, the first at its
beginning and the last at its end. The file is decoded once to learn its length and once to cut, so that memory holds
the clips alone, however long it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from emoretrieve.media.audio import Samples, stream_sound
from emoretrieve.media.file import MediaFile
from emoretrieve.media.sound_windows import Span


def sound_length(media: MediaFile, rate_hz: int) -> int:
    """Samples of mono at this rate. Raises as `stream_sound` does."""
    return sum(len(block) for block in stream_sound(media, rate_hz))


def spans_of_clips(part: Span, longest: int, most: int) -> tuple[Span, ...]:
    """Where the clips of a part lie: as many of `longest` samples as it takes to leave nothing out, `most` at most."""
    start, end = part
    return spread_clips(part, longest, max(1, min(most, math.ceil((end - start) / longest))))


def spread_clips(part: Span, longest: int, count: int) -> tuple[Span, ...]:
    """So many clips, spread evenly; they overlap where the part has fewer samples. One, if it is not longer than that.

    Clips have `longest` samples, or as many as the part.
    """
    start, end = part
    length = min(end - start, longest)
    count = count if end - start > longest else 1
    starts = [start + (end - start - length) * clip // max(count - 1, 1) for clip in range(count)]
    return tuple((first, first + length) for first in starts)


def cut_clips(media: MediaFile, rate_hz: int, spans: Sequence[Span]) -> list[Samples]:
    """The samples of each span, (its length,); what lies behind the end of the sound is silent."""
    clips = [np.zeros(end - start, np.float32) for start, end in spans]
    position = 0
    for block in stream_sound(media, rate_hz):
        for clip, (start, end) in zip(clips, spans, strict=True):
            first, last = max(start, position), min(end, position + len(block))
            if first < last:
                clip[first - start : last - start] = block[first - position : last - position]
        position += len(block)
    return clips
