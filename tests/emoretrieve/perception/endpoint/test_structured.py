"""The same pattern under the names that servers know it by."""

from __future__ import annotations

import json

import pytest

from emoretrieve.perception.endpoint.reply import WrongShape
from emoretrieve.perception.endpoint.structured import DIALECTS, PLAIN


def test_each_dialect_sends_the_pattern() -> None:
    assert all("[0-9]+" in json.dumps(dialect.fields("[0-9]+")) for dialect in DIALECTS)


def test_plain_asking_sends_nothing() -> None:
    assert PLAIN.fields("[0-9]+") == {}


def test_an_answer_in_json_is_unpacked() -> None:
    assert DIALECTS[-1].read('"RGB: (1,2,3)"') == "RGB: (1,2,3)"


@pytest.mark.parametrize("answer", ["RGB: (1,2,3)", "7", '"RGB: (1'])
def test_an_answer_that_should_be_a_json_text_and_is_none_is_refused(answer: str) -> None:
    with pytest.raises(WrongShape):
        DIALECTS[-1].read(answer)
