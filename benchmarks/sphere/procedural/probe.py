"""How much of each attribute the frozen features carry, and those of the extractor `lite` beside them.

    python -m benchmarks.sphere.procedural.probe [ITEMS]

Renders ITEMS (1,500) items that no experiment uses, and fits a ridge regression on three quarters of them. Prints, on
the rest, R^2 of continuous attributes and accuracy of the kinds (chance in brackets).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import soundfile

from benchmarks.sphere.picture_measures import cover_measures
from benchmarks.sphere.procedural.attributes import ATTRIBUTES, Attribute
from benchmarks.sphere.procedural.render import Item, item
from benchmarks.sphere.procedural.sound import RATE_HZ
from benchmarks.sphere.sound_measures import sound_measures
from emoretrieve.sphere.features import input_of
from emoretrieve.sphere.features.lite import LiteExtractor

Rows = npt.NDArray[np.float64]
UNUSED = 1_000_000
PENALTY = 30.0


def main(count: int) -> None:
    extractors = {"sound": _sound, "lite sound": _lite_sound, "picture": _picture, "lite picture": _lite_picture}
    rows: dict[str, list[npt.NDArray[np.float32]]] = {name: [] for name in extractors}
    attributes = []
    for number in range(UNUSED, UNUSED + count):
        one = item(number)
        attributes.append(one.attributes)
        for name, extract in extractors.items():
            rows[name].append(extract(one))
    print(f"{count} items; numbers of each: " + ", ".join(f"{name} {len(found[0])}" for name, found in rows.items()))
    for place, attribute in enumerate(ATTRIBUTES):
        values = np.array(attributes)[:, place]
        told = [f"{name} {carried(np.array(found, np.float64), values, attribute):.2f}" for name, found in rows.items()]
        chance = f" ({1 / len(attribute.words):.2f})" if attribute.kinds else ""
        print(f"{attribute.name}{chance}: {', '.join(told)}")


def carried(rows: Rows, values: npt.NDArray[np.float64], attribute: Attribute) -> float:
    """R^2, or for kinds the accuracy, on the last quarter of a ridge regression fitted on the others."""
    known = len(rows) * 3 // 4
    scaled = (rows - rows[:known].mean(axis=0)) / (rows[:known].std(axis=0) + 1e-6)
    design = np.column_stack([scaled, np.ones(len(rows))])
    wanted = np.eye(len(attribute.words))[values.astype(int)] if attribute.kinds else values[:, None]
    gram = design[:known].T @ design[:known] + PENALTY * np.eye(design.shape[1])
    found = design[known:] @ np.linalg.solve(gram, design[:known].T @ wanted[:known])
    if attribute.kinds:
        return float((found.argmax(axis=1) == values[known:]).mean())
    return float(1 - np.mean((found - wanted[known:]) ** 2) / wanted[known:].var())


def _sound(one: Item) -> npt.NDArray[np.float32]:
    return sound_measures(one.wave, RATE_HZ)


def _picture(one: Item) -> npt.NDArray[np.float32]:
    return cover_measures(one.picture)


def _lite_sound(one: Item) -> npt.NDArray[np.float32]:
    return _lite("audio", ".wav", lambda path: soundfile.write(path, one.wave, RATE_HZ))


def _lite_picture(one: Item) -> npt.NDArray[np.float32]:
    return _lite("image", ".png", one.picture.save)


def _lite(modality: Literal["audio", "image"], ending: str, write: Callable[[Path], object]) -> npt.NDArray[np.float32]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"item{ending}")
        write(path)
        row: npt.NDArray[np.float32] = LiteExtractor().extract(modality, [input_of(modality, path)])[0]
        return row


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_500)
