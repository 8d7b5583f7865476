"""A timeline gives the sums of any stretch in the memory of a short one."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.perception.lite.sound_timeline import Timeline


def filled(frames: int, block: int = 700) -> Timeline:
    """Two columns: 1 in every frame, and the frame's number."""
    timeline = Timeline(2)
    rows = np.stack([np.ones(frames), np.arange(frames, dtype=np.float64)], axis=1)
    for start in range(0, frames, block):
        timeline.add(rows[start : start + block])
    return timeline


@pytest.mark.parametrize("frames", [0, 1, 3, 2048, 2049, 5_000, 180_000])
def test_the_whole_is_the_sum_of_all_frames(frames: int) -> None:
    np.testing.assert_allclose(filled(frames).total(0, 1), [frames, frames * (frames - 1) / 2])


@pytest.mark.parametrize("frames", [0, 1, 3, 2048, 2049, 5_000, 180_000])
def test_the_quarters_add_up_to_the_whole(frames: int) -> None:
    timeline = filled(frames)
    quarters = [timeline.total(quarter / 4, (quarter + 1) / 4) for quarter in range(4)]
    np.testing.assert_allclose(np.sum(quarters, axis=0), timeline.total(0, 1))


@pytest.mark.parametrize("frames", [400, 2_048, 2_049, 5_000, 180_000])
def test_the_quarters_are_equal_to_a_thousandth_of_the_whole(frames: int) -> None:
    timeline = filled(frames)
    for quarter in range(4):
        count = timeline.total(quarter / 4, (quarter + 1) / 4)[0]
        assert count == pytest.approx(frames / 4, abs=max(1, frames / 1000))


def test_the_blocks_that_rows_come_in_change_nothing() -> None:
    np.testing.assert_array_equal(filled(9_999, 1).total(0.25, 0.5), filled(9_999, 5_000).total(0.25, 0.5))


def test_memory_does_not_grow_with_the_number_of_frames() -> None:
    assert filled(100)._cells.nbytes == filled(1_000_000, 50_000)._cells.nbytes
