"""Why models stopped, from the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from emoretrieve.errors import StoreError
from emoretrieve.perception.prompted.completeness import Completeness
from emoretrieve.perception.prompted.ledger import Ledger


def kept(text: str, *, complete: bool, asked: bool = True) -> dict[str, object]:
    usage = {"prompt_tokens": 1} if asked else None
    return {"text": text, "coverage": 1.0, "complete": complete, "usage": usage}


def test_the_ledger_tells_why_a_model_stopped(tmp_path: Path) -> None:
    with Ledger(tmp_path / "answers.sqlite") as ledger:
        ledger.keep("audio", "1", kept("Drums without a full stop", complete=True))
        ledger.keep("image", "2", kept("A lake.", complete=False))
        ledger.keep("image", "3", kept("It is silent.", complete=True, asked=False))
        ledger.keep("image", "4", {"error": "It repeats itself.", "kind": "repetitive_caption", "answer": "la la"})
        ledger.keep("colour", "5", {"text": "RGB:", "complete": True, "usage": {}})
        found = Completeness.of_ledger(tmp_path / "answers.sqlite")
    captions = ("Drums without a full stop", "A lake.", "It is silent.", "la la", "RGB:", "Something else.")
    assert [found.of(caption) for caption in captions] == [True, False, None, None, None, None]


def test_a_caption_that_was_ended_once_and_cut_once_is_unknown(tmp_path: Path) -> None:
    with Ledger(tmp_path / "answers.sqlite") as ledger:
        for number, complete in enumerate((True, False, True)):
            ledger.keep("audio", str(number), kept("Drums.", complete=complete))
    assert Completeness.of_ledger(tmp_path / "answers.sqlite").of("Drums.") is None


def test_without_a_ledger_nothing_is_known_and_none_is_made(tmp_path: Path) -> None:
    assert Completeness.of_ledger(tmp_path / "answers.sqlite").of("Drums.") is None
    assert Completeness.of_ledger(None).of("Drums.") is None
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_ledger_is_told(tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite").write_text("no database, only text that is long enough to look at")
    with pytest.raises(StoreError) as caught:
        Completeness.of_ledger(tmp_path / "answers.sqlite")
    assert caught.value.kind == "ledger"
