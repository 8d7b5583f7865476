"""What happens in each frame of a sound: additive measures, a row a frame.

Loudness, level and fullness, onsets, spectral flux, the percussive share, attacks, the pulse, triads, pitch classes.
Every measure is a column that can be summed over any stretch of time, so sums are all that has to be kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from emoretrieve.perception.lite.sound_bands import BANDS, CENTRES_HZ, band_power, fullness, heard_power, loudness
from emoretrieve.perception.lite.sound_key import minor_triads
from emoretrieve.perception.lite.sound_pitch import CLASSES, pitch_rows
from emoretrieve.perception.lite.sound_spectrum import Batch, Spectra

Floats = NDArray[np.float64]


class Column(IntEnum):
    """The measures of a frame; `PITCH` is the first of CLASSES columns."""

    FRAMES = 0
    LOUDNESS = 1
    SOUNDING = 2
    LEVEL = 3
    LEVEL_SQUARED = 4
    ONSETS = 5
    FULLNESS = 6
    FLUX = 7
    AMPLITUDE = 8
    TRANSIENT = 9
    RISE = 10
    SHARP_RISE = 11
    PULSE = 12
    BRIGHTNESS = 13
    PITCH_HEIGHT = 14
    MINOR_TRIADS = 15
    PITCH = 16


COLUMNS = Column.PITCH + CLASSES

SILENCE_DB = -70.0
"""Heard level (0 dB: a 1 kHz sine of full scale) below which a frame counts as silent."""

_STRETCH = 512
"""Frames analysed together, 10 s; the pulse of each stretch is that of these frames and those just before."""
_BEHIND, _AHEAD = 128, 8

_FLOOR = 10**-4.5
"""Added to the power of a band: what stays 45 dB below full scale rises unheard behind the rest."""
_LAG = 3
"""Frames from which a rise is measured: half a window, so that a sharp onset is not counted in instalments."""
_NEAR = 3
"""An onset is the highest point of the flux within this many frames, 60 ms,"""
_MEAN_BEHIND, _MEAN_AHEAD = 25, 5
"""and stands above the mean flux of these frames around it (Boeck, Krebs and Schedl 2012)"""
_CLEAR_DB = 0.15
"""by this much."""
_TRANSIENT = 5
"""A transient rises above what sounds this many frames (100 ms) before and after it."""
_CHORD = 32
"""Frames that are heard as one chord, 0.6 s."""
_SLOWEST_BEAT, _FASTEST_BEAT = 40, 8
"""Frames from beat to beat: 0.8 s and 0.16 s, 75 to 375 a minute."""
_SHORTEST_PULSE = 4 * _SLOWEST_BEAT
"""Frames without which nothing is said of a pulse."""


def frame_rows(batches: Iterable[Batch]) -> Iterator[Floats]:
    """Measure a sound's frames: rows (frames, COLUMNS), in order."""
    for stretch in _in_context(_raw_rows(batch) for batch in batches):
        yield _measure(stretch)


_HOP_LEVEL = BANDS
_PITCH = BANDS + 1


def _raw_rows(batch: Batch) -> Spectra:
    """What a frame says by itself: band powers, amplitude of its hop (root mean square), pitches."""
    amplitude = np.sqrt(np.square(batch.hops).mean(axis=1, keepdims=True))
    return np.concatenate([band_power(batch.power), amplitude, pitch_rows(batch.power)], axis=1)


def _in_context(blocks: Iterable[Spectra]) -> Iterator[Spectra]:
    """Regroup rows into stretches with `_BEHIND` rows of the past in front and `_AHEAD` of the future behind.

    Silence lies before the beginning and after the end.
    """
    width = _PITCH + CLASSES + 1
    held = np.zeros((_BEHIND, width), np.float32)
    for block in blocks:
        held = np.concatenate([held, block])
        if len(held) >= _BEHIND + _STRETCH + _AHEAD:
            yield held[: _BEHIND + _STRETCH + _AHEAD]
            held = held[_STRETCH:]
    if len(held) > _BEHIND:
        yield np.concatenate([held, np.zeros((_AHEAD, width), np.float32)])


def _measure(raw: Spectra) -> Floats:
    """Rows (frames, COLUMNS) of the frames of a stretch without its context."""
    core = slice(_BEHIND, len(raw) - _AHEAD)
    bands = raw[:, :BANDS]
    rows = np.zeros((len(raw) - _BEHIND - _AHEAD, COLUMNS))
    rows[:, Column.FRAMES] = 1
    _put_level(rows, bands[core])
    _put_onsets(rows, spectral_flux(bands), core)
    _put_transients(rows, np.sqrt(bands), core)
    _put_attacks(rows, raw[:, _HOP_LEVEL].astype(np.float64), core)
    _put_pitches(rows, raw[core, _PITCH:])
    return rows


