"""A picture made small and a sound cut short, as files that every browser shows and plays."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import soundfile
    from numpy.typing import NDArray
    from PIL import Image

PLAYED_BY_BROWSERS = {
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "oggflac": "audio/ogg",
    "vorbis": "audio/ogg",
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
}
"""Formats of sound by their media type."""
EXCERPT_S = 30.0
"""Seconds of an excerpt."""
_FADE_S = 0.5
_STREAMED_HZ = 44_100
"""The rate of excerpts of what libsndfile does not know."""
_JPEG_QUALITY = 82
_MP3_RATES_HZ = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture as a JPEG."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A sound as an MP3; `shortened` where the file goes on beyond it."""

    data: bytes
    shortened: bool


def thumbnail(path: Path, longest_edge: int) -> Thumbnail | None:
    """The picture, upright and on white, at most so many pixels wide and high; None where it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about large pictures and odd tags
            image = _small(path, longest_edge)
    except Exception:  # the file may be another one by now, and decoders of damaged data raise nearly anything
        return None
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    return Thumbnail(out.getvalue(), image.width, image.height)


def excerpt(path: Path) -> Excerpt | None:
    """All of a short sound, else half a minute from after its first quarter; None where it cannot be read.

    What libsndfile does not know (M4A, AAC) is decoded by ffmpeg, where that is installed, to mono.
    """
    import soundfile

    try:
        with soundfile.SoundFile(path) as sound:
            return _encoded(_read_excerpt(sound), sound.frames, sound.samplerate)
    except (soundfile.LibsndfileError, RuntimeError, OSError):
        return _streamed_excerpt(path)


def _small(path: Path, longest_edge: int) -> Image.Image:
    from PIL import Image, ImageOps

    from emoretrieve.media.image import MAX_PIXELS, open_parts, open_picture

    with open_picture(path) as image:
        if image.mode.startswith(("I", "F")) or image.width * image.height > MAX_PIXELS:
            return Image.fromarray(open_parts(path).whole)
        image.draft("RGB", (longest_edge, longest_edge))
        upright = ImageOps.exif_transpose(image)
        if upright.has_transparency_data:
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright.convert("RGBA"))
        upright = upright.convert("RGB")
        upright.thumbnail((longest_edge, longest_edge), reducing_gap=2.0)
        return upright


def _read_excerpt(sound: soundfile.SoundFile) -> NDArray[np.float32]:
    """(frames, channels) of at most two channels."""
    import numpy as np

    part = _part(sound.frames, sound.samplerate)
    sound.seek(part.start)
    samples: NDArray[np.float32] = np.nan_to_num(sound.read(len(part), dtype="float32", always_2d=True))
    return samples.mean(axis=1, keepdims=True) if samples.shape[1] > 2 else samples


def _streamed_excerpt(path: Path) -> Excerpt | None:
    """The same by decoding the file twice: its length is known only when all of it was decoded."""
    import numpy as np

    from emoretrieve.errors import MediaError, MissingDependency
    from emoretrieve.media.audio import stream_sound
    from emoretrieve.media.identify import identify

    try:
        media = identify(path)
        if media is None or media.modality != "audio":
            return None
        frames = sum(map(len, stream_sound(media, _STREAMED_HZ)))
        part, done, blocks = _part(frames, _STREAMED_HZ), 0, []
        for block in stream_sound(media, _STREAMED_HZ):
            blocks.append(block[max(0, part.start - done) : max(0, part.stop - done)])
            done += len(block)
    except (MediaError, MissingDependency):
        return None
    samples = np.concatenate([*blocks, np.zeros(0, dtype=np.float32)])
    return _encoded(samples[:, None], frames, _STREAMED_HZ)


def _part(frames: int, rate_hz: int) -> range:
    """Which samples of so many an excerpt holds."""
    length = int(EXCERPT_S * rate_hz)
    start = min(frames // 4, frames - length) if frames > length else 0
    return range(start, min(frames, start + length))


def _encoded(samples: NDArray[np.float32], frames: int, rate_hz: int) -> Excerpt | None:
    """These samples (n, channels) of a sound of so many frames, faded where it was cut; None where there are none."""
    import numpy as np

    if not len(samples):
        return None
    part = _part(frames, rate_hz)
    fade = np.linspace(0, 1, int(_FADE_S * rate_hz), dtype=np.float32)[:, None]
    if part.start > 0:
        samples[: len(fade)] *= fade
    if part.stop < frames:
        samples[-len(fade) :] *= fade[::-1]
    return Excerpt(_mp3(samples, rate_hz), shortened=len(part) < frames)


def _mp3(samples: NDArray[np.float32], rate_hz: int) -> bytes:
    """MP3 plays in every browser."""
    import soundfile

    if rate_hz not in _MP3_RATES_HZ:
        import soxr

        samples, rate_hz = soxr.resample(samples, rate_hz, 44_100), 44_100
    out = io.BytesIO()
    soundfile.write(out, samples, rate_hz, format="MP3", subtype="MPEG_LAYER_III", compression_level=0.7)
    return out.getvalue()
