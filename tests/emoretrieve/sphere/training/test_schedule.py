"""Learning rates rise and fall as they are told, whatever the number of steps."""

from __future__ import annotations

import pytest

from emoretrieve.errors import TrainingError
from emoretrieve.sphere.training.order import Order
from emoretrieve.sphere.training.schedule import factor
from emoretrieve.sphere.training.settings import TrainingSettings


def factors(schedule: str, steps: int = 1000, warmup: float = 0.1) -> list[float]:
    settings = TrainingSettings(schedule=schedule, steps=steps, warmup=warmup)  # type: ignore[arg-type]
    return [factor(step, settings) for step in range(steps)]


def test_cosine_rises_through_the_warmup_and_falls_towards_nothing() -> None:
    found = factors("cosine")
    assert found[:100] == sorted(found[:100])
    assert found[100:] == sorted(found[100:], reverse=True)
    assert max(found) == pytest.approx(1.0, abs=0.01)
    assert 0 < found[-1] < 1e-4
    assert found[550] == pytest.approx(0.5, abs=0.01)


def test_one_cycle_begins_at_a_twenty_fifth_and_peaks_at_three_tenths() -> None:
    found = factors("one-cycle")
    assert found[0] == pytest.approx(1 / 25, abs=0.01)
    assert found.index(max(found)) == pytest.approx(300, abs=2)


def test_constant_stays() -> None:
    assert set(factors("constant")[100:]) == {1.0}


@pytest.mark.parametrize("schedule", ["cosine", "one-cycle", "constant"])
@pytest.mark.parametrize("warmup", [0.0, 1.0])
def test_no_step_is_without_a_rate(schedule: str, warmup: float) -> None:
    for steps in (1, 2, 7):
        assert all(0 < value <= 1 for value in factors(schedule, steps, warmup))


def test_every_pass_takes_every_item_once_in_an_order_of_its_own() -> None:
    order = Order(items=12, batch_size=4, seed=0)
    passes = [[int(row) for step in range(turn * 3, turn * 3 + 3) for row in order.rows(step)] for turn in range(2)]
    assert sorted(passes[0]) == sorted(passes[1]) == list(range(12))
    assert passes[0] != passes[1]
    assert Order(12, 4, 0).rows(4).tolist() == order.rows(4).tolist()
    assert Order(12, 4, 1).rows(4).tolist() != order.rows(4).tolist()


def test_fewer_items_than_a_batch_are_all_of_it() -> None:
    assert sorted(Order(items=5, batch_size=128, seed=0).rows(3).tolist()) == list(range(5))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"steps": 0}, "The setting steps is 0; it has to be from 1 to 1,000,000,000"),
        ({"schedule": "linear"}, "schedule is 'linear'; it has to be one of cosine, one-cycle, constant"),
        ({"learning_rate": float("nan")}, "learning_rate is nan"),
        ({"batch_size": 1}, "batch_size is 1"),
    ],
)
def test_settings_that_make_no_sense_are_told(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(TrainingError, match=sentence) as caught:
        TrainingSettings(**changes)  # type: ignore[arg-type]
    assert caught.value.kind == "bad_training"
