"""Numbers of answers on the hypersphere as the terminal writes them."""

from __future__ import annotations

import pytest

from emoretrieve_cli.terminal.sphere import share_text, sureness


@pytest.mark.parametrize(
    ("p", "queries", "text"),
    [(0.0, 200, "<0.005"), (0.0, 150, "<0.007"), (0.02, 150, "0.020"), (1.0, 150, "1.000"), (None, None, "–")],
)
def test_a_share_is_not_finer_than_the_queries_it_is_of(p: float | None, queries: int | None, text: str) -> None:
    assert share_text(p, queries) == text


def test_sureness_is_said_in_a_number_and_in_words() -> None:
    assert sureness(143.4, 128) == "kappa 143 (not very sure: mean cosine of a draw 0.65)"
