"""Files of answers are read with every fault named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emoretrieve.errors import SourceError
from emoretrieve.evaluation.human.answers import read_answers
from tests.emoretrieve.evaluation.human.samples import answers_json, key, participant, write_answers

ANNA = participant("anna", [7, 6, 4, 4, 2, 1], {"p02": 5})
_HEADER = "study,participant,seed,place,pair,occasion,feeling,coherence,seconds,heard\n"


def table(folder: Path, *rows: str, header: str = _HEADER) -> Path:
    file = folder / "answers.csv"
    file.write_text(header + "".join(f"{row}\n" for row in rows))
    return file


def test_what_the_page_saved_is_read(tmp_path: Path) -> None:
    ben = participant("ben", [1, 2, 3, 4, 5, 6])
    files = [write_answers(tmp_path, one) for one in (ben, ANNA)]
    assert read_answers(files, key()) == (ANNA, ben)


def test_a_table_may_hold_several_participants(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        "0123456789ab,ben,1,1,p02,1,3,4,12,7.5",
        "0123456789ab,anna,2,1,p01,1,7,6,12,8",
        "0123456789ab,ben,1,2,p01,1,2,2,12,0",
    )
    anna, ben = read_answers([file], key())
    assert [(one.pair, one.ratings["feeling"], one.heard_s) for one in ben.answers] == [
        ("p02", 3, 7.5),
        ("p01", 2, 0.0),
    ]
    assert anna.answers[0].ratings == {"feeling": 7, "coherence": 6}


def fault(tmp_path: Path, **changes: Any) -> SourceError:
    """What is said of Anna's answers with changes to the first of them."""
    values: Any = answers_json(ANNA)
    values["answers"][0] |= changes
    (tmp_path / "a.json").write_text(json.dumps(values))
    with pytest.raises(SourceError) as caught:
        read_answers([tmp_path / "a.json"], key())
    return caught.value


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"feeling": 8}, "has the rating '8' of feeling in answer 1, and it is a whole number from 1 to 7"),
        ({"feeling": 0}, "the rating '0'"),
        ({"feeling": 2.5}, "the rating '2.5'"),
        ({"feeling": float("nan")}, "the rating 'nan'"),
        ({"feeling": None}, "has no rating of feeling"),
        ({"coherence": "often"}, "the rating 'often' of coherence"),
        ({"coherence": True}, "the rating 'True'"),
        ({"pair": "p99"}, "rates a pair 'p99' in answer 1, which the study has not"),
        ({"pair": None}, "rates a pair 'None'"),
        ({"pair": ["p01"]}, "which the study has not"),
        ({"pair": "p02"}, "rates the pair 'p02' twice in answer 2"),
        ({"occasion": 3}, "has the occasion '3'"),
        ({"heard": -1}, "has '-1' seconds heard"),
    ],
)
def test_an_answer_that_cannot_be_used_is_told(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    error = fault(tmp_path, **changes)
    assert said in str(error)
    assert error.kind == "bad_answers"


def test_answers_of_another_study_are_told(tmp_path: Path) -> None:
    with pytest.raises(
        SourceError, match="answers to the study 'ffff', and the key is that of '0123456789ab'"
    ) as caught:
        read_answers([write_answers(tmp_path, ANNA, "ffff")], key())
    assert caught.value.kind == "other_study"


def test_a_participant_who_is_there_twice_is_told(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    files = [write_answers(tmp_path, ANNA), write_answers(tmp_path / "again", ANNA)]
    with pytest.raises(SourceError, match=r"participant 'anna' as '.*anna.json' does"):
        read_answers(files, key())
    with pytest.raises(SourceError, match="participant 'anna' twice"):
        read_answers([files[0], files[0]], key())


@pytest.mark.parametrize("column", ["study", "participant", "pair", "occasion", "feeling", "coherence"])
def test_a_missing_column_is_told(tmp_path: Path, column: str) -> None:
    file = table(tmp_path, header=_HEADER.replace(column, "other"))
    with pytest.raises(SourceError, match=f"has no column '{column}'") as caught:
        read_answers([file], key())
    assert caught.value.kind == "bad_answers"


def test_a_table_without_rows_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no answer"):
        read_answers([table(tmp_path)], key())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("0123456789ab,,1,1,p01,1,3,3,1,1", "without the name of a participant"),
        ("0123456789ab,ben,1,1,p01,1,,3,1,1", "no rating of feeling in line 2"),
        ("0123456789ab,ben,1,1,p01,1,3,3,1,1,1,1", "cells"),
        (",ben,1,1,p01,1,3,3,1,1", "the study 'None'"),
    ],
)
def test_a_row_that_cannot_be_used_is_told(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_answers([table(tmp_path, row)], key())


@pytest.mark.parametrize("text", ["{}", "[]", '{"format": "x", "answers": []}', "nothing"])
def test_what_holds_no_answers_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(SourceError) as caught:
        read_answers([tmp_path / "a.json"], key())
    assert caught.value.kind == "bad_answers"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for name in ("a.json", "a.csv"):
        with pytest.raises(SourceError) as caught:
            read_answers([tmp_path / name], key())
        assert caught.value.kind == "not_found"


def test_an_answer_that_is_no_object_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({**answers_json(ANNA), "answers": [7]}))
    with pytest.raises(SourceError, match="answer 1 that is no JSON object"):
        read_answers([tmp_path / "a.json"], key())
