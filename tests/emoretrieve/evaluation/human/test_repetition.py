"""Whether participants agree with themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emoretrieve.evaluation.human.repetition import repetition
from tests.emoretrieve.evaluation.human.samples import ratings

NAN = float("nan")


def test_a_second_rating_is_held_against_the_first_and_against_other_pairs() -> None:
    of = replace(ratings([[1, 4, 7], [2, 2, NAN]]), again=np.array([[1, NAN, 5], [NAN, NAN, 3]]))
    one = repetition(of)
    assert one is not None
    assert (one.count, one.same, one.difference) == (2, 0.5, 1.0)
    assert one.chance_same == 0
    assert one.chance_difference == pytest.approx(((3 + 6) / 2 + (4 + 1) / 2) / 2)


def test_without_a_second_rating_there_is_nothing_to_say() -> None:
    assert repetition(ratings([[1, 4, 7]])) is None


def test_with_one_pair_alone_there_is_no_chance_level_and_nothing_to_say() -> None:
    assert repetition(replace(ratings([[4]]), again=np.array([[4.0]]))) is None
