"""Ogg pages (RFC 3533): 27 bytes, a table of segment lengths, the segments."""

from __future__ import annotations

from pathlib import Path

_LONGEST_PAGE = 27 + 255 + 255 * 255


def last_page_is_cut(path: Path) -> bool:
    """Whether the file ends inside a page. Its decoders do not mind; one that ends between two pages looks whole."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _LONGEST_PAGE))
        tail = file.read()
    start = tail.rfind(b"OggS")
    if start < 0 or start + 27 > len(tail):
        return start >= 0
    segments = tail[start + 27 : start + 27 + tail[start + 26]]
    return start + 27 + tail[start + 26] + sum(segments) > len(tail)
