"""Pictures and sounds small enough to live inside a page."""

from __future__ import annotations

import io
import warnings
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import soundfile
    from numpy.typing import NDArray
    from PIL import Image

LONGEST_EDGE = 800
"""Pixels of an embedded picture."""
EXCERPT_S = 30.0
"""Seconds of an embedded sound."""
BUDGET_BYTES = 64_000_000
"""Of all that a page embeds; what comes after is only linked."""
WHOLE_FILE_BYTES = 1_000_000
"""Sounds up to this size are embedded as they are."""
_PLAYED_BY_BROWSERS = {
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "oggflac": "audio/ogg",
    "vorbis": "audio/ogg",
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
}
_FADE_S = 0.5
_JPEG_QUALITY = 82
_MP3_RATES_HZ = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a JPEG data URI, upright and whole."""

    source: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound as a data URI; `excerpt` where the file goes on beyond it."""

    source: str
    excerpt: bool


Media = TypeVar("Media", Picture, Sound)


class Embedder:
    """Embeds media until the page is full."""

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        self._left = budget_bytes

    def picture(self, path: Path) -> Picture | None:
        return self._counted(embed_picture(path)) if self._left > 0 else None

    def sound(self, path: Path) -> Sound | None:
        return self._counted(embed_sound(path)) if self._left > 0 else None

    def _counted(self, media: Media | None) -> Media | None:
        self._left -= len(media.source) if media else 0
        return media


def embed_picture(path: Path) -> Picture | None:
    """The picture at most 800 pixels wide and high; None where it cannot be read any more."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about large pictures and odd tags
            image = _thumbnail(path)
    except Exception:  # the file may be another one by now, and decoders of damaged data raise nearly anything
        return None
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    return Picture(_data_uri("image/jpeg", out.getvalue()), image.width, image.height)


def embed_sound(path: Path) -> Sound | None:
    """All of a small file that browsers play, else half a minute from after the first quarter.

    None where the file cannot be decoded any more.
    """
    return _whole_file(path) or embed_excerpt(path)


def embed_excerpt(path: Path) -> Sound | None:
    """Half a minute from after the first quarter, or all of a shorter sound, encoded again: without tags.

    None where the file cannot be decoded, or not by libsndfile (M4A, AAC).
    """
    import soundfile

    try:
        with soundfile.SoundFile(path) as sound:
            longer = sound.frames > EXCERPT_S * sound.samplerate
            samples = _read_excerpt(sound)
            if len(samples) == 0:
                return None
            return Sound(_data_uri("audio/mpeg", _mp3(samples, sound.samplerate)), excerpt=longer)
    except (soundfile.LibsndfileError, RuntimeError, OSError):
        return None


def _whole_file(path: Path) -> Sound | None:
    from emoretrieve.errors import MediaError
    from emoretrieve.media.identify import identify

    try:
        if path.stat().st_size > WHOLE_FILE_BYTES:
            return None
        media = identify(path)
        kind = _PLAYED_BY_BROWSERS.get(media.format) if media else None
        return Sound(_data_uri(kind, path.read_bytes()), excerpt=False) if kind else None
    except (MediaError, OSError):
        return None


def _thumbnail(path: Path) -> Image.Image:
    from PIL import Image, ImageOps

    from emoretrieve.media.image import MAX_PIXELS, open_parts, open_picture

    with open_picture(path) as image:
        if image.mode.startswith(("I", "F")) or image.width * image.height > MAX_PIXELS:
            return Image.fromarray(open_parts(path).whole)
        image.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
        upright = ImageOps.exif_transpose(image)
        if upright.has_transparency_data:
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright.convert("RGBA"))
        upright = upright.convert("RGB")
        upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE), reducing_gap=2.0)
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


def _data_uri(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{b64encode(data).decode('ascii')}"
