"""Small pictures and sounds for the tests of the command line, written by formula."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from PIL import Image

RATE_HZ = 8_000


def draw_media(folder: Path) -> Path:
    """Four pictures and three sounds of different moods, and a manifest with metadata for some."""
    rng = np.random.default_rng(3)
    ramp = np.linspace(0, 1, 64)[:, None, None] * np.ones((64, 64, 3))
    pictures = {
        "mist.png": 150 + 20 * ramp,
        "night.png": ramp * [10, 15, 60],
        "sunny.png": 255 - ramp * [0, 60, 200],
        "storm.png": rng.uniform(0, 255, (64, 64, 3)),
    }
    for name, pixels in pictures.items():
        Image.fromarray(pixels.astype(np.uint8)).save(folder / name)
    time = np.arange(2 * RATE_HZ) / RATE_HZ
    write_wav(folder / "hum.wav", 0.1 * np.sin(2 * np.pi * 110 * time))
    write_wav(folder / "drums.wav", 0.8 * rng.uniform(-1, 1, len(time)) * (np.mod(time, 0.125) < 0.03))
    write_wav(folder / "tune.wav", 0.4 * np.sin(2 * np.pi * 440 * 2 ** (np.floor(time * 4) / 6) * time))
    (folder / "metadata.csv").write_text(
        "file_name,title,artist,year\nmist.png,Mist over the lake,Anna Berg,1890\nnight.png,Night,Carl Dahl,1912\n"
        "hum.wav,A hum,Eva Falk,2001\n",
        encoding="utf-8",
    )
    return folder


def write_wav(path: Path, samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    """16 bits, mono."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((samples * 32_000).astype("<i2").tobytes())
