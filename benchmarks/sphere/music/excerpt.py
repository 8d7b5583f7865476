"""The first seconds of a score: played by FluidSynth with a soundfont, and drawn as a piano roll."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from benchmarks.sphere.music.score import Score

SECONDS = 20.0
RATE_HZ = 16_000
COLUMNS_PER_S = 8
LOWEST, HIGHEST = 24, 104
"""Pitches (MIDI numbers) of a roll: C1 up to G7, the highest not included."""
HELD, STRUCK = 150, 255
"""Brightness of a note that sounds, and of its first column."""
SOUNDFONT = Path("/usr/share/sounds/sf2/TimGM6mb.sf2")
GAIN = 0.5
_TICKS = 480


class NoSynthesiser(Exception):
    """FluidSynth or the soundfont is not installed."""


def excerpt(score: Score) -> npt.NDArray[np.float64]:
    """Rows of onset and end in seconds from the first note, pitch and part, of the first `SECONDS`."""
    onset, duration, pitch, part = score.notes.table.T
    start_s = (onset - onset[0]) * 60 / score.quarters_per_minute
    end_s = np.minimum(start_s + duration * 60 / score.quarters_per_minute, SECONDS)
    rows = np.stack([start_s, end_s, pitch, part], axis=1)
    return np.asarray(rows[start_s < SECONDS - 0.05])


def roll(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """[pitch, time] uint8, the highest pitch above: what sounds in each eighth of a second, bright where it begins."""
    picture = np.zeros((HIGHEST - LOWEST, int(SECONDS * COLUMNS_PER_S)), np.uint8)
    for start_s, end_s, pitch, _ in rows:
        if LOWEST <= pitch < HIGHEST:
            line, first = HIGHEST - 1 - int(pitch), int(start_s * COLUMNS_PER_S)
            held = picture[line, first : max(first + 1, round(end_s * COLUMNS_PER_S))]
            held[:] = np.maximum(held, HELD)
            picture[line, first] = STRUCK
    return picture


def play(rows: npt.NDArray[np.float64], programs: tuple[int, ...], sound: Path) -> None:
    """Write `rows` as a FLAC file, mono, `SECONDS` at `RATE_HZ`."""
    program = shutil.which("fluidsynth")
    if program is None or not SOUNDFONT.exists():
        raise NoSynthesiser("FluidSynth and a soundfont are needed: apt-get install fluidsynth timgm6mb-soundfont")
    with tempfile.TemporaryDirectory() as folder:
        midi, wave = Path(folder, "piece.mid"), Path(folder, "piece.wav")
        write_midi(rows, programs, midi)
        subprocess.run(
            [
                program,
                "-n",
                "-i",
                "-q",
                "-g",
                str(GAIN),
                "-r",
                str(RATE_HZ),
                "-F",
                str(wave),
                str(SOUNDFONT),
                str(midi),
            ],
            check=True,
            capture_output=True,
        )
        stereo, _ = soundfile.read(wave, dtype="float32", always_2d=True)
    samples = np.zeros(int(SECONDS * RATE_HZ), np.float32)
    played = stereo.mean(axis=1)[: len(samples)]
    samples[: len(played)] = played
    soundfile.write(sound, samples, RATE_HZ, format="FLAC", subtype="PCM_16")


def write_midi(rows: npt.NDArray[np.float64], programs: tuple[int, ...], path: Path) -> None:
    """A file of one track at 120 quarters a minute; the part chooses the channel, without that of the drums."""
    import mido

    channels = [channel for channel in range(16) if channel != 9]
    events = [
        (0.0, 0, mido.Message("program_change", program=program, channel=channels[part % 15]))
        for part, program in enumerate(programs)
    ]
    for start_s, end_s, pitch, part in rows:
        where = {"note": int(pitch), "channel": channels[int(part) % 15]}
        events.append((start_s, 2, mido.Message("note_on", velocity=80, **where)))
        events.append((end_s, 1, mido.Message("note_off", velocity=0, **where)))
    track, now = mido.MidiTrack(), 0
    for at_s, _, message in sorted(events, key=lambda event: event[:2]):
        tick = round(at_s * 2 * _TICKS)
        track.append(message.copy(time=tick - now))
        now = tick
    mido.MidiFile(tracks=[track], ticks_per_beat=_TICKS).save(path)
