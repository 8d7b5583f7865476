"""Files are recognised by what they hold, never by their names."""

from __future__ import annotations

import os
import struct
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from emoretrieve.errors import MediaError
from emoretrieve.media.identify import identify

_PICTURES = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "tiff": "TIFF", "bmp": "BMP", "avif": "AVIF"}
_SOUNDS = {
    "wav": ("WAV", "PCM_16"),
    "rf64": ("RF64", "PCM_16"),
    "w64": ("W64", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "vorbis": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "aiff": ("AIFF", "PCM_16"),
}


def write_sound(path: Path, container: str, subtype: str) -> Path:
    tone = np.sin(np.arange(48_000) / 20).astype(np.float32) / 2
    soundfile.write(path, tone, 48_000, format=container, subtype=subtype)
    return path


def mp3_bytes(tmp_path: Path) -> bytes:
    """Frames of layer III without a tag."""
    return write_sound(tmp_path / "source.mp3", "MP3", "MPEG_LAYER_III").read_bytes()


def adts_frames(count: int) -> bytes:
    """Frames of AAC with the right lengths (ISO/IEC 13818-7, 6.2); the sound in them does not matter."""
    length = 200
    header = bytes([0xFF, 0xF1, 0x50, 0x80 | length >> 11, length >> 3 & 0xFF, (length & 7) << 5 | 0x1F, 0xFC])
    return (header + bytes(length - len(header))) * count


def id3_tag(body_bytes: int) -> bytes:
    size = bytes(body_bytes >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + size + bytes(body_bytes)


def iso_file(brand: bytes, *handlers: bytes) -> bytes:
    """An ISO base media file whose `moov` box stands behind the data, with one track per handler."""
    tracks = b"".join(b"hdlr" + bytes(8) + handler + bytes(12) for handler in handlers)
    boxes = ((b"ftyp", brand + bytes(4) + brand), (b"mdat", bytes(20_000)), (b"moov", tracks))
    return b"".join(struct.pack(">I4s", len(body) + 8, kind) + body for kind, body in boxes)


def identified(path: Path, content: bytes) -> str | None:
    path.write_bytes(content)
    media = identify(path)
    return None if media is None else media.format


@pytest.mark.parametrize("name", _PICTURES)
def test_a_picture_under_a_wrong_name_is_recognised(tmp_path: Path, name: str) -> None:
    path = tmp_path / "song.mp3"
    Image.new("RGB", (8, 8), "teal").save(path, format=_PICTURES[name])
    media = identify(path)
    assert media is not None
    assert (media.path, media.modality, media.format) == (path, "image", name)


@pytest.mark.parametrize("name", _SOUNDS)
def test_a_sound_under_a_wrong_name_is_recognised(tmp_path: Path, name: str) -> None:
    path = write_sound(tmp_path / "picture.png", *_SOUNDS[name])
    media = identify(path)
    assert media is not None
    assert (media.modality, media.format) == ("audio", "wav" if name == "rf64" else name)


def test_a_plain_wave_file_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
    media = identify(path)
    assert media is not None
    assert media.format == "wav"


def test_mp3_behind_a_long_id3_tag_is_recognised(tmp_path: Path) -> None:
    assert identified(tmp_path / "a", id3_tag(100_000) + mp3_bytes(tmp_path)) == "mp3"


def test_mp3_that_starts_inside_a_frame_is_recognised(tmp_path: Path) -> None:
    assert identified(tmp_path / "a", mp3_bytes(tmp_path)[100:]) == "mp3"


def test_mp3_that_ends_inside_its_tag_is_still_sound(tmp_path: Path) -> None:
    assert identified(tmp_path / "a", id3_tag(100_000)[:500]) == "mp3"


def test_flac_behind_an_id3_tag_is_flac(tmp_path: Path) -> None:
    flac = write_sound(tmp_path / "source", "FLAC", "PCM_16").read_bytes()
    assert identified(tmp_path / "a", id3_tag(300) + flac) == "flac"


def test_adts_is_aac(tmp_path: Path) -> None:
    assert identified(tmp_path / "a", adts_frames(5)) == "aac"


def test_an_itunes_brand_is_m4a(tmp_path: Path) -> None:
    assert identified(tmp_path / "a", iso_file(b"M4A ")) == "m4a"


def test_a_general_mp4_with_sound_only_is_m4a(tmp_path: Path) -> None:
    assert identified(tmp_path / "a", iso_file(b"isom", b"soun")) == "m4a"


def test_a_film_is_no_media(tmp_path: Path) -> None:
    assert identified(tmp_path / "a", iso_file(b"isom", b"vide", b"soun")) is None


@pytest.mark.parametrize(
    "content",
    [
        b"These are only words.\n" * 50,
        b"ID3 tags explained, a text that begins like one",
        b"BMW, a text that begins like a bitmap and goes on for more than a few words",
        "Wörter in UTF-16".encode("utf-16"),
        b"RIFF\x24\x00\x00\x00AVI LIST",
        b"\x00",
        b"%PDF-1.7\n%\xff\xfb\x90\x00" + bytes(range(256)) * 40,
    ],
)
def test_a_file_of_another_kind_called_mp3_is_no_media(tmp_path: Path, content: bytes) -> None:
    assert identified(tmp_path / "song.mp3", content) is None


ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(100)
ASF_SOUND, ASF_FILM = (bytes.fromhex(f"{start}4d5bcf11a8fd00805f5c442b") for start in ("409e69f8", "c0ef19bc"))


@pytest.mark.parametrize(
    ("name", "content", "instead"),
    [
        ("WMA", ASF + ASF_SOUND, "FLAC or MP3"),
        ("MIDI", b"MThd\x00\x00\x00\x06\x00\x01\x00\x02", "FLAC or MP3"),
        ("HEIC", iso_file(b"heic"), "JPEG or PNG"),
        ("HEIC", iso_file(b"mif1"), "JPEG or PNG"),
        ("JPEG 2000", b"\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x14ftypjp2 ", "JPEG or PNG"),
        ("JPEG 2000", b"\xff\x4f\xff\x51\x00\x2f\x00\x00", "JPEG or PNG"),
    ],
)
def test_a_format_that_is_not_read_is_named(tmp_path: Path, name: str, content: bytes, instead: str) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(MediaError, match=f"is a {name} file, .* convert it to {instead}") as caught:
        identify(tmp_path / "a")
    assert caught.value.kind == "unsupported_format"


def test_a_windows_film_is_no_media(tmp_path: Path) -> None:
    assert identified(tmp_path / "a", ASF + ASF_FILM + ASF_SOUND) is None


def test_random_bytes_are_no_media(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    found = [identified(tmp_path / "a", rng.bytes(8192)) for _ in range(300)]
    assert found == [None] * 300


def test_an_empty_file_is_an_error_of_its_own_kind(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    with pytest.raises(MediaError, match=r"empty\.png' is empty") as caught:
        identify(tmp_path / "empty.png")
    assert caught.value.kind == "empty_file"


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="No such file") as caught:
        identify(tmp_path / "gone.png")
    assert caught.value.kind == "unreadable_file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(b"x")
    path.chmod(0)
    with pytest.raises(MediaError, match="Permission denied") as caught:
        identify(path)
    assert caught.value.kind == "unreadable_file"


def test_a_pipe_is_no_media_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert identify(tmp_path / "pipe") is None


def test_a_strange_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a strange\nnäme ♪"
    Image.new("L", (2, 2)).save(path, format="PNG")
    media = identify(path)
    assert media is not None
    assert media.path == path
