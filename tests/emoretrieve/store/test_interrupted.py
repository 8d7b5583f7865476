"""A process that is killed at a random moment loses nothing of what it acknowledged, and doubles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from emoretrieve.store.local import LocalStore
from emoretrieve.store.place import EmbeddedPlace
from tests.emoretrieve.store.interrupted import (
    NAME,
    WORKS,
    Damage,
    Record,
    Steps,
    damage_in,
    damage_of,
    heard,
    kill,
    killed_again_and_again,
    upsert,
)
from tests.emoretrieve.store.samples import SIGNATURE, assorted

KILLS = 2
"""A work; `benchmarks/kill_store.py` takes fifty."""
LONGEST_S = 0.8


@pytest.mark.parametrize("work", WORKS)
def test_kills_at_random_moments_do_no_damage(work: str, tmp_path: Path) -> None:
    rounds = list(killed_again_and_again(work, tmp_path, KILLS, LONGEST_S))
    assert sum(not one.killed.finished for one in rounds) == KILLS
    assert [damage_in(EmbeddedPlace(one.data), one.record) for one in rounds[-1:]] == [Damage()]


def test_a_work_that_was_killed_is_finished_by_doing_it_again(tmp_path: Path) -> None:
    first = kill("upsert", tmp_path, 0.1)
    second = kill("upsert", tmp_path, None)
    record = Record(assorted(3_000))
    heard(record, [*first.lines, *second.lines])
    assert (first.finished, second.finished) == (False, True)
    place = EmbeddedPlace(tmp_path)
    assert damage_in(place, record) == Damage()
    with place.open(NAME) as store:  # with what was written and not acknowledged any more
        assert store.count() == 3_000


def recorded(*lines: str) -> Record:
    record = Record(assorted(40))
    heard(record, lines)
    return record


def test_damage_is_seen() -> None:
    with LocalStore.in_memory(SIGNATURE) as store:
        record = recorded("try add 0 1 2", "done add 0 1 2", "try remove 3", "done remove 3")
        store.upsert([record.items[number] for number in (1, 3)])
        assert damage_of(store, record) == Damage(lost=2, risen=1)


def test_what_was_only_tried_is_no_damage_either_way() -> None:
    with LocalStore.in_memory(SIGNATURE) as store:
        record = recorded("try add 0 1 2", "done add 0 1 2", "try remove 1 2", "try add 3 4")
        store.upsert([record.items[number] for number in (0, 4)])
        assert damage_of(store, record) == Damage()


def test_an_item_that_was_being_written_again_must_be_there() -> None:
    with LocalStore.in_memory(SIGNATURE) as store:
        assert damage_of(store, recorded("try add 0", "done add 0", "try add 0")) == Damage(lost=1)


def test_a_work_adds_what_is_missing_and_says_so_before_and_after() -> None:
    items, lines = assorted(40), list[str]()
    with LocalStore.in_memory(SIGNATURE) as store:
        store.upsert(items[5:])
        upsert(Steps(store, items, lines.append))
        assert store.count() == 40
    assert lines == ["try add 0 1 2 3 4", "done add 0 1 2 3 4", "try flush", "done flush"]
