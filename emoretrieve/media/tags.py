"""What a file says about itself: title, artist, year and the like.

Tags are written by strangers: whatever is broken in them is left out, texts are cleaned and cut to a sane length, and
no file is read further than its tags.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from emoretrieve.item import Value
from emoretrieve.media.file import MediaFile
from emoretrieve.media.image import open_picture

MAX_TEXT = 500
"""Characters of a text that are kept."""

_SOUND_KEYS = {
    "title": "title",
    "artist": "artist",
    "album": "album",
    "albumartist": "album_artist",
    "composer": "composer",
    "genre": "genre",
    "mood": "mood",
    "copyright": "copyright",
    "description": "description",
    "comment": "description",
    "date": "year",
    "originaldate": "year",
    "year": "year",
}
"""Vorbis comments, and the names that mutagen gives to the tags of MP3 and MP4."""
_ID3_FRAMES = {
    "TIT2": "title",
    "TPE1": "artist",
    "TALB": "album",
    "TPE2": "album_artist",
    "TCOM": "composer",
    "TCON": "genre",
    "TMOO": "mood",
    "TCOP": "copyright",
    "COMM": "description",
    "TDRC": "year",
    "TDOR": "year",
}
"""The ID3 frames of WAV and AIFF, which mutagen leaves under their own names."""
_EXIF_TAGS = {0x9C9B: "title", 0x010E: "description", 0x013B: "artist", 0x9C9D: "artist", 0x8298: "copyright"}
_EXIF_IFD, _DATE_TAKEN = 0x8769, 0x9003
_IPTC_TAGS = {
    (2, 5): "title",
    (2, 80): "artist",
    (2, 55): "year",
    (2, 116): "copyright",
    (2, 120): "description",
    (2, 25): "keywords",
}
_TEXT_CHUNKS = {
    "title": "title",
    "author": "artist",
    "artist": "artist",
    "copyright": "copyright",
    "description": "description",
    "comment": "description",
    "creation time": "year",
}
"""PNG text and the comment of GIF and JPEG, as Pillow names them."""
_YEAR = re.compile(r"(?<!\d)(\d{4})(?:\d{4})?(?!\d)")
"""1998, 1998-05-01, 1998:05:01 or 19980501."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")

_Pair = tuple[str, object]


def read_tags(media: MediaFile) -> dict[str, Value]:
    """Title, artist, album, year (a number), genre, description, copyright ... as far as the file names them.

    Never raises: a file without readable tags has none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if media.modality == "audio":
            return _first_of_each(_attempt(_sound_tags, media.path))
        return _first_of_each(
            pair for read in (_iptc_tags, _exif_tags, _text_chunks) for pair in _attempt(read, media.path)
        )


def _attempt(read: Callable[[Path], Iterable[_Pair]], path: Path) -> list[_Pair]:
    """What one reader finds; nothing where the data are damaged, for parsers of them may raise anything."""
    try:
        return [(name, _year(raw) if name == "year" else _text(raw)) for name, raw in read(path)]
    except Exception:
        return []


def _first_of_each(pairs: Iterable[_Pair]) -> dict[str, Value]:
    """Values by name; the first one of a name counts."""
    tags: dict[str, Value] = {}
    for name, value in pairs:
        if value and isinstance(value, str | int):
            tags.setdefault(name, value)
    return tags


def _year(raw: object) -> int | None:
    found = _YEAR.search(_text(raw))
    return int(found.group(1)) if found and found.group(1) != "0000" else None


def _text(raw: object) -> str:
    if isinstance(raw, bytes):
        raw = _decoded(raw)
    elif isinstance(raw, list | tuple):
        raw = "; ".join(filter(None, (_text(part) for part in raw[:20])))
    return _UNPRINTABLE.sub(" ", str(raw)[: 4 * MAX_TEXT]).strip()[:MAX_TEXT].rstrip()


def _decoded(raw: bytes) -> str:
    raw = raw[: 4 * MAX_TEXT]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _sound_tags(path: Path) -> Iterable[_Pair]:
    import mutagen

    sound = mutagen.File(path, easy=True)
    if sound is None or sound.tags is None:
        return []
    tags: Mapping[str, object] = dict(sound.tags)
    if any(key[:4] in _ID3_FRAMES for key in tags):
        return [
            (_ID3_FRAMES[key[:4]], getattr(frame, "text", "")) for key, frame in tags.items() if key[:4] in _ID3_FRAMES
        ]
    return [(name, tags[key]) for key, name in _SOUND_KEYS.items() if key in tags]


def _iptc_tags(path: Path) -> list[_Pair]:
    from PIL import IptcImagePlugin

    with open_picture(path) as image:
        iptc = IptcImagePlugin.getiptcinfo(image) or {}
    return [(name, iptc[tag]) for tag, name in _IPTC_TAGS.items() if tag in iptc]


def _exif_tags(path: Path) -> list[_Pair]:
    from PIL import Image

    with open_picture(path) as image:
        if image.format == "TIFF":
            exif = image.getexif()
        else:  # getexif() of a PNG would decode the picture in search of tags behind it
            exif = Image.Exif()
            exif.load(image.info.get("exif", b""))
        pairs: list[_Pair] = [(name, _exif_text(tag, exif[tag])) for tag, name in _EXIF_TAGS.items() if tag in exif]
        return [*pairs, ("year", exif.get_ifd(_EXIF_IFD).get(_DATE_TAKEN, ""))]


def _exif_text(tag: int, raw: object) -> object:
    """Windows' own tags (0x9C..) are UTF-16; Pillow reads all other texts as Latin-1, though many are UTF-8."""
    if tag >> 8 == 0x9C and isinstance(raw, bytes | tuple):
        return bytes(raw).decode("utf-16-le", errors="replace")
    return raw.encode("latin-1", errors="replace") if isinstance(raw, str) else raw


def _text_chunks(path: Path) -> list[_Pair]:
    with open_picture(path) as image:
        texts = {str(key).lower(): value for key, value in image.info.items()}
    return [(name, texts[key]) for key, name in _TEXT_CHUNKS.items() if key in texts]
