"""A model hears the whole and the quarters of a sound through windows that are counted, in order, and never overlap."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from emoretrieve.emotion import PARTS
from emoretrieve.errors import MediaError
from emoretrieve.media import MediaFile, sound_windows
from emoretrieve.media.audio import SAMPLE_RATE_HZ
from emoretrieve.media.sound_windows import (
    MOST_WINDOWS,
    SHORTEST_S,
    WINDOW_S,
    Span,
    cut_sound,
    spans_of_parts,
    spans_of_windows,
)

WINDOW = WINDOW_S * SAMPLE_RATE_HZ
lengths = st.one_of(st.integers(0, 100), st.integers(0, 3 * WINDOW), st.integers(0, 200 * WINDOW))
parts = st.builds(lambda start, length: (start, start + length), st.integers(0, 10**9), lengths)


def write(path: Path, samples: NDArray[np.int16]) -> MediaFile:
    soundfile.write(path, samples, SAMPLE_RATE_HZ, format="WAV", subtype="PCM_16")
    return MediaFile(path, "audio", "wav")


def ramp(length: int) -> NDArray[np.int16]:
    """Samples that tell where they stood."""
    return (np.arange(length) % 30_011 + 1).astype(np.int16)


@given(parts)
def test_windows_lie_within_the_part_in_order_and_never_overlap(part: Span) -> None:
    spans = spans_of_windows(part)
    assert spans[0][0] == part[0]
    assert spans[-1][1] == part[1]
    assert all(start <= end for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@given(parts)
def test_no_part_has_more_than_8_windows_of_30_s(part: Span) -> None:
    spans = spans_of_windows(part)
    assert len(spans) <= MOST_WINDOWS
    assert max(end - start for start, end in spans) <= WINDOW


@given(parts.filter(lambda part: part[1] - part[0] <= MOST_WINDOWS * WINDOW))
def test_what_8_windows_can_hold_is_heard_without_a_gap_in_as_few_as_possible(part: Span) -> None:
    spans = spans_of_windows(part)
    assert all(end == start for (_, end), (start, _) in pairwise(spans))
    assert len(spans) == max(1, -(-(part[1] - part[0]) // WINDOW))


@given(st.integers(MOST_WINDOWS * WINDOW + 1, 10_000 * WINDOW))
def test_windows_of_what_is_longer_are_full_and_evenly_spaced(length: int) -> None:
    spans = spans_of_windows((0, length))
    assert {end - start for start, end in spans} == {WINDOW}
    gaps = [start - end for (_, end), (start, _) in pairwise(spans)]
    assert max(gaps) - min(gaps) <= 1


@given(lengths)
def test_quarters_follow_each_other_and_differ_by_a_sample_at_most(length: int) -> None:
    whole, *quarters = spans_of_parts(length)
    assert whole == (0, length)
    assert (quarters[0][0], quarters[-1][1]) == whole
    assert all(end == start for (_, end), (start, _) in pairwise(quarters))
    sizes = [end - start for start, end in quarters]
    assert max(sizes) - min(sizes) <= 1


def test_a_short_sound_is_heard_in_full_as_a_whole_and_in_quarters(tmp_path: Path) -> None:
    samples = ramp(10 * SAMPLE_RATE_HZ + 3)
    whole, *quarters = cut_sound(write(tmp_path / "short.wav", samples))
    (heard,) = whole.windows
    np.testing.assert_allclose(heard, samples, atol=1)
    np.testing.assert_array_equal(np.concatenate([part.windows[0] for part in quarters]), heard)
    assert [part.coverage for part in (whole, *quarters)] == [1.0] * len(PARTS)


def test_a_long_sound_is_heard_in_part_and_the_share_is_counted(tmp_path: Path) -> None:
    length = 20 * 60 * SAMPLE_RATE_HZ + 1
    whole, *quarters = cut_sound(write(tmp_path / "long.wav", ramp(length)))
    assert [len(part.windows) for part in (whole, *quarters)] == [8] * len(PARTS)
    assert whole.coverage == MOST_WINDOWS * WINDOW / length
    assert [round(part.coverage, 4) for part in quarters] == [0.8] * 4


def test_windows_hold_the_samples_of_their_place_also_where_they_waited_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_windows, "_IN_MEMORY_BYTES", 1000)
    samples = ramp(100 * SAMPLE_RATE_HZ)
    parts = cut_sound(write(tmp_path / "sound.wav", samples))
    for part, span in zip(parts, spans_of_parts(len(samples)), strict=True):
        for window, (start, end) in zip(part.windows, spans_of_windows(span), strict=True):
            np.testing.assert_allclose(window, samples[start:end], atol=1)


@pytest.mark.parametrize("length", [1, 3, 400, 6399])
def test_what_is_too_short_for_an_encoder_ends_in_silence_and_counts_as_heard(length: int, tmp_path: Path) -> None:
    parts = cut_sound(write(tmp_path / "click.wav", ramp(length)))
    shortest = round(SHORTEST_S * SAMPLE_RATE_HZ)
    assert all(len(window) >= shortest for part in parts for window in part.windows)
    assert not parts[4].windows[0][-(-length // 4) :].any()
    assert [part.coverage for part in parts] == [1.0] * len(PARTS)


@pytest.mark.parametrize("length", [0, 5 * SAMPLE_RATE_HZ])
def test_silence_is_refused_since_a_model_would_describe_it_as_music(length: int, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="is silent") as caught:
        cut_sound(write(tmp_path / "silence.wav", np.zeros(length, np.int16)))
    assert caught.value.kind == "nothing_to_hear"


def test_a_full_temporary_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    media = write(tmp_path / "sound.wav", ramp(60 * SAMPLE_RATE_HZ))
    monkeypatch.setattr(sound_windows, "_IN_MEMORY_BYTES", 1000)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))  # as a full disk: writing fails beyond some bytes
    try:
        with pytest.raises(MediaError, match="TMPDIR") as caught:
            cut_sound(media)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.kind == "no_scratch"
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.EFBIG


def test_errors_of_the_decoder_come_through(tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    with pytest.raises(MediaError) as caught:
        cut_sound(MediaFile(tmp_path / "broken.wav", "audio", "wav"))
    assert caught.value.kind == "unreadable_media"


def test_memory_does_not_grow_with_the_length_of_a_sound(tmp_path: Path) -> None:
    """In a process of its own, whose peak is compared with that after one minute: two hours are 230 MB of samples."""
    script = (
        "import resource, sys; from pathlib import Path; from emoretrieve.media import MediaFile;"
        "from emoretrieve.media.sound_windows import cut_sound;"
        "parts = cut_sound(MediaFile(Path(sys.argv[1]), 'audio', 'wav'));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, sum(len(part.windows) for part in parts))"
    )
    (small, few), (large, many) = (
        map(int, subprocess.check_output([sys.executable, "-c", script, nearly_silent(tmp_path, minutes)]).split())
        for minutes in (1, 120)
    )
    assert (few, many) == (6, MOST_WINDOWS * len(PARTS))
    assert large - small < 130


def nearly_silent(folder: Path, minutes: int) -> Path:
    """A sound with one sample that differs from zero, its last one; the others take no space on disk."""
    path, size = folder / f"{minutes} minutes", minutes * 60 * SAMPLE_RATE_HZ * 2
    write(path, ramp(1))
    header = bytearray(path.read_bytes()[:44])
    header[4:8], header[40:44] = (size + 36).to_bytes(4, "little"), size.to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(header)
        file.seek(size - 2, 1)
        file.write(b"\x01\x10")
    return path
