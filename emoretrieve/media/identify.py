"""What a file is, by its first bytes.

A folder may hold thousands of other files, so one stat and one small read decide; only a tag in front of MPEG sound
and an MP4 file whose brand does not say what it holds take a second read. The libraries for magic numbers stop at the
container: they call any Ogg or MP4 file by one name and take two bytes for MP3, hence the small table here.
"""

from __future__ import annotations

import re
import stat
import struct
from pathlib import Path
from typing import BinaryIO

from emoretrieve.errors import MediaError
from emoretrieve.item import Modality
from emoretrieve.media.file import MediaFile
from emoretrieve.media.mpeg import holds_adts_frames, holds_mp3_frames, id3_length

_HEAD_BYTES = 8192
_MOOV_BYTES = 1 << 20
_MAX_BOXES = 1000

_IMAGE_FORMATS = frozenset({"jpeg", "png", "webp", "gif", "tiff", "bmp", "avif"})

_SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), name)
    for pattern, name in (
        (rb"\xff\xd8\xff", "jpeg"),
        (rb"\x89PNG\r\n\x1a\n", "png"),
        (rb"RIFF....WEBP", "webp"),
        (rb"GIF8[79]a", "gif"),
        (rb"II[*+]\x00|MM\x00[*+]", "tiff"),
        # "BM" alone would take in texts: eight bytes on, the reserved zeros and the length of a known header follow.
        (rb"BM....\x00{4}....[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\x00{3}", "bmp"),
        (rb"(?:RIFF|RF64|BW64)....WAVE", "wav"),
        (rb"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", "w64"),
        (rb"fLaC", "flac"),
        (rb"OggS.{22}\x01.\x01vorbis", "vorbis"),
        (rb"OggS.{22}\x01.OpusHead", "opus"),
        (rb"OggS.{22}\x01.\x7fFLAC", "oggflac"),
        (rb"OggS.{22}\x01.Speex   ", "speex"),
        (rb"FORM....AIF[FC]", "aiff"),
    )
)

_SOUND, _PICTURE = "FLAC or MP3", "JPEG or PNG"
_NOT_READ: tuple[tuple[re.Pattern[bytes], str, str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), name, instead)
    for pattern, name, instead in (
        # An ASF header that lists a stream of sound and none of film.
        (
            rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"
            rb"(?=.*\x40\x9e\x69\xf8\x4d\x5b\xcf\x11\xa8\xfd)(?!.*\xc0\xef\x19\xbc\x4d\x5b\xcf\x11\xa8\xfd)",
            "WMA",
            _SOUND,
        ),
        (rb"MThd\x00\x00\x00\x06", "MIDI", _SOUND),
        (rb".{4}ftyp(?:hei[cmsx]|hev[cx]|mif1|msf1)", "HEIC", _PICTURE),
        (rb"\x00\x00\x00\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51\x00", "JPEG 2000", _PICTURE),
    )
)
"""Sounds and pictures that people have and that are not decoded here: what they are, what to convert them to."""


def identify(path: Path) -> MediaFile | None:
    """Recognise a sound or picture by content, whatever its name; None for anything else.

    Raises MediaError of kind `empty_file`, `unreadable_file` or, for a sound or picture of a format that is not decoded
    here, `unsupported_format`. Pipes, sockets and folders are no media.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return None
        if status.st_size == 0:
            raise MediaError(f"The file '{path}' is empty: there is nothing to describe.", kind="empty_file")
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            name = _format(file, head)
    except OSError as exc:
        reason = exc.strerror or str(exc)
        raise MediaError(f"The file '{path}' cannot be read: {reason}.", kind="unreadable_file") from exc
    if name is None:
        _refuse_known(path, head)
        return None
    return MediaFile(path, _modality(name), name)


def _modality(name: str) -> Modality:
    return "image" if name in _IMAGE_FORMATS else "audio"


def _refuse_known(path: Path, head: bytes) -> None:
    for pattern, name, instead in _NOT_READ:
        if pattern.match(head):
            raise MediaError(
                f"The file '{path}' is a {name} file, a format that emoretrieve does not read; "
                f"convert it to {instead}.",
                kind="unsupported_format",
            )


def _format(file: BinaryIO, head: bytes) -> str | None:
    tag_bytes = id3_length(head)
    if tag_bytes:
        # MP3 as a rule, also where the file ends inside the tag; FLAC and AAC files carry such tags as well.
        file.seek(tag_bytes)
        return _plain_format(file.read(_HEAD_BYTES).lstrip(b"\x00")) or "mp3"
    return _iso_format(file, head) if head[4:8] == b"ftyp" else _plain_format(head)


def _plain_format(head: bytes) -> str | None:
    for pattern, name in _SIGNATURES:
        if pattern.match(head):
            return name
    if holds_mp3_frames(head):
        return "mp3"
    return "aac" if holds_adts_frames(head) else None


def _iso_format(file: BinaryIO, head: bytes) -> str | None:
    """Tell pictures, sound and film apart in an ISO base media file; by its tracks where the brand is a general one."""
    (length,) = struct.unpack(">I", head[:4])
    brands = {head[at : at + 4] for at in range(8, min(length, len(head)), 4)}
    if brands & {b"avif", b"avis"}:
        return "avif"
    if head[8:12] in (b"M4A ", b"M4B "):
        return "m4a"
    handlers = set(re.findall(rb"hdlr.{8}(soun|vide)", _movie_box(file), re.DOTALL))
    return "m4a" if handlers == {b"soun"} else None


def _movie_box(file: BinaryIO) -> bytes:
    """The `moov` box, which describes the tracks, from wherever it stands in the file; empty where there is none."""
    position = 0
    for _ in range(_MAX_BOXES):
        file.seek(position)
        header = file.read(16)
        if len(header) < 8:
            break
        length, kind = struct.unpack(">I4s", header[:8])
        if length == 1 and len(header) == 16:
            (length,) = struct.unpack(">Q", header[8:])
        if kind == b"moov":
            return header[8:] + file.read(_MOOV_BYTES)
        if length < 8:
            break
        position += length
    return b""
