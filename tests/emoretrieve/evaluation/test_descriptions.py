"""Lengths and completeness of descriptions."""

from __future__ import annotations

from pathlib import Path

from emoretrieve.evaluation.descriptions import Descriptions
from emoretrieve.perception.prompted.completeness import Completeness
from emoretrieve.perception.prompted.ledger import Ledger
from tests.emoretrieve.search.collection import CAPTIONS, random_items, store_of


def remembered(tmp_path: Path, ended: dict[str, bool]) -> Completeness:
    with Ledger(tmp_path / "answers.sqlite") as ledger:
        for text, complete in ended.items():
            ledger.keep("image", text, {"text": text, "coverage": 1, "complete": complete, "usage": {}})
    return Completeness.of_ledger(tmp_path / "answers.sqlite")


def read(completeness: Completeness) -> Descriptions:
    with store_of(random_items("image", 3, 1)) as store:
        return Descriptions.read(store, "image", completeness)


def test_words_of_wholes_and_of_four_fragments_together_are_counted() -> None:
    found = read(Completeness({}))
    assert (found.wholes.lengths.mean, found.fragments.lengths.mean) == (5, 18)
    assert (found.wholes.unknown, found.wholes.complete, found.wholes.cut) == (3, 0, 0)


def test_four_fragments_are_complete_where_all_are_and_cut_where_one_is(tmp_path: Path) -> None:
    all_ended = dict.fromkeys(CAPTIONS.parts, True)
    found = read(remembered(tmp_path / "a", all_ended))
    assert (found.wholes.complete, found.fragments.complete) == (3, 3)
    found = read(remembered(tmp_path / "b", {**all_ended, CAPTIONS.fragments[2]: False}))
    assert (found.wholes.complete, found.fragments.complete, found.fragments.cut) == (3, 0, 3)
    found = read(remembered(tmp_path / "c", {CAPTIONS.fragments[0]: True}))
    assert (found.fragments.complete, found.fragments.cut, found.fragments.unknown) == (0, 0, 3)
