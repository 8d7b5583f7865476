"""What a query asks for."""

from __future__ import annotations

from typing import cast

import pytest

from emoretrieve.errors import QueryError
from emoretrieve.search.options import QueryOptions, Source, Target
from emoretrieve.store import Equals, Where


@pytest.mark.parametrize(("source", "target"), [("audio", "image"), ("image", "audio"), ("text", "image")])
def test_a_query_looks_among_the_other_modality_by_default(source: Source, target: Target) -> None:
    assert QueryOptions().target(source) == target


def test_any_searches_both_modalities_under_the_conditions() -> None:
    conditions = (Equals("artist", "Monet"),)
    assert QueryOptions(to="any", where=conditions).searched("audio") == Where(None, conditions)


def test_one_modality_is_searched_where_one_is_named() -> None:
    assert QueryOptions(to="audio").searched("audio") == Where("audio")


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(limit: int) -> None:
    with pytest.raises(QueryError) as caught:
        QueryOptions(limit=limit)
    assert caught.value.kind == "bad_limit"


@pytest.mark.parametrize("max_p", [-0.1, 1.1, float("nan")])
def test_max_p_outside_0_to_1_is_refused(max_p: float) -> None:
    with pytest.raises(QueryError) as caught:
        QueryOptions(max_p=max_p)
    assert caught.value.kind == "bad_max_p"


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(QueryError) as caught:
        QueryOptions(to=cast(Target, "video"))
    assert caught.value.kind == "bad_target"


def test_a_bad_match_is_refused_when_the_options_are_made() -> None:
    with pytest.raises(QueryError) as caught:
        QueryOptions(match="nearest")
    assert caught.value.kind == "bad_match"
