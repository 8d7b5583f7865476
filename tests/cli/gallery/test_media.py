"""What the page embeds can be seen and heard anywhere."""

from __future__ import annotations

import io
import struct
import zlib
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from emoretrieve_cli.gallery.media import LONGEST_EDGE, Embedder, embed_picture, embed_sound


def decoded(source: str) -> tuple[str, io.BytesIO]:
    """Kind and content of a data URI."""
    head, _, data = source.partition(";base64,")
    return head.removeprefix("data:"), io.BytesIO(b64decode(data))


def test_a_large_picture_is_embedded_small_as_jpeg(tmp_path: Path) -> None:
    Image.new("RGB", (3000, 1500), "teal").save(tmp_path / "large.png")
    picture = embed_picture(tmp_path / "large.png")
    assert picture is not None
    kind, data = decoded(picture.source)
    assert kind == "image/jpeg"
    assert Image.open(data).size == (picture.width, picture.height) == (LONGEST_EDGE, LONGEST_EDGE // 2)


def test_a_picture_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20)).save(tmp_path / "lying.jpg", exif=exif)
    picture = embed_picture(tmp_path / "lying.jpg")
    assert picture is not None
    assert (picture.width, picture.height) == (20, 40)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "F", "CMYK"])
def test_a_picture_of_any_mode_is_embedded(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (16, 16)).save(tmp_path / "picture.tiff")
    assert embed_picture(tmp_path / "picture.tiff") is not None


def test_a_transparent_picture_lies_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (16, 16), (0, 0, 0, 0)).save(tmp_path / "glass.png")
    picture = embed_picture(tmp_path / "glass.png")
    assert picture is not None
    assert Image.open(decoded(picture.source)[1]).getpixel((8, 8)) == (255, 255, 255)


def test_a_small_sound_is_embedded_as_it_is(media: Path) -> None:
    sound = embed_sound(media / "hum.wav")
    assert sound is not None
    kind, data = decoded(sound.source)
    assert (kind, data.read(), sound.excerpt) == ("audio/wav", (media / "hum.wav").read_bytes(), False)


@pytest.mark.parametrize("rate_hz", [44_100, 37_800])
def test_a_large_sound_is_embedded_as_half_a_minute_of_mp3(tmp_path: Path, rate_hz: int) -> None:
    rng = np.random.default_rng(1)
    soundfile.write(tmp_path / "long.wav", 0.1 * rng.standard_normal((40 * rate_hz, 3)), rate_hz)
    sound = embed_sound(tmp_path / "long.wav")
    assert sound is not None
    kind, data = decoded(sound.source)
    heard = soundfile.info(data)
    assert (kind, sound.excerpt, heard.format) == ("audio/mpeg", True, "MP3")
    assert heard.duration == pytest.approx(30, abs=0.2)


@pytest.mark.parametrize("content", [None, b"", b"no media at all"])
def test_what_cannot_be_read_any_more_is_left_out(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "gone"
    if content is not None:
        file.write_bytes(content)
    assert embed_picture(file) is None
    assert embed_sound(file) is None


def png_chunk(name: bytes, content: bytes) -> bytes:
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def test_a_decompression_bomb_is_left_out(tmp_path: Path) -> None:
    size = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunks = png_chunk(b"IHDR", size) + png_chunk(b"IDAT", zlib.compress(bytes(1_000)))
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    assert embed_picture(tmp_path / "bomb.png") is None


def test_beyond_its_budget_a_page_embeds_nothing(media: Path) -> None:
    embedder = Embedder(budget_bytes=100)
    assert embedder.picture(media / "storm.png") is not None
    assert embedder.picture(media / "mist.png") is None
    assert embedder.sound(media / "hum.wav") is None
