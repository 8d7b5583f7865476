"""What describing a song costs beyond decoding and resampling, and how memory depends on its length.

    python benchmarks/describe_song.py [FILE]

The yardstick is one float32 short-time Fourier transform (2,048 points, 20-ms hop, Hann) of the same 16 kHz sound.
Neither uses more than one thread; they run in turns; the ratio is that of the medians. Without a FILE the sound is
three minutes of seeded noise and tones.
"""

from __future__ import annotations

import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy.fft import rfft

from emoretrieve.media.audio import SAMPLE_RATE_HZ, Samples, stream_sound
from emoretrieve.media.identify import identify
from emoretrieve.perception.lite.sound import describe_blocks

ROUNDS = 15
LIMIT = 3.0
WINDOW, HOP = 2048, 320


def synthetic(seconds: int) -> Iterator[Samples]:
    """Blocks of a second: notes over noise."""
    rng = np.random.default_rng(0)
    time_s = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    for _ in range(seconds):
        notes = sum(np.sin(2 * np.pi * hz * time_s) for hz in rng.choice([220, 262, 330, 440, 523, 659], 3))
        block = 0.1 * notes * np.exp(-3 * time_s) + 0.02 * rng.standard_normal(SAMPLE_RATE_HZ)
        yield np.asarray(block, np.float32)


def transform(sound: Samples) -> None:
    padded = np.pad(sound, WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    rfft(frames * np.hanning(WINDOW).astype(np.float32), axis=1, workers=1)


def seconds_of(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def blocks_of(argument: str | None) -> list[Samples]:
    if argument is None:
        return list(synthetic(180))
    media = identify(Path(argument))
    if media is None or media.modality != "audio":
        raise SystemExit(f"'{argument}' is no sound")
    return list(stream_sound(media))


def compare(blocks: list[Samples]) -> None:
    sound = np.concatenate(blocks)
    yardstick, ours = [], []
    for _ in range(ROUNDS):
        yardstick.append(seconds_of(lambda: transform(sound)))
        ours.append(seconds_of(lambda: describe_blocks(blocks)))
    ratio = statistics.median(ours) / statistics.median(yardstick)
    print(f"sound               {len(sound) / SAMPLE_RATE_HZ:8.1f} s")
    print(f"one STFT            {1e3 * statistics.median(yardstick):8.1f} ms, median of {ROUNDS}")
    print(f"describing it       {1e3 * statistics.median(ours):8.1f} ms, median of {ROUNDS}")
    print(f"ratio               {ratio:8.2f}    (at most {LIMIT})")


def peak_bytes(seconds: int) -> int:
    tracemalloc.start()
    describe_blocks(synthetic(seconds))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def main() -> None:
    describe_blocks(synthetic(5))  # imports and first calls
    compare(blocks_of(sys.argv[1] if len(sys.argv) > 1 else None))
    for minutes in (1, 10, 60):
        print(f"peak memory, {minutes:3d} min {peak_bytes(60 * minutes) / 1e6:8.1f} MB")


if __name__ == "__main__":
    main()
