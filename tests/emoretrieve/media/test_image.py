"""Pictures of every format and mode become the same upright square."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emoretrieve.errors import MediaError
from emoretrieve.media.image import MAX_JPEG_PIXELS, MAX_PIXELS, SIDE, PictureParts, open_parts

RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 160, 60), (40, 50, 190), (230, 210, 40)
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")


def four_colours(width: int = 640, height: int = 640) -> Image.Image:
    """Red and green above blue and yellow."""
    corners = Image.fromarray(np.array([[RED, GREEN], [BLUE, YELLOW]], dtype=np.uint8))
    return corners.resize((width, height), Image.Resampling.NEAREST)


def saved(path: Path, image: Image.Image, image_format: str = "PNG", **options: object) -> Path:
    image.save(path, format=image_format, **options)
    return path


def centres(parts: PictureParts) -> list[tuple[int, ...]]:
    """The mean colour in the middle of each fragment."""
    return [tuple(int(c) for c in f[80:144, 80:144].mean(axis=(0, 1)).round()) for f in parts.fragments]


def assert_close(found: list[tuple[int, ...]], expected: list[tuple[int, int, int]], tolerance: int = 8) -> None:
    assert np.abs(np.array(found) - np.array(expected)).max() <= tolerance, found


@pytest.mark.parametrize("image_format", FORMATS)
def test_every_format_gives_the_quarters_in_reading_order(tmp_path: Path, image_format: str) -> None:
    parts = open_parts(saved(tmp_path / "a", four_colours(), image_format))
    assert_close(centres(parts), [RED, GREEN, BLUE, YELLOW])


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "CMYK", "YCbCr", "LAB"])
def test_every_colour_mode_keeps_its_colours(tmp_path: Path, mode: str) -> None:
    path = saved(tmp_path / "a", four_colours().convert(mode), "TIFF")
    assert_close(centres(open_parts(path)), [RED, GREEN, BLUE, YELLOW])


def test_a_cmyk_jpeg_keeps_its_colours(tmp_path: Path) -> None:
    parts = open_parts(saved(tmp_path / "a", four_colours().convert("CMYK"), "JPEG", quality=95))
    assert_close(centres(parts), [RED, GREEN, BLUE, YELLOW])


@pytest.mark.parametrize(
    ("dtype", "scale", "image_format"),
    [("u2", 257, "PNG"), ("u2", 257, "TIFF"), (">u2", 257, "TIFF"), ("i4", 257, "TIFF"), ("f4", 1 / 255, "TIFF")],
)
def test_deep_grey_keeps_its_lightness(tmp_path: Path, dtype: str, scale: float, image_format: str) -> None:
    grey = np.zeros((200, 200))
    grey[:100, 100:], grey[100:, :100], grey[100:, 100:] = 90, 160, 255
    image = Image.fromarray((grey * scale).astype(dtype))
    parts = open_parts(saved(tmp_path / "a", image, image_format))
    assert_close(centres(parts), [(0, 0, 0), (90, 90, 90), (160, 160, 160), (255, 255, 255)], tolerance=1)


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_grey_has_no_colour(tmp_path: Path, mode: str) -> None:
    whole = open_parts(saved(tmp_path / "a", four_colours().convert(mode))).whole
    assert (whole == whole[..., :1]).all()


def test_transparency_is_white(tmp_path: Path) -> None:
    parts = open_parts(saved(tmp_path / "a", Image.new("RGBA", (50, 50), (10, 20, 30, 0))))
    assert (parts.whole == 255).all()


@pytest.mark.parametrize(("mode", "colour"), [("LA", (0, 128)), ("RGBA", (0, 0, 0, 128))])
def test_half_transparent_black_is_grey(tmp_path: Path, mode: str, colour: tuple[int, ...]) -> None:
    parts = open_parts(saved(tmp_path / "a", Image.new(mode, (50, 50), colour)))
    assert np.abs(parts.whole.astype(int) - 127).max() <= 1


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_a_transparent_colour_is_white(tmp_path: Path, mode: str) -> None:
    transparent = (0, 0, 0) if mode == "RGB" else 0
    parts = open_parts(saved(tmp_path / "a", Image.new(mode, (50, 50)), transparency=transparent))
    assert (parts.whole == 255).all()


def test_the_first_frame_of_an_animation_counts(tmp_path: Path) -> None:
    later = Image.new("RGB", (640, 640), "black")
    path = saved(tmp_path / "a", four_colours(), "GIF", save_all=True, append_images=[later])
    assert_close(centres(open_parts(path)), [RED, GREEN, BLUE, YELLOW])


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (1, None),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
    ],
)
def test_a_turned_photograph_is_upright(
    tmp_path: Path, image_format: str, orientation: int, turn: Image.Transpose | None
) -> None:
    image = four_colours(640, 480)
    exif = Image.Exif()
    exif[0x0112] = orientation
    as_taken = image if turn is None else image.transpose(turn)
    parts = open_parts(saved(tmp_path / "a", as_taken, image_format, exif=exif.tobytes()))
    assert_close(centres(parts), [RED, GREEN, BLUE, YELLOW])


def test_a_broken_exif_block_is_ignored(tmp_path: Path) -> None:
    path = saved(tmp_path / "a", four_colours(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\x7f")
    assert_close(centres(open_parts(path)), [RED, GREEN, BLUE, YELLOW])


def test_the_middle_of_a_wide_picture_is_taken(tmp_path: Path) -> None:
    wide = Image.new("RGB", (1200, 400), "black")
    wide.paste(four_colours(400, 400), (400, 0))
    parts = open_parts(saved(tmp_path / "a", wide))
    assert_close(centres(parts), [RED, GREEN, BLUE, YELLOW])
    assert parts.coverage == pytest.approx(1 / 3)


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (3, 2), (447, 449), (4000, 3000)])
@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
def test_any_size_gives_the_square(tmp_path: Path, size: tuple[int, int], image_format: str) -> None:
    parts = open_parts(saved(tmp_path / "a", Image.new("RGB", size, "white"), image_format))
    assert parts.whole.shape == (SIDE, SIDE, 3)
    assert (parts.whole >= 254).all()


def test_draft_decoding_changes_little(tmp_path: Path) -> None:
    image = four_colours(3600, 3600)
    drafted = open_parts(saved(tmp_path / "a", image, "JPEG", quality=95)).whole
    full = open_parts(saved(tmp_path / "b", image, "PNG")).whole
    assert np.abs(drafted.astype(int) - full).mean() < 2


@pytest.mark.parametrize("image_format", FORMATS)
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_a_cut_file_is_truncated(tmp_path: Path, image_format: str, share: float) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 300, 3), dtype=np.uint8))
    whole = saved(tmp_path / "whole", noise, image_format).read_bytes()
    path = tmp_path / "cut"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(MediaError, match="cut short") as caught:
        open_parts(path)
    assert caught.value.kind == "truncated"


def png_of(width: int, height: int, rows: bytes, depth: int = 1, colour_type: int = 0) -> bytes:
    """A PNG of these raw rows; black and white unless told otherwise."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [10_001, 13_000, 60_000])
