"""Sound as a stream: any file becomes blocks of mono samples, at 16 kHz unless asked otherwise, however long it is.

soundfile (libsndfile) decodes what it knows, the ffmpeg program the rest; soxr resamples. No more than a second of
sound is held at a time, so memory does not grow with the length of a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import MediaError
from emoretrieve.media.file import MediaFile

SAMPLE_RATE_HZ = 16_000
"""The rate of every stream; audio language models of today listen at it."""

Samples: TypeAlias = NDArray[np.float32]

Channels: TypeAlias = Literal["mixed", "first"]
"""What becomes of several channels: the front ones are mixed, or only the first (left) one is heard."""

_FFMPEG_FORMATS = frozenset({"m4a", "aac", "oggflac", "speex"})


def stream_sound(media: MediaFile, rate_hz: int = SAMPLE_RATE_HZ, channels: Channels = "mixed") -> Iterator[Samples]:
    """Decode a sound into blocks (n,) of mono samples in -1..1; nothing at all where it holds no samples.

    Stereo is averaged, of more channels the front ones are mixed, unless only the first is wanted; samples beyond full
    scale are clipped, as a player would.
    Raises MediaError of kind `empty_file`, `unreadable_file`, `unreadable_media`, `no_audio`, `truncated` or
    `bad_audio` (NaN or infinite samples), and MissingDependency where a format needs ffmpeg; errors in the middle of
    a file come after the blocks before it.
    """
    _refuse_empty(media)
    if media.format in _FFMPEG_FORMATS:
        from emoretrieve.media.audio_ffmpeg import decode_with_ffmpeg as decode
    else:
        from emoretrieve.media.audio_soundfile import decode_with_soundfile as decode
    return (_checked(block, media) for block in decode(media.path, rate_hz, channels))


def _refuse_empty(media: MediaFile) -> None:
    try:
        size = media.path.stat().st_size
    except OSError as exc:
        reason = exc.strerror or str(exc)
        raise MediaError(f"The file '{media.path}' cannot be read: {reason}.", kind="unreadable_file") from exc
    if size == 0:
        raise MediaError(f"The file '{media.path}' is empty: there is nothing to describe.", kind="empty_file")


def _checked(block: Samples, media: MediaFile) -> Samples:
    if not np.isfinite(block).all():
        raise MediaError(
            f"The sound '{media.path}' holds samples that are not numbers (NaN or infinite); export it again.",
            kind="bad_audio",
        )
    return np.clip(block, -1.0, 1.0)


def in_hops(blocks: Iterable[Samples], length: int) -> Iterator[Samples]:
    """Cut a stream into blocks of exactly `length` samples and a shorter, non-empty last one."""
    pending: list[Samples] = []
    held = 0
    for block in blocks:
        pending.append(block)
        held += len(block)
        if held < length:
            continue
        joined = np.concatenate(pending)
        full = held - held % length
        yield from joined[:full].reshape(-1, length)
        pending, held = [joined[full:]], held - full
    if held:
        yield np.concatenate(pending)
