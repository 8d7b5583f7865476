"""What a query may say, as keyword arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

from pydantic import ValidationError

from emoretrieve.errors import QueryError
from emoretrieve.wire import Asked


class QueryChoices(TypedDict, total=False):
    """The options of `emoretrieve query`; `emoretrieve.wire.Choices` has their meaning and their defaults."""

    words: str
    like: Sequence[str]
    unlike: Sequence[str]
    to: Literal["audio", "image", "any"]
    limit: int
    offset: int
    match: str
    weights: Sequence[float]
    filters: Sequence[str]
    max_p: float
    explain: bool
    exact: bool
    rescore: dict[str, object]
    group_by: str
    group_size: int
    diverse: float


class PairChoices(TypedDict, total=False):
    """The options of `emoretrieve pair`; `emoretrieve.wire.PairAsked` has their meaning and their defaults."""

    source: Literal["audio", "image"]
    method: Literal["hungarian", "greedy", "stable", "argmax"]
    match: str
    weights: Sequence[float]
    capacity: int
    from_filters: Sequence[str]
    to_filters: Sequence[str]
    draws: int
    limit: int


def body_of(shape: type[Asked], given: dict[str, object]) -> dict[str, object]:
    """What was chosen as a body, checked before it is sent; QueryError of kind `bad_request`."""
    chosen = {name: value for name, value in given.items() if value is not None}
    try:
        return shape.model_validate(chosen).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(map(str, first["loc"]))
        raise QueryError(f"{at + ': ' if at else ''}{first['msg']}.", kind="bad_request") from None
