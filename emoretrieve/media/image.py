"""Pictures as the study looks at them: upright, the middle square at 448 x 448 pixels, and its four quarters.

Transparent pictures are laid on white, as galleries and browsers show them; 16-bit, floating-point and CMYK pictures
are brought to 8-bit RGB; of an animation the first frame counts. Embedded colour profiles are not applied.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import MediaError

if TYPE_CHECKING:
    from PIL import Image, ImageFile

PARTS_VERSION = "1"
"""Raise it whenever other pixels would be seen."""
SIDE = 448
"""Pixels along each side of the square that is looked at."""
MAX_PIXELS = 100_000_000
"""Pictures with more pixels are refused: decoding them may take all memory (decompression bombs)."""
MAX_JPEG_PIXELS = 2_000_000_000
"""The same for a JPEG that is decoded line by line at a smaller size, such as the scans of museums.

No side is longer than 65,535, so that at most 67 million pixels are left of it: what is refused here is hours of work.
"""

Pixels = NDArray[np.uint8]
"""RGB, (height, width, 3), 0..255."""

_ORIENTATION_TAG = 0x0112
_SMOOTH_MODES = ("RGB", "RGBA", "L", "LA", "CMYK", "YCbCr", "LAB")
"""Modes whose pixels can be averaged; in the others a number is a place in a palette, or more than 8 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class PictureParts:
    """The middle square of a picture."""

    whole: Pixels
    """(448, 448, 3)."""
    coverage: float
    """Share of the picture that lies in the square, 0..1."""

    @property
    def fragments(self) -> tuple[Pixels, Pixels, Pixels, Pixels]:
        """The quarters in reading order, (224, 224, 3) each."""
        half = SIDE // 2
        upper, lower = self.whole[:half], self.whole[half:]
        return upper[:, :half], upper[:, half:], lower[:, :half], lower[:, half:]


def open_parts(path: Path) -> PictureParts:
    """Decode a picture and cut it.

    Raises MediaError of kind `truncated`, `too_large`, `unreadable_media` or `unreadable_file`.
    """
    with _translated_errors(path), open_picture(path) as image:
        limit = _most_pixels(image)
        if image.width * image.height > limit:
            raise _too_large(path, limit)
        size = image.size
        # A JPEG is decoded at the smallest eighth of its size that still holds the square.
        image.draft("RGB", (SIDE, SIDE))
        image.load()
        square = _upright(image, _middle_square(image))
    return PictureParts(np.asarray(square), min(size) / max(size))


def open_whole(path: Path) -> Image.Image:
    """A picture in all its pixels, upright, as RGB; nothing is cut or made smaller. Raises as `open_parts` does."""
    with _translated_errors(path), open_picture(path) as image:
        if image.width * image.height > MAX_PIXELS:
            raise _too_large(path, MAX_PIXELS)
        image.load()
        whole = _smooth(image) if image.mode not in _SMOOTH_MODES or "transparency" in image.info else image
        return _upright(image, _on_white(whole) if whole.mode in ("RGBA", "LA") else whole.convert("RGB"))


def open_picture(path: Path) -> ImageFile.ImageFile:
    """What Pillow's `open` does, but for a JPEG of any size; nothing is decoded yet. Raises what Pillow raises."""
    from PIL import Image, JpegImagePlugin

    with path.open("rb") as file:
        is_jpeg = file.read(3) == b"\xff\xd8\xff"
    return JpegImagePlugin.JpegImageFile(path) if is_jpeg else Image.open(path)


def _most_pixels(image: ImageFile.ImageFile) -> int:
    """The most pixels that are decoded of a picture that has just been opened.

    The decoder keeps a JPEG of several scans, such as a progressive one, in memory as a whole: 6 bytes a pixel.
    """
    from PIL.JpegImagePlugin import JpegImageFile

    if not isinstance(image, JpegImageFile) or image.info.get("progressive") or image.fp is None:
        return MAX_PIXELS
    # Pillow has read the header of the first scan: marker, length, number of colours, two bytes for each, three more.
    length = 2 * image.layers + 6
    image.fp.seek(-length - 2, os.SEEK_CUR)
    holds_all_colours = image.fp.read(5) == b"\xff\xda" + length.to_bytes(2, "big") + bytes([image.layers])
    return MAX_JPEG_PIXELS if holds_all_colours else MAX_PIXELS


