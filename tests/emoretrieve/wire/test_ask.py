"""What a server may be asked for."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from emoretrieve.wire import PairAsked, QueryAsked


@pytest.mark.parametrize(
    "asked",
    [
        {"item": "7b0b7d0f-1c1a-5d2c-9d3c-1f0a1d2b3c4d"},
        {"text": "a quiet evening", "to": "audio"},
        {"rgb": [220, 40, 30]},
        {"rgb": [[1, 2, 3]] * 5, "weights": [1, 0, 0, 0, 0]},
        {"like": ["a", "b"], "unlike": ["c"]},
        {"cursor": "abc"},
    ],
)
def test_a_query_starts_from_one_thing(asked: dict[str, object]) -> None:
    assert QueryAsked.model_validate(asked).limit == 10


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"item": "a", "text": "b"},
        {"cursor": "abc", "limit": 3},
        {"text": ""},
        {"rgb": [220, 40]},
        {"rgb": [256, 0, 0]},
        {"item": "a", "limits": 3},
        {"item": "a", "limit": 0},
        {"item": "a", "filters": ["x"] * 51},
    ],
)
def test_a_query_that_makes_no_sense_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        QueryAsked.model_validate(asked)


def test_the_source_of_a_pairing_is_called_from() -> None:
    assert PairAsked.model_validate({"from": "image"}).source == "image"
