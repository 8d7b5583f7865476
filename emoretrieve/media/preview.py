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
    """All of a short sound, else half a minute from after its first quarter; None where it cannot be read."""
    import soundfile

    try:
        with soundfile.SoundFile(path) as sound:
            longer = sound.frames > EXCERPT_S * sound.samplerate
            samples = _read_excerpt(sound)
            return Excerpt(_mp3(samples, sound.samplerate), longer) if len(samples) else None
    except (soundfile.LibsndfileError, RuntimeError, OSError):
        return None


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
    """(frames, channels) of at most two channels, faded where it was cut."""
    import numpy as np

    length = int(EXCERPT_S * sound.samplerate)
    start = min(sound.frames // 4, sound.frames - length) if sound.frames > length else 0
    sound.seek(start)
    samples: NDArray[np.float32] = np.nan_to_num(sound.read(length, dtype="float32", always_2d=True))
    if samples.shape[1] > 2:
        samples = samples.mean(axis=1, keepdims=True)
    fade = np.linspace(0, 1, int(_FADE_S * sound.samplerate), dtype=np.float32)[:, None]
    if start > 0:
        samples[: len(fade)] *= fade
    if start + length < sound.frames:
        samples[-len(fade) :] *= fade[::-1]
    return samples


def _mp3(samples: NDArray[np.float32], rate_hz: int) -> bytes:
    """MP3 plays in every browser."""
    import soundfile

    if rate_hz not in _MP3_RATES_HZ:
        import soxr

        samples, rate_hz = soxr.resample(samples, rate_hz, 44_100), 44_100
    out = io.BytesIO()
    soundfile.write(out, samples, rate_hz, format="MP3", subtype="MPEG_LAYER_III", compression_level=0.7)
    return out.getvalue()
