"""How many participants a study needs."""

from __future__ import annotations

import pytest

from emoretrieve.errors import QueryError
from emoretrieve.evaluation.human.planning import Plan, PlanOptions, plan


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan(PlanOptions(raters=(3, 20), each=8, lift=1.5, studies=30))


def test_more_participants_find_more_and_know_it_better(planned: Plan) -> None:
    few, many = planned.sizes
    assert few.found < many.found
    assert many.found > 0.6
    assert many.width < few.width


def test_where_there_is_nothing_to_find_little_is_found(planned: Plan) -> None:
    assert all(size.found_by_chance <= 0.14 for size in planned.sizes)


def test_the_same_options_say_the_same_again_and_tell_how_far_they_are() -> None:
    told: list[tuple[str, int, int | None]] = []
    options = PlanOptions(raters=(2,), each=2, studies=3)
    assert plan(options, lambda *now: told.append(now)) == plan(options)
    assert [done for _, done, _ in told] == [1, 2, 3]


@pytest.mark.parametrize(
    "asked", [{"raters": (0,)}, {"raters": ()}, {"each": 0}, {"studies": 0}, {"lift": 0}, {"lift": 9}, {"points": 6}]
)
def test_what_makes_no_sense_is_told(asked: dict[str, int]) -> None:
    with pytest.raises(QueryError) as caught:
        PlanOptions(**asked)  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.kind == "bad_design"