def _middle_square(image: Image.Image) -> Image.Image:
    """The middle square as 448 x 448 RGB, not turned yet."""
    from PIL import Image

    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    box = (left, top, left + side, top + side)
    if image.mode not in _SMOOTH_MODES or "transparency" in image.info:
        image, box = _smooth(image.crop(box)), (0, 0, side, side)
    # Resized before anything else: a picture of many megapixels is not copied once for each step.
    square = image.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box, reducing_gap=2.0)
    return _on_white(square) if square.mode in ("RGBA", "LA") else square.convert("RGB")


def _smooth(image: Image.Image) -> Image.Image:
    """The picture in a mode whose pixels can be averaged: RGB, RGBA or 8-bit grey."""
    if image.mode.startswith(("I", "F")):
        return _from_deep_grey(image)
    if image.mode in ("La", "RGBa"):
        return image.convert({"La": "LA", "RGBa": "RGBA"}[image.mode])
    return image.convert("RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    from PIL import Image

    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """Grey of more than 8 bits: 16-bit values by their range, others by the smallest usual range that holds them."""
    from PIL import Image

    values = np.nan_to_num(np.asarray(image, dtype=np.float32), posinf=0.0, neginf=0.0)
    if image.mode.startswith("I;16"):
        white = 65535.0
    else:
        peak = float(values.max())
        white = next((usual for usual in (1.0, 255.0, 65535.0) if peak <= usual and image.mode == "F"), 0.0)
        white = white or next((usual for usual in (255.0, 65535.0) if peak <= usual), peak)
    return Image.fromarray(np.clip(values * (255.0 / white) + 0.5, 0, 255).astype(np.uint8))


def _upright(image: Image.Image, square: Image.Image) -> Image.Image:
    """Turn the square, or the whole, as the camera's EXIF orientation says; cutting out the middle commutes with it."""
    from PIL import Image

    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    try:
        turn = turns.get(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # an unreadable EXIF block says nothing about the orientation
        return square
    return square if turn is None else square.transpose(turn)


@contextmanager
def _translated_errors(path: Path) -> Iterator[None]:
    """Pillow's errors as ours; its warnings (odd tags, big pictures) concern nobody who only looks at the pixels."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Image.DecompressionBombError as exc:
            raise _too_large(path, MAX_PIXELS) from exc
        except MemoryError as exc:
            raise MediaError(f"The picture '{path}' does not fit into memory.", kind="too_large") from exc
        except MediaError:
            raise
        except Exception as exc:  # decoders of damaged data raise nearly anything, RuntimeError and zlib.error among it
            raise _unreadable(path, exc) from exc


def _too_large(path: Path, limit: int) -> MediaError:
    message = f"The picture '{path}' has more than {limit:,} pixels, the most that are decoded; make it smaller."
    return MediaError(message, kind="too_large")


def _unreadable(path: Path, exc: Exception) -> MediaError:
    if isinstance(exc, OSError) and exc.errno is not None:
        return MediaError(f"The file '{path}' cannot be read: {exc.strerror}.", kind="unreadable_file")
    if "truncated" in str(exc).lower() or _ends_early(path):
        message = f"The picture '{path}' is cut short: its end is missing; copy or download it again."
        return MediaError(message, kind="truncated")
    return MediaError(f"The picture '{path}' cannot be decoded; it may be damaged.")


def _ends_early(path: Path) -> bool:
    """Whether a file is shorter than its own header says, for the formats whose decoders do not tell."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(16)
        if head[:4] == b"RIFF":
            return size < int.from_bytes(head[4:8], "little") + 8
        if head[:2] in (b"II", b"MM"):
            return size < int.from_bytes(head[4:8], "little" if head[:2] == b"II" else "big") + 2
        position = 0
        while head[4:8] in (b"ftyp", b"meta", b"moov", b"free", b"mdat"):
            position += max(int.from_bytes(head[:4], "big"), 8)
            file.seek(position)
            head = file.read(16)
    return position > size
