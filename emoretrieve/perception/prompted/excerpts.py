"""What a language model gets to hear or see of an item."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion import PARTS
from emoretrieve.item import Modality
from emoretrieve.media import MediaFile
from emoretrieve.media.audio import SAMPLE_RATE_HZ
from emoretrieve.media.image import SIDE, PictureParts, open_parts
from emoretrieve.perception.prompted.chat import Clip, PictureClip, SoundClip

_QUARTERED = SAMPLE_RATE_HZ
"""Samples, 1 s: the quarters of a shorter sound may have been filled up with silence."""


@dataclass(frozen=True, slots=True, eq=False)
class Excerpts:
    """The whole and the four fragments of one file, decoded: small enough to be sent between processes."""

    sha256: str
    """Of the file's bytes: what answers are remembered by."""
    modality: Modality
    clips: tuple[tuple[Clip, ...], ...]
    """For each part of `emoretrieve.emotion.PARTS`: one picture, or the windows of a sound in order."""
    coverage: tuple[float, ...]
    """For each part: the share of it that lies in its clips, 0..1."""
    said: str = ""
    """What the file says of itself, under `use_descriptions`: title, artist, tags."""

    def __reduce__(self) -> tuple[object, ...]:
        """What lies in one clip as a whole is sent once; its quarters are cut again where it arrives."""
        whole, *more = self.clips[0]
        if isinstance(whole, PictureClip) and whole.pixels.shape == (SIDE, SIDE, 3):
            return _of_picture, (self.sha256, PictureParts(whole.pixels, self.coverage[0]), self.said)
        if isinstance(whole, SoundClip) and not more and len(whole.samples) >= _QUARTERED:
            return _of_short_sound, (self.sha256, whole.samples, self.said)
        return Excerpts, (self.sha256, self.modality, self.clips, self.coverage, self.said)


def excerpts_of(media: MediaFile, said: str = "") -> Excerpts:
    """Decode a file whose SHA-256 is known and cut it. Raises MediaError, as `cut_sound` and `open_parts` do."""
    assert media.sha256 is not None
    if media.modality == "image":
        return _of_picture(media.sha256, _writable(open_parts(media.path)), said)
    from emoretrieve.media.sound_windows import cut_sound

    parts = cut_sound(media)
    clips = tuple(tuple(SoundClip(window) for window in part.windows) for part in parts)
    return Excerpts(media.sha256, "audio", clips, tuple(part.coverage for part in parts), said)


def _of_picture(sha256: str, parts: PictureParts, said: str) -> Excerpts:
    """The whole at 448 x 448 and its quarters as cut, at 224 x 224. All lack what lies outside the middle square."""
    clips = tuple((PictureClip(pixels),) for pixels in (parts.whole, *parts.fragments))
    return Excerpts(sha256, "image", clips, (parts.coverage,) * len(PARTS), said)


def _of_short_sound(sha256: str, samples: NDArray[np.int16], said: str) -> Excerpts:
    """A sound that one window holds, and so does it each quarter."""
    from emoretrieve.media.sound_windows import spans_of_parts

    clips = tuple((SoundClip(samples[start:end]),) for start, end in spans_of_parts(len(samples)))
    return Excerpts(sha256, "audio", clips, (1.0,) * len(PARTS), said)


def _writable(parts: PictureParts) -> PictureParts:
    """What Pillow lends cannot be written to, which torch complains about."""
    return replace(parts, whole=parts.whole.copy())
