"""What a model said fits into a sentence."""

from __future__ import annotations

import pytest

from emoretrieve.perception.prompted.quoting import quoted


@pytest.mark.parametrize(
    ("text", "quote"),
    [("", "''"), ("12345", "'12345'"), ("123456", "'12345...'"), ("1\n2\t3", "'1 2 3'")],
    ids=["empty", "as long as may be", "too long", "several lines"],
)
def test_a_text_is_quoted_on_one_line_of_limited_length(text: str, quote: str) -> None:
    assert quoted(text, 5) == quote
