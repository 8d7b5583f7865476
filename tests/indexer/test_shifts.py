"""Models that do not fit together work one after another, each as long as it has work."""

from __future__ import annotations

from emoretrieve.perception import Role
from emoretrieve_indexer.shifts import Shifts

ALL: frozenset[Role] = frozenset({"audio", "image", "colour"})


def test_models_that_fit_together_never_wait() -> None:
    shifts = Shifts(frozenset())
    shifts.begin("audio")
    assert shifts.may_work("image")
    assert shifts.may_work("colour")
    assert not shifts.turn_over([], captioned=False)


def test_one_model_that_needs_all_memory_waits_for_nobody() -> None:
    shifts = Shifts(frozenset({"audio"}))
    shifts.begin("audio")
    assert all(shifts.may_work(role) for role in ALL)


def test_who_comes_first_has_the_first_turn_and_the_others_wait() -> None:
    shifts = Shifts(ALL)
    shifts.begin("image")
    assert shifts.may_work("image")
    assert not shifts.may_work("audio")
    assert not shifts.may_work("colour")


def test_colours_have_their_turn_after_both_modalities() -> None:
    shifts = Shifts(ALL)
    shifts.begin("image")
    assert shifts.turn_over(["audio"], captioned=True)
    assert shifts.may_work("audio")
    assert shifts.turn_over(["image"], captioned=True)
    assert shifts.may_work("colour")
    assert not shifts.may_work("image")


def test_after_the_colours_anybody_may_begin() -> None:
    shifts = Shifts(ALL)
    shifts.begin("audio")
    shifts.turn_over([], captioned=True)
    shifts.end_colours()
    assert shifts.may_work("image")
    assert shifts.may_work("audio")


def test_colours_that_run_beside_captions_need_no_turn() -> None:
    shifts = Shifts(frozenset({"audio", "image"}))
    shifts.begin("audio")
    assert shifts.may_work("colour")
    assert not shifts.may_work("image")


def test_a_modality_that_waits_is_never_forgotten() -> None:
    shifts = Shifts(ALL)
    shifts.begin("audio")
    shifts.turn_over(["image"], captioned=False)
    assert shifts.turn_over(["audio"], captioned=False)
    assert shifts.may_work("audio")
