"""What a file says of itself: the only words about it that are not seen or heard, used only when they are asked for."""

from __future__ import annotations

from emoretrieve.item import Metadata

_NAMES = ("title", "artist", "album", "genre", "description", "comment", "keywords")
"""What `use_descriptions` lets into captions, in this order."""


def said_by(metadata: Metadata) -> str:
    """Such as "title: Night Rain; artist: N. N."; empty where nothing of it is known."""
    given = [(name, " ".join(str(metadata[name]).split())) for name in _NAMES if name in metadata]
    return "; ".join(f"{name}: {value}" for name, value in given if value)
