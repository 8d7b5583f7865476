"""What a study asks for."""

from __future__ import annotations

import pytest

from emoretrieve.errors import QueryError
from emoretrieve.evaluation.human.design import StudyOptions


@pytest.mark.parametrize(("side", "each", "repeats"), [(1, 1, 0), (8, 2, 0), (22, 5, 1), (40, 10, 3), (10_000, 10, 3)])
def test_a_study_is_as_large_as_the_collection_allows(side: int, each: int, repeats: int) -> None:
    fitted = StudyOptions().fitted(side)
    assert (fitted.each, fitted.repeats) == (each, repeats)


def test_what_is_asked_for_is_not_changed() -> None:
    fitted = StudyOptions(each=3, repeats=9, seed=0).fitted(5)
    assert (fitted.each, fitted.repeats, fitted.seed) == (3, 9, 0)


def test_a_seed_that_nobody_chose_cannot_be_guessed() -> None:
    assert len({StudyOptions().fitted(8).seed for _ in range(20)}) == 20


@pytest.mark.parametrize(
    "asked", [{"each": 0}, {"repeats": -1}, {"points": 6}, {"seed": -1}, {"seed": 2**60}, {"each": 1, "repeats": 4}]
)
def test_what_makes_no_sense_is_told(asked: dict[str, int]) -> None:
    with pytest.raises(QueryError) as caught:
        StudyOptions(**asked).fitted(8)  # type: ignore[arg-type]  # none of these is the pairing
    assert caught.value.kind == "bad_design"
