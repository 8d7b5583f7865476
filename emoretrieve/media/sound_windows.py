"""What a language model gets to hear of a sound: the whole and its four quarters, as windows of at most 30 s.

Encoders of today hear 30 s at a time and drop what is beyond without a word. So a longer part is given as several
windows in order: as many as cover it where 8 are enough, otherwise 8 that are spread evenly, the first at its beginning
and the last at its end. Windows never overlap. How much of the part they hold is counted, never assumed.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import IO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import MediaError
from emoretrieve.media.audio import SAMPLE_RATE_HZ, Samples, stream_sound
from emoretrieve.media.file import MediaFile

WINDOWS_VERSION = "1"
"""Raise it whenever other samples would be heard."""
WINDOW_S = 30
MOST_WINDOWS = 8
"""A part."""
SHORTEST_S = 0.1
"""A shorter window ends in silence up to this length: encoders need a few frames to say anything."""

_QUARTERS = 4
_IN_MEMORY_BYTES = 32 << 20
"""17 minutes; what is longer waits in a working file, since its quarters are known only at its end."""
_SAMPLE_BYTES = 2

Span: TypeAlias = tuple[int, int]
"""From the first sample to behind the last."""


@dataclass(frozen=True, slots=True, eq=False)
class SoundPart:
    """The whole of a sound, or a quarter of it."""

    windows: tuple[NDArray[np.int16], ...]
    """In order, each (n,) of 16 kHz mono, at most 30 s."""
    coverage: float
    """Share of the part that the windows hold, 0..1."""


def cut_sound(media: MediaFile) -> tuple[SoundPart, ...]:
    """The parts of a sound in the order of `emoretrieve.emotion.PARTS`; memory does not grow with its length.

    Raises what `stream_sound` raises, and MediaError of kind `nothing_to_hear` where no sample differs from zero (a
    model describes silence as if it were music) and `no_scratch` where the working file of a long sound cannot be
    written.
    """
    with _scratch_errors(media), tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spool:
        length, heard = 0, False
        for block in stream_sound(media):
            samples = _as_int16(block)
            spool.write(samples.tobytes())
            length += len(samples)
            heard = heard or bool(samples.any())
        if not heard:
            raise MediaError(
                f"The sound '{media.path}' is silent: there is nothing to describe.", kind="nothing_to_hear"
            )
        return tuple(_cut(spool, part) for part in spans_of_parts(length))


def spans_of_parts(length: int) -> tuple[Span, ...]:
    """The whole and the four quarters of so many samples; quarters differ by one sample at most."""
    ends = [length * quarter // _QUARTERS for quarter in range(_QUARTERS + 1)]
    return ((0, length), *pairwise(ends))


def spans_of_windows(part: Span) -> tuple[Span, ...]:
    """Where the windows of a part lie."""
    start, end = part
    length, longest = end - start, WINDOW_S * SAMPLE_RATE_HZ
    count = max(1, math.ceil(length / longest))
    if count <= MOST_WINDOWS:
        ends = [start + length * window // count for window in range(count + 1)]
        return tuple(pairwise(ends))
    starts = [start + (length - longest) * window // (MOST_WINDOWS - 1) for window in range(MOST_WINDOWS)]
    return tuple((first, first + longest) for first in starts)


def _cut(spool: IO[bytes], part: Span) -> SoundPart:
    spans = spans_of_windows(part)
    length = part[1] - part[0]
    heard = sum(end - start for start, end in spans)
    return SoundPart(tuple(_window(spool, span) for span in spans), heard / length if length else 1.0)


def _window(spool: IO[bytes], span: Span) -> NDArray[np.int16]:
    start, end = span
    spool.seek(start * _SAMPLE_BYTES)
    samples = np.frombuffer(bytearray(spool.read((end - start) * _SAMPLE_BYTES)), np.int16)
    missing = round(SHORTEST_S * SAMPLE_RATE_HZ) - len(samples)
    return np.pad(samples, (0, missing)) if missing > 0 else samples


def _as_int16(block: Samples) -> NDArray[np.int16]:
    """Samples of -1..1 in 16 bits, as WAV files hold them."""
    samples: NDArray[np.int16] = np.rint(block * np.float32(32767)).astype(np.int16)
    return samples


@contextmanager
def _scratch_errors(media: MediaFile) -> Iterator[None]:
    """Decoders translate their own errors: what comes through is the working file's."""
    try:
        yield
    except OSError as error:
        raise MediaError(
            f"The sound '{media.path}' is long and its working file cannot be written to '{tempfile.gettempdir()}': "
            f"{error.strerror}; free some space there, or set TMPDIR to another folder.",
            kind="no_scratch",
        ) from error
