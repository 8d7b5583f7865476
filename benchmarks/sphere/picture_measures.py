"""Frozen features of pictures: colours, edges and texture of a cover, and pitches over time of a piano roll."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float64]
GRID = 8
HUES, STEPS = 24, 8
ANGLES, RADII = 12, 10
ROLL_COLUMNS = 20
ROLL_LAGS = 24


def cover_measures(picture: Image.Image) -> npt.NDArray[np.float32]:
    """[477]: mean colours of an 8 x 8 grid, their deviation, histograms of hue, saturation and value, how strong each
    direction and width of stripes is, and the colours of the outermost rings."""
    rgb = np.asarray(picture.convert("RGB"), np.float64) / 255
    side = rgb.shape[0] // GRID
    cells = rgb[: side * GRID, : side * GRID].reshape(GRID, side, GRID, side, 3)
    hsv = np.asarray(picture.convert("HSV"), np.float64).reshape(-1, 3) / 255
    hue = np.histogram(hsv[:, 0], HUES, (0, 1), weights=hsv[:, 1])[0] / len(hsv)
    inner = _inside(hsv.reshape(*rgb.shape))
    inner_hue = np.histogram(inner[:, 0], HUES, (0, 1), weights=inner[:, 1])[0] / len(inner)
    steps = [np.histogram(inner[:, channel], STEPS, (0, 1))[0] / len(inner) for channel in (1, 2)]
    grey = rgb.mean(axis=2)
    parts = [cells.mean(axis=(1, 3)).ravel(), cells.std(axis=(1, 3)).mean(axis=2).ravel(), hue, inner_hue, *steps]
    parts += [
        _stripes(grey[12:-12, 12:-12]),
        _edge_profile(rgb),
        np.array([np.abs(np.diff(grey[12:-12], axis=1)).mean()]),
    ]
    return np.concatenate(parts).astype(np.float32)


def roll_measures(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """[1,759] of an [80, 160] roll: which pitches sound in each second, how often each and each class sounds and
    begins, and the autocorrelation of the onsets."""
    sounds, begins = pixels > 0, pixels == 255
    columns = pixels.shape[1] // ROLL_COLUMNS
    by_second = sounds.reshape(len(pixels), ROLL_COLUMNS, columns).mean(axis=2)
    often = sounds.mean(axis=1)
    classes = often[::-1][: len(often) // 12 * 12].reshape(-1, 12).sum(axis=0)
    beat = begins.sum(axis=0).astype(np.float64)
    beat -= beat.mean()
    lags = np.array([(beat[lag:] * beat[: len(beat) - lag]).sum() for lag in range(1, ROLL_LAGS + 1)])
    sums = np.array([begins.sum(), sounds.sum(), np.log1p(begins.sum())])
    shares = classes / (classes.sum() + 1e-9)
    parts = [by_second.ravel(), often, begins.mean(axis=1)[:40], shares, lags / ((beat**2).sum() + 1e-9), sums]
    return np.concatenate(parts).astype(np.float32)


def _inside(hsv: Floats) -> Floats:
    """[pixels, 3] of the part that no frame covers."""
    return hsv[10:-10, 10:-10].reshape(-1, 3)


def _stripes(grey: Floats) -> Floats:
    """[120]: the logarithm of the power in 10 rings and 12 directions of the spectrum."""
    window = np.hanning(len(grey))
    power = np.abs(np.fft.fftshift(np.fft.fft2((grey - grey.mean()) * window[:, None] * window[None, :]))) ** 2
    line = np.fft.fftshift(np.fft.fftfreq(len(grey)))
    radius, angle = np.hypot(line[:, None], line[None, :]), np.arctan2(line[:, None], line[None, :]) % np.pi
    ring = np.clip(np.digitize(radius, np.geomspace(0.02, 0.5, RADII + 1)) - 1, 0, RADII - 1)
    sector = np.minimum((angle / np.pi * ANGLES).astype(int), ANGLES - 1)
    sums = np.bincount((ring * ANGLES + sector).ravel(), power.ravel(), RADII * ANGLES)
    return np.asarray(np.log(sums + 1e-3))


def _edge_profile(rgb: Floats) -> Floats:
    """[36]: mean colour of the twelve outermost rings of pixels, which tell a frame's width."""
    place = np.arange(len(rgb))
    inward = np.minimum(place, len(rgb) - 1 - place)
    ring = np.minimum(inward[:, None], inward[None, :])
    return np.concatenate([rgb[ring == depth].mean(axis=0) for depth in range(12)])
