"""MPEG sound in the raw: frames one after another, with or without an ID3v2 tag in front.

A frame begins with eleven or twelve set bits, which any binary file contains somewhere. What makes a file sound is that
each frame's length leads to the next frame. Sources: ISO/IEC 11172-3 and 13818-3 (MP3), 13818-7 (ADTS), id3.org.
"""

from __future__ import annotations

from collections.abc import Callable

_JUNK_BYTES = 4096
"""A stream that was cut out of a longer one starts inside a frame; the first whole frame comes within this."""
_FRAMES = 3
"""Frames in a row that make it sound; fewer where the file ends before."""

_KBPS_MPEG1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_MPEG2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_HZ = (44100, 48000, 32000)

_FrameLength = Callable[[bytes, int], int]
"""Bytes of the frame at a position, 0 where no frame begins there."""


def id3_length(head: bytes) -> int:
    """Bytes of the ID3v2 tag at the start, header (and footer) included; 0 where there is none."""
    if len(head) < 10 or head[:3] != b"ID3" or head[3] not in (2, 3, 4) or max(head[6:10]) > 127:
        return 0
    body = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return 10 + body + (10 if head[5] & 0x10 else 0)


def holds_mp3_frames(head: bytes) -> bool:
    """Whether frames of MPEG layer III follow one another here."""
    return _holds_frames(head, _mp3_frame_length)


def holds_adts_frames(head: bytes) -> bool:
    """Whether ADTS frames of AAC follow one another here."""
    return _holds_frames(head, _adts_frame_length)


def _holds_frames(head: bytes, length_at: _FrameLength) -> bool:
    start = head.find(b"\xff", 0, _JUNK_BYTES)
    while start >= 0:
        if _is_chain(head, start, length_at):
            return True
        start = head.find(b"\xff", start + 1, _JUNK_BYTES)
    return False


def _is_chain(head: bytes, start: int, length_at: _FrameLength) -> bool:
    """Whether frames lead from `start` to the next ones, or exactly to the end of a short file that begins with one."""
    position = start
    for _ in range(_FRAMES):
        length = length_at(head, position)
        if not length:
            return False
        position += length
        if position >= len(head):
            return start == 0
    return True


def _mp3_frame_length(head: bytes, at: int) -> int:
    if at + 4 > len(head) or head[at] != 0xFF or head[at + 1] & 0xE6 != 0xE2:  # sync and layer III
        return 0
    version = head[at + 1] >> 3 & 3  # 0: MPEG 2.5, 2: MPEG 2, 3: MPEG 1
    bitrate_index, rate_index = head[at + 2] >> 4, head[at + 2] >> 2 & 3
    if version == 1 or bitrate_index in (0, 15) or rate_index == 3:
        return 0
    padding = head[at + 2] >> 1 & 1
    if version == 3:
        return 144_000 * _KBPS_MPEG1[bitrate_index] // _RATES_HZ[rate_index] + padding
    rate_hz = _RATES_HZ[rate_index] // (2 if version == 2 else 4)
    return 72_000 * _KBPS_MPEG2[bitrate_index] // rate_hz + padding


def _adts_frame_length(head: bytes, at: int) -> int:
    if at + 7 > len(head) or head[at] != 0xFF or head[at + 1] & 0xF6 != 0xF0:  # sync and layer 0
        return 0
    if head[at + 2] >> 2 & 15 > 12:  # sampling rates beyond the table
        return 0
    length = (head[at + 3] & 3) << 11 | head[at + 4] << 3 | head[at + 5] >> 5
    return length if length > 7 else 0
