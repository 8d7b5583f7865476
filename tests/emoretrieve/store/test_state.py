"""What the state's file claims is true, whenever the process ends."""

from __future__ import annotations

from emoretrieve.store.moments import MomentsLedger
from emoretrieve.store.sidecar import MemorySidecar
from emoretrieve.store.state import State


def saved_without_moments() -> MemorySidecar:
    """What a session leaves that found the contents of a killed one and did not ask for their moments."""
    sidecar = MemorySidecar()
    State(sidecar, count=3).save(count=3)
    return sidecar


def test_a_saved_state_is_read_again() -> None:
    sidecar = saved_without_moments()
    assert State(sidecar, count=3).version == State(sidecar, count=3).version


def test_a_state_of_another_number_of_items_is_not_believed() -> None:
    sidecar = saved_without_moments()
    before = State(sidecar, count=3).version
    assert State(sidecar, count=4).version != before


def test_a_change_after_the_moments_were_learned_gives_up_the_old_version() -> None:
    sidecar = saved_without_moments()
    state = State(sidecar, count=3)
    before = state.version
    state.learn(MomentsLedger)
    state.about_to_change()  # and the process is killed
    assert State(sidecar, count=3).version != before


def test_learned_moments_are_kept_under_the_same_version() -> None:
    sidecar = saved_without_moments()
    state = State(sidecar, count=3)
    state.learn(MomentsLedger)
    state.save(count=3)
    again = State(sidecar, count=3)
    assert again.version == state.version
    assert again.ledger is not None
