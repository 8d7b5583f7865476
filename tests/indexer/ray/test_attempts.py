"""A task that kills its process is given up after a few attempts, whoever was at work beside it."""

from __future__ import annotations

from emoretrieve_indexer.ray.attempts import ATTEMPTS, Attempts
from emoretrieve_indexer.worker import Failed


def test_a_task_that_was_never_begun_may_begin() -> None:
    assert Attempts(60.0).begin("prepare", 1, alone=False) == "go"


def test_a_task_that_ended_may_begin_anew() -> None:
    attempts = Attempts(60.0)
    for _ in range(ATTEMPTS + 1):
        assert attempts.begin("prepare", 1, alone=False) == "go"
        attempts.end("prepare", 1)


def test_a_task_whose_process_died_has_to_be_alone() -> None:
    attempts = Attempts(60.0)
    attempts.begin("image", 1, alone=False)
    assert attempts.begin("image", 1, alone=False) == "alone"
    assert attempts.begin("image", 1, alone=True) == "go"


def test_each_stage_has_its_own_account() -> None:
    attempts = Attempts(60.0)
    attempts.begin("prepare", 1, alone=False)
    assert attempts.begin("image", 1, alone=False) == "go"


def test_a_task_that_dies_every_time_is_given_up() -> None:
    attempts = Attempts(60.0)
    for _ in range(ATTEMPTS):
        assert attempts.begin("prepare", 1, alone=True) == "go"
    refusal = attempts.begin("prepare", 1, alone=True)
    assert isinstance(refusal, Failed)
    assert refusal.kind == "worker_died"


def test_a_task_that_took_too_long_is_given_up_at_once() -> None:
    attempts = Attempts(1e-9)
    attempts.begin("prepare", 1, alone=False)
    refusal = attempts.begin("prepare", 1, alone=False)
    assert isinstance(refusal, Failed)
    assert "it took longer than" in refusal.error
