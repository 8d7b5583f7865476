"""Sounds and pictures that follow from numbers, for comparison with the original's preprocessing."""

from __future__ import annotations

import numpy as np
from PIL import Image

from emoretrieve.media.audio import Samples

SOUNDS = {"long": 30.0, "overlapping": 5.0, "two seconds": 2.0, "short": 0.7}
"""Seconds."""
PICTURES = [(640, 427), (427, 640), (225, 224), (224, 224), (1001, 333), (50, 71), (333, 334)]
"""Width and height."""


def sound(name: str) -> Samples:
    """A chord in noise, louder and softer, with an offset that drifts: every band has energy."""
    count = int(SOUNDS[name] * 16_000)
    seconds = np.arange(count) / 16_000
    tones = sum(np.sin(2 * np.pi * hertz * seconds) for hertz in (110.0, 220.5, 331.7, 1200.0, 4100.0))
    noise = np.random.default_rng(7).standard_normal(count)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 0.7 * seconds)
    return (0.03 * swell * (tones + 2 * noise) + 0.02 * np.sin(seconds)).astype(np.float32)


def picture(width: int, height: int) -> Image.Image:
    """Waves of colour with fine lines and specks."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    waves = [np.sin(x / 9.0 + y / 31.0), np.sin(x * y / 997.0), np.cos(y / 5.0) * np.sin(x / 70.0)]
    specks = np.random.default_rng(width * 10_000 + height).integers(-30, 31, (height, width, 3))
    pixels = 127 + 90 * np.stack(waves, axis=2) + specks
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
