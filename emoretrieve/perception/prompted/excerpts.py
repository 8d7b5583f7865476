"""What a language model gets to hear or see of an item."""

from __future__ import annotations

from dataclasses import dataclass

from emoretrieve.emotion import PARTS
from emoretrieve.item import Modality
from emoretrieve.media import MediaFile
from emoretrieve.perception.prompted.chat import Clip, PictureClip, SoundClip


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


def excerpts_of(media: MediaFile, said: str = "") -> Excerpts:
    """Decode a file whose SHA-256 is known and cut it. Raises MediaError, as `cut_sound` and `open_parts` do."""
    assert media.sha256 is not None
    cut = _heard if media.modality == "audio" else _seen
    return Excerpts(media.sha256, media.modality, *cut(media), said)


def _heard(media: MediaFile) -> tuple[tuple[tuple[Clip, ...], ...], tuple[float, ...]]:
    from emoretrieve.media.sound_windows import cut_sound

    parts = cut_sound(media)
    clips = tuple(tuple(SoundClip(window) for window in part.windows) for part in parts)
    return clips, tuple(part.coverage for part in parts)


def _seen(media: MediaFile) -> tuple[tuple[tuple[Clip, ...], ...], tuple[float, ...]]:
    """The whole at 448 x 448 and its quarters as cut, at 224 x 224. All lack what lies outside the middle square.

    They are copied because what Pillow lends cannot be written to, which torch complains about.
    """
    from emoretrieve.media.image import open_parts

    parts = open_parts(media.path)
    clips = tuple((PictureClip(pixels.copy()),) for pixels in (parts.whole, *parts.fragments))
    return clips, (parts.coverage,) * len(PARTS)