def test_a_bomb_is_too_large(tmp_path: Path, side: int) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of(side, side, bytes(1000)))
    with pytest.raises(MediaError, match=f"more than {MAX_PIXELS:,} pixels") as caught:
        open_parts(path)
    assert caught.value.kind == "too_large"


def resized_jpeg(path: Path, side: int, **options: object) -> Path:
    """A small JPEG that claims to be a large square."""
    content = saved(path, four_colours(64, 64), "JPEG", **options).read_bytes()
    frame = next(content.index(marker) for marker in (b"\xff\xc0\x00\x11", b"\xff\xc2\x00\x11") if marker in content)
    path.write_bytes(content[: frame + 5] + struct.pack(">HH", side, side) + content[frame + 9 :])
    return path


@pytest.mark.parametrize(
    ("side", "progressive", "limit"), [(60_000, False, MAX_JPEG_PIXELS), (10_001, True, MAX_PIXELS)]
)
def test_a_jpeg_bomb_is_too_large(tmp_path: Path, side: int, progressive: bool, limit: int) -> None:
    with pytest.raises(MediaError, match=f"more than {limit:,} pixels") as caught:
        open_parts(resized_jpeg(tmp_path / "bomb.jpg", side, progressive=progressive))
    assert caught.value.kind == "too_large"


def test_a_jpeg_whose_colours_come_one_by_one_is_limited_as_other_pictures(tmp_path: Path) -> None:
    path = resized_jpeg(tmp_path / "bomb.jpg", 10_001)
    content = path.read_bytes()
    scan = content.index(b"\xff\xda\x00\x0c\x03")
    path.write_bytes(content[:scan] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + content[scan + 14 :])
    with pytest.raises(MediaError, match=f"more than {MAX_PIXELS:,} pixels"):
        open_parts(path)


def test_a_huge_scan_as_jpeg_is_read_at_a_smaller_size(tmp_path: Path) -> None:
    parts = open_parts(saved(tmp_path / "a", four_colours(13_600, 13_600), "JPEG"))
    assert_close(centres(parts), [RED, GREEN, BLUE, YELLOW])


def test_16_bit_colour_keeps_its_colours(tmp_path: Path) -> None:
    pixels = np.asarray(four_colours(64, 64)).astype(">u2") * 257
    rows = b"".join(b"\x00" + row.tobytes() for row in pixels)
    path = tmp_path / "a"
    path.write_bytes(png_of(64, 64, rows, depth=16, colour_type=2))
    assert_close(centres(open_parts(path)), [RED, GREEN, BLUE, YELLOW])


def test_damaged_data_are_unreadable(tmp_path: Path) -> None:
    buffer = BytesIO()
    four_colours().save(buffer, "PNG")
    content = bytearray(buffer.getvalue())
    content[60:90] = bytes(30)
    path = tmp_path / "damaged.png"
    path.write_bytes(content)
    with pytest.raises(MediaError, match="cannot be decoded") as caught:
        open_parts(path)
    assert caught.value.kind == "unreadable_media"


@pytest.mark.parametrize("image_format", FORMATS)
def test_damage_of_any_kind_is_a_media_error_at_worst(tmp_path: Path, image_format: str) -> None:
    rng = np.random.default_rng(11)
    whole = saved(tmp_path / "whole", four_colours(40, 30), image_format).read_bytes()
    path = tmp_path / "damaged"
    kinds = set()
    for _ in range(60):
        content = bytearray(whole)
        for place in rng.integers(0, len(content), 8):
            content[place] = rng.integers(256)
        path.write_bytes(content)
        try:
            open_parts(path)
        except MediaError as error:
            kinds.add(error.kind)
    assert kinds <= {"truncated", "too_large", "unreadable_media"}


def test_a_text_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "words.png"
    path.write_text("only words")
    with pytest.raises(MediaError, match=r"words\.png") as caught:
        open_parts(path)
    assert caught.value.kind == "unreadable_media"


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="No such file") as caught:
        open_parts(tmp_path / "gone.png")
    assert caught.value.kind == "unreadable_file"
