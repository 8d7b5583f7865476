"""Decoding through libsndfile: WAV, FLAC, Ogg Vorbis, Opus, MP3, AIFF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import MediaError
from emoretrieve.media.mpeg import id3_length
from emoretrieve.media.ogg import last_page_is_cut

if TYPE_CHECKING:
    import soundfile

_BLOCK_S = 1.0
_SLACK_BYTES = 64
"""Chunk sizes of sloppy writers are off by padding and trailers; more than this is missing sound."""
_SLACK_FRAMES = 4 * 1152
"""An MP3's frame count may leave out the encoder's delay and padding."""

_SHORT_CHUNK = re.compile(r"^\s*(?:data|riff|SSND)\s*: (\d+) \(should be (\d+)\)", re.MULTILINE)
_SHORT_COUNT = re.compile(r"Calculated frame count (\d+) does not match value from 'ds64' chunk of (\d+)")
_UNKNOWN_SIZE = 0x7FFFF000
"""Writers to a pipe cannot know a size and leave the largest number there is, or one near it."""
_OPAQUE_CODES = (7, 29)
"""Of libsndfile, whose words for an MP3 without frames are "File does not exist" and "internal error"."""


def decode_with_soundfile(path: Path, rate_hz: int, channels: str) -> Iterator[NDArray[np.float32]]:
    """Blocks of mono samples at `rate_hz`; raises MediaError of kind `unreadable_media` or `truncated`."""
    import soundfile
    import soxr

    try:
        sound = soundfile.SoundFile(path)
    except (soundfile.LibsndfileError, OSError) as exc:
        raise MediaError(f"The sound '{path}' cannot be decoded: {_reason(exc)}.") from exc
    with sound:
        _refuse_short_container(sound, path)
        resampler = soxr.ResampleStream(sound.samplerate, rate_hz, 1, dtype="float32")
        for block in _mono_blocks(sound, path, channels):
            yield block if sound.samplerate == rate_hz else resampler.resample_chunk(block)
        if sound.samplerate != rate_hz:
            yield resampler.resample_chunk(np.empty(0, np.float32), last=True)


def _mono_blocks(sound: soundfile.SoundFile, path: Path, channels: str) -> Iterator[NDArray[np.float32]]:
    import soundfile

    length = max(1, int(sound.samplerate * _BLOCK_S))
    weights = _weights(sound) if channels == "mixed" else np.eye(1, sound.channels, dtype=np.float32)[0]
    done = 0
    while True:
        try:
            block = sound.read(length, dtype="float32", always_2d=True)
        except (soundfile.LibsndfileError, RuntimeError) as exc:
            raise _truncated(path, done / sound.samplerate, _reason(exc)) from exc
        if not len(block):
            break
        done += len(block)
        yield block @ weights
    if done < _promised_frames(sound, path):
        raise _truncated(path, done / sound.samplerate, f"its header promises {sound.frames / sound.samplerate:.1f} s")


def _weights(sound: soundfile.SoundFile) -> NDArray[np.float32]:
    """What each channel counts in the mix (channels,), 1 in all: front left and right alike, the centre root 2.

    That is the downmix of ITU-R BS.775 without the surrounds. Vorbis and Opus have the centre in the middle.
    """
    weights = np.zeros(sound.channels, np.float32)
    if sound.channels in (1, 2, 4):  # four: two in front, two behind
        weights[:2] = 1
    else:
        weights[:3] = (1, np.sqrt(2), 1) if sound.format == "OGG" else (1, 1, np.sqrt(2))
    weights /= weights.sum()
    return weights


def _promised_frames(sound: soundfile.SoundFile, path: Path) -> int:
    """Frames that must be there.

    An Ogg stream does not declare its length (libsndfile reckons it from the last page, and a stream that was cut out
    of another starts late); that of an MP3 is a mere guess unless its first frame is a Xing header.
    """
    if sound.format == "OGG":
        return 0
    if sound.format == "MP3":
        return sound.frames - _SLACK_FRAMES if _has_xing_header(path) else 0
    return int(sound.frames)


def _has_xing_header(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(id3_length(file.read(10)))
        head = file.read(1024)
    return b"Xing" in head or b"Info" in head


def _refuse_short_container(sound: soundfile.SoundFile, path: Path) -> None:
    """Find what libsndfile mends silently: chunks longer than the file, a last Ogg page that is cut."""
    log = sound.extra_info
    missing = [
        int(declared) - int(real)
        for declared, real in _SHORT_CHUNK.findall(log) + [pair[::-1] for pair in _SHORT_COUNT.findall(log)]
        if int(declared) < _UNKNOWN_SIZE
    ]
    if max(missing, default=0) > _SLACK_BYTES or (sound.format == "OGG" and last_page_is_cut(path)):
        raise _truncated(path, sound.frames / sound.samplerate, "its header promises more")


def _truncated(path: Path, seconds: float, reason: str) -> MediaError:
    return MediaError(
        f"The sound '{path}' is cut off or damaged after {seconds:.1f} s ({reason}); get a whole copy of it.",
        kind="truncated",
    )


def _reason(exc: Exception) -> str:
    """The library's words without the path and the full stop that our sentences bring themselves."""
    if getattr(exc, "code", None) in _OPAQUE_CODES:
        return "no sound can be found in it"
    text = getattr(exc, "error_string", None) or str(exc)
    return str(text).removeprefix("Error : ").rstrip(".") or type(exc).__name__
