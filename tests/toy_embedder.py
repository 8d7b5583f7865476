"""An embedder as another package brings it, for tests: quick, exact, and able to fail."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import pytest

_MODULE = '''
import time
import numpy as np
from emoretrieve.errors import MediaError, PerceptionError
from emoretrieve.media.audio import stream_sound
from emoretrieve.media.image import open_whole

OPTIONS = {"weights": "Only a name; 'nan' gives no numbers, 'broken' cannot be loaded, 'slow' takes its time."}

class Toy:
    """Six numbers of a file: shares of brightness, or of loudness, in six parts."""

    dimension = 6

    def __init__(self, settings):
        self.weights = settings.options.get("weights", "none")
        self.signature = {"name": "toy", "weights": self.weights}

    def embed(self, media):
        if self.weights == "broken":
            raise PerceptionError("The toy's weights cannot be loaded.", kind="damaged_model")
        if self.weights == "slow":
            time.sleep(0.2)
        if media.modality == "image":
            values = np.asarray(open_whole(media.path).convert("L"), float).ravel()
        else:
            values = np.abs(np.concatenate(list(stream_sound(media))))
        if media.path.stem == "storm":
            raise MediaError(f"The toy does not like '{media.path}'.", kind="unreadable_media")
        parts = [float(part.mean()) + 0.01 for part in np.array_split(values, 6)]
        return [float("nan")] * 6 if self.weights == "nan" else parts

class WithWords(Toy):
    def embed_words(self, text):
        return [float(len(text)), 1.0, 2.0, 3.0, 4.0, 5.0]

def toy(settings):
    return Toy(settings)

def wordy(settings):
    return WithWords(settings)
'''


def install_toy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay out the package as pip does; it brings the embedders `toy` and `wordy`."""
    info = folder / "toy_embedder_package-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "toy_embedder_package.py").write_text(_MODULE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-embedder-package\nVersion: 1.0\n")
    entries = ["[emoretrieve.embedders]", "toy = toy_embedder_package:toy", "wordy = toy_embedder_package:wordy"]
    (info / "entry_points.txt").write_text("\n".join(entries))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), *sys.path]))
    importlib.invalidate_caches()
