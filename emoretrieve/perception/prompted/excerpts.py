"""What a language model gets to hear or see of an item."""

from __future__ import annotations

from dataclasses import dataclass

from emoretrieve.item import Modality
from emoretrieve.perception.prompted.chat import Clip


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
