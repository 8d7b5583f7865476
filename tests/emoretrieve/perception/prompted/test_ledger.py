"""Answers are kept on disk, shared by processes, and told from damage."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from emoretrieve.errors import StoreError
from emoretrieve.perception.prompted.chat import Usage
from emoretrieve.perception.prompted.ledger import Ledger, RoleCosts, SqliteAnswers, ledger_key

KEY = ledger_key("colour", "How calm?", "A slow song.")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "answers.sqlite"


def test_an_answer_is_there_for_the_next_process_and_for_one_at_the_same_time(file: Path) -> None:
    with Ledger(file) as ledger, Ledger(file) as other:
        ledger.keep("colour", KEY, {"text": "RGB: (1, 2, 3)"})
        assert other.recall("colour", KEY) == {"text": "RGB: (1, 2, 3)"}
    with Ledger(file) as later:
        assert later.recall("colour", KEY) == {"text": "RGB: (1, 2, 3)"}


def test_what_is_forgotten_is_asked_again(file: Path) -> None:
    with Ledger(file) as ledger:
        ledger.keep("colour", KEY, {"text": "no"})
        ledger.forget(KEY)
        assert ledger.recall("colour", KEY) is None


def test_keys_tell_apart_what_is_asked_and_in_which_order() -> None:
    assert len({ledger_key("a", "b"), ledger_key("b", "a"), ledger_key("ab"), ledger_key(["a", "b"])}) == 4


def test_recalling_is_counted_and_looking_up_is_not() -> None:
    with Ledger() as ledger:
        ledger.keep("audio", KEY, {"text": "rain"})
        ledger.look_up(KEY)
        ledger.recall("audio", KEY)
        ledger.note("audio", Usage(7, 5, 3, seconds=2.0))
        assert ledger.costs == {"audio": RoleCosts(1, 1, 7, 3, 5, 2.0)}


@pytest.mark.parametrize("damage", ['{"text": "ra', "3", "", "\x00\x00"])
def test_an_answer_that_is_damaged_on_the_disk_is_asked_for_again(file: Path, damage: str) -> None:
    with Ledger(file) as ledger:
        ledger.keep("audio", KEY, {"text": "rain"})
    with sqlite3.connect(file) as database:
        database.execute("UPDATE answer SET value = ?", (damage,))
    database.close()
    with Ledger(file) as ledger:
        assert ledger.recall("audio", KEY) is None
        assert ledger.costs == {}


def test_a_file_that_is_no_ledger_is_one_sentence_that_says_what_to_do(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"words, nothing but words " * 100)
    with pytest.raises(StoreError, match="move it away if it is damaged") as refused:
        SqliteAnswers(file)
    assert refused.value.kind == "ledger"
    assert file.read_bytes().startswith(b"words")


def test_a_ledger_whose_pages_are_overwritten_says_so(file: Path) -> None:
    with Ledger(file) as ledger:
        for number in range(2_000):
            ledger.keep("audio", ledger_key(number), {"text": "rain " * 50})
    pages = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(4_096)
        opened.write(b"\xff" * (pages - 4_096))
    with Ledger(file) as ledger, pytest.raises(StoreError, match="cannot be used") as refused:
        ledger.recall("audio", ledger_key(7))
    assert refused.value.kind == "ledger"
