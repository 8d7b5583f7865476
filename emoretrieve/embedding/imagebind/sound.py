"""What ImageBind hears of a sound: three clips of two seconds, as filter banks.

As the original prepares them: clips begin at 0, 1/3 and 2/3 of the way to the last possible beginning, so the very end
is never heard, and of stereo only the left channel is. Sounds shorter than two seconds are heard three times.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from emoretrieve.embedding.imagebind.filterbank import FRAME, MEL_BINS, filter_banks
from emoretrieve.errors import MediaError
from emoretrieve.media.audio import SAMPLE_RATE_HZ, Samples, stream_sound
from emoretrieve.media.file import MediaFile
from emoretrieve.media.sound_windows import Span

_CLIPS = 3
_CLIP_S = 2
_FRAMES = 204
"""Of a clip; two seconds have 198, the rest is zero before the scaling."""
_MEAN, _DEVIATION = -4.268, 9.138
"""Of the filter banks of AudioSet."""


def sound_input(media: MediaFile) -> NDArray[np.float32]:
    """The encoder's input (3, 1, 128, 204). Decodes twice, so that memory does not grow with the length of a sound.

    Raises what `stream_sound` raises, and MediaError of kind `too_short` for less than 25 ms.
    """
    length = sum(len(block) for block in stream_sound(media, channels="first"))
    if length < FRAME:
        raise MediaError(
            f"The sound '{media.path}' is shorter than 25 ms: there is nothing to embed.", kind="too_short"
        )
    clips = cut_clips(stream_sound(media, channels="first"), clip_spans(length))
    return np.stack([clip_input(clip) for clip in clips])[:, None]


def clip_spans(length: int) -> list[Span]:
    """Where the clips of so many samples lie."""
    last_start = Fraction(max(length / SAMPLE_RATE_HZ - _CLIP_S, 0))
    starts = [last_start * number / _CLIPS for number in range(_CLIPS)]
    return [(int(start * SAMPLE_RATE_HZ), min(int((start + _CLIP_S) * SAMPLE_RATE_HZ), length)) for start in starts]


def cut_clips(blocks: Iterable[Samples], spans: list[Span]) -> list[Samples]:
    """The clips, each without its mean.

    The original takes the means away in place, so that where clips overlap (sounds of less than eight seconds), a later
    clip begins with samples from which the mean of the one before is gone already.
    """
    clips = [np.zeros(end - start, np.float32) for start, end in spans]
    position = 0
    for block in blocks:
        for clip, (start, end) in zip(clips, spans, strict=True):
            first, last = max(start, position), min(end, position + len(block))
            if first < last:
                clip[first - start : last - start] = block[first - position : last - position]
        position += len(block)
    for number, (clip, (_, end)) in enumerate(zip(clips, spans, strict=True)):
        mean = clip.mean()
        clip -= mean
        for later, (start, _) in list(zip(clips, spans, strict=True))[number + 1 :]:
            later[: max(end - start, 0)] -= mean
    return clips


def clip_input(clip: Samples) -> NDArray[np.float32]:
    """One clip as the encoder takes it (128, 204)."""
    banks = filter_banks(clip)[:_FRAMES]
    padded = np.zeros((_FRAMES, MEL_BINS))
    padded[: len(banks)] = banks
    return ((padded.T - _MEAN) / _DEVIATION).astype(np.float32)