def _put_pitches(rows: Floats, pitches: Spectra) -> None:
    rows[:, Column.PITCH :] = pitches[:, :CLASSES]
    rows[:, Column.PITCH_HEIGHT] = pitches[:, CLASSES]
    starts = np.arange(0, len(rows), _CHORD)
    chords = np.add.reduceat(rows[:, Column.PITCH :], starts, axis=0)
    rows[starts, Column.MINOR_TRIADS] = minor_triads(chords) * chords.sum(axis=1)


def _put_level(rows: Floats, bands: Spectra) -> None:
    power = heard_power(bands).astype(np.float64)
    level = 10 * np.log10(power + 1e-12)
    sounding = level > SILENCE_DB
    rows[:, Column.LOUDNESS] = loudness(bands)
    rows[:, Column.FULLNESS] = fullness(bands) * sounding
    rows[:, Column.SOUNDING] = sounding
    rows[:, Column.LEVEL] = level * sounding
    rows[:, Column.LEVEL_SQUARED] = level * level * sounding


def spectral_flux(bands: Spectra) -> Floats:
    """Mean rise of the bands (frames, BANDS) in dB over `_LAG` frames, 0 in the first of them."""
    level = 10 * np.log10(bands + np.float32(_FLOOR))
    flux = np.zeros(len(bands))
    flux[_LAG:] = np.maximum(level[_LAG:] - level[:-_LAG], 0).mean(axis=1)
    return flux


def find_onsets(flux: Floats) -> NDArray[np.bool_]:
    """Mark the frames where something begins."""
    highest = _windows(flux, _NEAR, _NEAR).max(axis=1)
    mean = _windows(flux, _MEAN_BEHIND, _MEAN_AHEAD).mean(axis=1)
    peak: NDArray[np.bool_] = (flux == highest) & (flux > mean + _CLEAR_DB)
    peak[1:] &= ~peak[:-1]  # the first frame of a plateau
    return peak


def _windows(values: Floats, behind: int, ahead: int) -> Floats:
    padded = np.pad(values, (behind, ahead))
    return np.lib.stride_tricks.sliding_window_view(padded, behind + 1 + ahead)


def _put_onsets(rows: Floats, flux: Floats, core: slice) -> None:
    onsets = find_onsets(flux)[core]
    rows[:, Column.FLUX] = flux[core]
    rows[:, Column.ONSETS] = onsets
    rows[:, Column.PULSE] = pulse_contrast(flux[: core.stop]) * rows[:, Column.SOUNDING]


def pulse_contrast(flux: Floats) -> float:
    """How far the flux repeats after one beat: its highest autocorrelation less the mean one, 0..1."""
    if len(flux) < _SHORTEST_PULSE:
        return 0.0
    centred = flux - flux.mean()
    energy = float((centred * centred).sum())
    if energy <= 1e-9:
        return 0.0
    lags = range(_FASTEST_BEAT, _SLOWEST_BEAT + 1)
    similar = np.array([(centred[lag:] * centred[:-lag]).sum() for lag in lags]) / energy
    return float(np.clip(similar.max() - similar.mean(), 0.0, 1.0))


def _put_transients(rows: Floats, amplitude: Spectra, core: slice) -> None:
    """Percussive energy is short: what stands above the same band 100 ms before and after (cf. Fitzgerald 2010)."""
    now = amplitude[core]
    before = amplitude[core.start - _TRANSIENT : core.stop - _TRANSIENT]
    after = amplitude[core.start + _TRANSIENT : core.stop + _TRANSIENT]
    rows[:, Column.TRANSIENT] = np.maximum(now - np.maximum(before, after), 0).sum(axis=1)
    rows[:, Column.AMPLITUDE] = now.sum(axis=1)
    rows[:, Column.BRIGHTNESS] = (now * _OCTAVES).sum(axis=1)


_OCTAVES = np.asarray(np.log2(CENTRES_HZ / 440.0), np.float32)


def _put_attacks(rows: Floats, level: Floats, core: slice) -> None:
    """Rises of the amplitude (root mean square of a hop), and the same weighted by how sudden each is.

    How sudden is the share of it in all that rises within 60 ms before and after: the ratio of both sums is 1 where
    every rise takes one hop of 20 ms, 1/n where it takes n hops; what sounds on meanwhile does not matter.
    """
    rise = np.maximum(np.diff(level, prepend=0.0), 0)
    around = _windows(rise, _NEAR, _NEAR).sum(axis=1)
    rows[:, Column.RISE] = rise[core]
    rows[:, Column.SHARP_RISE] = (rise * rise / np.maximum(around, 1e-9))[core]
