"""Frames are recognised by leading to one another."""

from __future__ import annotations

import pytest

from emoretrieve.media.mpeg import holds_adts_frames, holds_mp3_frames, id3_length

MP3_HEADER = b"\xff\xfb\x90\x00"
"""MPEG 1, layer III, 128 kbit/s, 44,100 Hz: a frame is 144 * 128,000 / 44,100 = 417 bytes."""
MP3_FRAME = MP3_HEADER + bytes(413)


def test_the_length_of_an_id3_tag_is_read_from_seven_bits_a_byte() -> None:
    assert id3_length(b"ID3\x04\x00\x00\x00\x00\x02\x01") == 10 + 257


def test_a_footer_makes_an_id3_tag_longer() -> None:
    assert id3_length(b"ID3\x04\x00\x10\x00\x00\x02\x01") == 10 + 257 + 10


@pytest.mark.parametrize("head", [b"", b"ID3", b"ID3 is a tag", b"ID3\x04\x00\x00\xff\x00\x00\x00"])
def test_what_only_begins_like_a_tag_is_none(head: bytes) -> None:
    assert id3_length(head) == 0


def test_frames_in_a_row_are_mp3() -> None:
    assert holds_mp3_frames(MP3_FRAME * 4)


def test_frames_behind_junk_are_mp3() -> None:
    assert holds_mp3_frames(b"\xff\x00junk" * 20 + MP3_FRAME * 4)


def test_a_header_without_successors_is_not_mp3() -> None:
    assert not holds_mp3_frames(MP3_HEADER + bytes(5000))


def test_one_short_frame_at_the_start_is_mp3_and_one_behind_junk_is_not() -> None:
    assert holds_mp3_frames(MP3_FRAME)
    assert not holds_mp3_frames(b"junk" + MP3_FRAME)


@pytest.mark.parametrize("header", [b"\xff\xfb\xf0\x00", b"\xff\xfb\x9c\x00", b"\xff\xeb\x90\x00", b"\xff\xfd\x90\x00"])
def test_impossible_headers_and_other_layers_are_not_mp3(header: bytes) -> None:
    assert not holds_mp3_frames((header + bytes(413)) * 4)


def test_mp3_is_not_adts() -> None:
    assert not holds_adts_frames(MP3_FRAME * 4)
