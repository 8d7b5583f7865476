"""Pictures and sounds small enough to live inside a page."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

LONGEST_EDGE = 800
"""Pixels of an embedded picture."""
BUDGET_BYTES = 64_000_000
"""Of all that a page embeds; what comes after is only linked."""
WHOLE_FILE_BYTES = 1_000_000
"""Sounds up to this size are embedded as they are."""


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
    from emoretrieve.media.preview import thumbnail

    small = thumbnail(path, LONGEST_EDGE)
    return None if small is None else Picture(_data_uri("image/jpeg", small.data), small.width, small.height)


def embed_sound(path: Path) -> Sound | None:
    """All of a small file that browsers play, else half a minute from after the first quarter.

    None where the file cannot be decoded any more.
    """
    return _whole_file(path) or embed_excerpt(path)


def embed_excerpt(path: Path) -> Sound | None:
    """Half a minute from after the first quarter, or all of a shorter sound, encoded again: without tags.

    None where the file cannot be decoded.
    """
    from emoretrieve.media.preview import excerpt

    cut = excerpt(path)
    return None if cut is None else Sound(_data_uri("audio/mpeg", cut.data), excerpt=cut.shortened)


def _whole_file(path: Path) -> Sound | None:
    from emoretrieve.errors import MediaError
    from emoretrieve.media.identify import identify
    from emoretrieve.media.preview import PLAYED_BY_BROWSERS

    try:
        if path.stat().st_size > WHOLE_FILE_BYTES:
            return None
        media = identify(path)
        kind = PLAYED_BY_BROWSERS.get(media.format) if media else None
        return Sound(_data_uri(kind, path.read_bytes()), excerpt=False) if kind else None
    except (MediaError, OSError):
        return None


def _data_uri(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{b64encode(data).decode('ascii')}"
