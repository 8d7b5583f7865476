"""The first signal is a wish, the second one is obeyed at once."""

from __future__ import annotations

import signal
import threading

import pytest

from emoretrieve_indexer.interruption import watch_for_interruption


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_noted_and_the_second_one_interrupts(number: signal.Signals) -> None:
    with watch_for_interruption() as interruption:
        signal.raise_signal(number)
        assert interruption.wanted
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)


def test_the_handlers_of_the_program_come_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with watch_for_interruption():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with watch_for_interruption() as interruption:
            signal.raise_signal(signal.SIGINT)
            assert not interruption.wanted
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_watches_nothing_and_runs() -> None:
    seen: list[bool] = []

    def watch() -> None:
        with watch_for_interruption() as interruption:
            seen.append(interruption.wanted)

    thread = threading.Thread(target=watch)
    thread.start()
    thread.join()
    assert seen == [False]
