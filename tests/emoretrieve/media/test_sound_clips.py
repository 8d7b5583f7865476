"""Clips of a sound lie at places that follow from its length."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from emoretrieve.media import MediaFile
from emoretrieve.media.audio import stream_sound
from emoretrieve.media.identify import identify
from emoretrieve.media.sound_clips import cut_clips, sound_length, spans_of_clips, spread_clips
from tests.emoretrieve.embedding.imagebind.examples import sound


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> MediaFile:
    """5 s."""
    path = tmp_path_factory.mktemp("media") / "a.wav"
    soundfile.write(path, sound("overlapping"), 16_000)
    media = identify(path)
    assert media
    return media


def test_a_part_that_is_not_longer_is_one_clip() -> None:
    assert spans_of_clips((5, 15), 10, 8) == ((5, 15),)
    assert spans_of_clips((5, 8), 10, 8) == ((5, 8),)


@pytest.mark.parametrize("length", [11, 19, 20, 21, 63, 80])
def test_clips_leave_nothing_out_while_they_are_enough(length: int) -> None:
    spans = spans_of_clips((100, 100 + length), 10, 8)
    heard = {sample for start, end in spans for sample in range(start, end)}
    assert heard == set(range(100, 100 + length))
    assert {end - start for start, end in spans} == {10}
    assert len(spans) == -(-length // 10)


def test_a_longer_part_is_heard_evenly_from_its_beginning_to_its_end() -> None:
    spans = spans_of_clips((0, 1000), 10, 8)
    starts = [start for start, _ in spans]
    assert len(spans) == 8
    assert (spans[0][0], spans[-1][1]) == (0, 1000)
    assert max(np.diff(starts)) - min(np.diff(starts)) <= 1


def test_a_number_of_clips_can_be_asked_for() -> None:
    assert spread_clips((0, 14), 10, 3) == ((0, 10), (2, 12), (4, 14))


def test_clips_hold_the_samples_of_their_spans_at_any_rate(song: MediaFile) -> None:
    whole = np.concatenate(list(stream_sound(song, 12_000)))
    assert sound_length(song, 12_000) == len(whole)
    spans = [(0, 7_000), (30_000, 41_000), (5_000, 9_000)]
    for clip, (start, end) in zip(cut_clips(song, 12_000, spans), spans, strict=True):
        np.testing.assert_array_equal(clip, whole[start:end])
