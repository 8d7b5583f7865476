"""A server is waited for, then given up; everybody knows the same of it."""

from __future__ import annotations

import asyncio
import time

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint.health import ServerHealth, health_of

URL = "http://127.0.0.1:1/v1"


def is_gone(health: ServerHealth) -> bool:
    """Whether it was given up; waits for no pause."""
    try:
        asyncio.run(asyncio.wait_for(health.ready(), 0.01))
    except PerceptionError as error:
        return error.kind == "server_gone"
    except TimeoutError:
        return False
    return False


def reached() -> ServerHealth:
    health = ServerHealth(URL)
    health.answered()
    return health


def away(health: ServerHealth, outage_s: float = 60.0) -> None:
    """Nobody answered, after the pause that was to be kept."""
    health.away("no connection", outage_s, asked_wait=0.0)


def test_all_roles_of_a_server_share_its_health() -> None:
    assert health_of(URL) is (first := health_of(URL))
    assert health_of("http://127.0.0.1:2/v1") is not first


def test_a_server_that_was_never_there_is_given_up_after_three_tries() -> None:
    health = ServerHealth(URL)
    for _ in range(2):
        away(health)
    assert not is_gone(health)
    away(health)
    assert is_gone(health)


def test_a_server_that_was_there_is_waited_for() -> None:
    health = reached()
    for _ in range(50):
        away(health)
    assert not is_gone(health)


def test_a_server_that_stays_away_is_given_up_when_its_time_is_over() -> None:
    health = reached()
    away(health, outage_s=0.05)
    assert not is_gone(health)
    time.sleep(0.06)
    away(health, outage_s=0.05)
    assert is_gone(health)


def test_an_answer_starts_the_time_anew() -> None:
    health = reached()
    away(health, outage_s=0.05)
    time.sleep(0.06)
    health.answered()
    away(health, outage_s=0.05)
    assert not is_gone(health)


def test_many_that_meet_the_same_gap_count_once() -> None:
    health = ServerHealth(URL)
    for _ in range(16):
        health.away("no connection", 60.0)
    assert not is_gone(health)


def test_a_server_that_loads_its_model_is_waited_for_from_the_start() -> None:
    health = ServerHealth(URL)
    for _ in range(50):
        health.unavailable("status 503", 60.0, asked_wait=0.0)
    assert not is_gone(health)


def test_eight_requests_that_fail_for_good_in_a_row_end_it() -> None:
    health = reached()
    for _ in range(7):
        health.failed("status 500")
    assert not is_gone(health)
    health.failed("status 500")
    assert is_gone(health)


def test_failures_with_answers_between_them_do_not_end_it() -> None:
    health = reached()
    for _ in range(100):
        health.failed("status 500")
        health.answered()
    assert not is_gone(health)


def test_a_pause_holds_everybody_up() -> None:
    health = reached()
    health.pause(0.1)
    start = time.monotonic()
    asyncio.run(health.ready())
    assert time.monotonic() - start >= 0.1


def test_a_server_that_was_given_up_is_asked_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    health = ServerHealth(URL)
    for _ in range(3):
        away(health)
    assert is_gone(health)
    later = time.monotonic() + 60
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert not is_gone(health)
    away(health)
    assert not is_gone(health)


def test_the_sentence_says_where_why_and_what_to_do() -> None:
    health = ServerHealth(URL)
    for _ in range(3):
        away(health)
    with pytest.raises(PerceptionError, match=rf"{URL}.*no connection.*run the same command again"):
        asyncio.run(health.ready())
