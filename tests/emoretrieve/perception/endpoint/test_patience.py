"""Waits grow, are spread, and follow what servers ask for within reason."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from emoretrieve.perception.endpoint.patience import asked_wait_s, wait_s


@pytest.mark.parametrize(("failures", "longest"), [(1, 0.5), (2, 1.0), (5, 8.0), (7, 30.0), (10_000, 30.0)])
def test_waits_double_up_to_half_a_minute_and_are_never_short(failures: int, longest: float) -> None:
    waits = [wait_s(failures) for _ in range(200)]
    assert longest / 2 <= min(waits) < max(waits) <= longest


def test_waits_are_spread() -> None:
    assert len({wait_s(3) for _ in range(20)}) == 20


@pytest.mark.parametrize(("asked", "wait"), [("7", 7.0), ("1.5", 1.5), ("-3", 0.0), ("86400", 300.0), ("inf", 300.0)])
def test_seconds_are_waited_within_bounds(asked: str, wait: float) -> None:
    assert asked_wait_s(asked) == wait


def test_a_date_is_waited_for() -> None:
    assert asked_wait_s(formatdate(time.time() + 20, usegmt=True)) == pytest.approx(20, abs=2)


def test_a_date_that_has_passed_is_not_waited_for() -> None:
    assert asked_wait_s(formatdate(time.time() - 20)) == 0.0


@pytest.mark.parametrize("asked", [None, "", "soon", "nan"])
def test_what_says_nothing_asks_for_nothing(asked: str | None) -> None:
    assert asked_wait_s(asked) is None
