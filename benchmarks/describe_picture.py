"""What describing a picture costs beyond decoding it.

    python benchmarks/describe_picture.py [PICTURE ...]

Prints, for each kind of picture, the median processor time of decode + crop, that of decode + crop + measures + words,
and their ratio (goal: at most 2.0). Both take turns in one run, so other load on the machine falls on both. Without
arguments pictures of several sizes are drawn as JPEG and PNG; with arguments the given files are taken.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from emoretrieve.media.identify import identify
from emoretrieve.media.image import open_parts
from emoretrieve.perception.lite.picture import caption_picture

ROUNDS = 25
SIZES = ((600, 450), (1200, 900), (4000, 3000))


def draw(width: int, height: int) -> Image.Image:
    """Brush strokes on a sky, with grain: as hard to decode as a photograph."""
    rng = np.random.default_rng(width)
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    pen = ImageDraw.Draw(image)
    for _ in range(400):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        dx, dy = rng.normal(0, width / 20, 2)
        pen.line((x, y, x + dx, y + dy), fill=tuple(rng.integers(0, 256, 3).tolist()), width=width // 80)
    grain = rng.normal(0, 6, (height, width, 3))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


def drawn_pictures(folder: Path) -> list[Path]:
    paths = []
    for width, height in SIZES:
        image = draw(width, height)
        for image_format in ("JPEG", "PNG"):
            path = folder / f"{width}x{height}.{image_format.lower()}"
            image.save(path, format=image_format)
            paths.append(path)
    return paths


def median_ms(calls: Sequence[Callable[[], object]]) -> list[float]:
    """Median processor time of each call, the calls taking turns."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, taken in zip(calls, times, strict=True):
            start = time.process_time()
            call()
            taken.append(1000 * (time.process_time() - start))
    return [statistics.median(taken) for taken in times]


def report(path: Path) -> None:
    media = identify(path)
    if media is None or media.modality != "image":
        sys.exit(f"{path} is no picture.")
    caption_picture(media)  # tables are made once a process
    decoding, describing = median_ms([lambda: open_parts(path), lambda: caption_picture(media)])
    print(f"{path.name:40s} {media.format:6s} {decoding:10.1f} {describing:10.1f} {describing / decoding:8.2f}")


def main() -> None:
    print(f"{'picture':40s} {'format':6s} {'decode ms':>10s} {'all ms':>10s} {'ratio':>8s}")
    with tempfile.TemporaryDirectory() as folder:
        for path in [Path(argument) for argument in sys.argv[1:]] or drawn_pictures(Path(folder)):
            report(path)


if __name__ == "__main__":
    main()
