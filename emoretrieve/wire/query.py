"""The answer to a query."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from emoretrieve.wire.item import Captions, Item, Profile
from emoretrieve.wire.shape import Shape, Weights

Part = Literal["whole", "fragment_1", "fragment_2", "fragment_3", "fragment_4"]
Axis = Literal["excitement", "calmness", "sadness"]


class Rescoring(Shape):
    """How the best matches were scored again."""

    name: str = Field(description="`captions`, or the name of the vectors.")
    alpha: float
    shortlist: int = Field(description="Items that were scored again.")
    compared: int = Field(description="Those of them that have a similarity.")
    background: int | None = Field(description="Items whose mean is the chance level; null where it is unknown.")
    caution: str | None = Field(description="What must be said of the similarities.")


class Query(Shape):
    """What was asked, with every default filled in."""

    modality: Literal["audio", "image", "text", "colour"]
    text: str | None = Field(None, description="Of a query in words.")
    id: str | None = Field(None, description="Of a query by file, id or name.")
    name: str | None = Field(None, description="Of an item without media.")
    paths: list[str] | None = None
    profile: Profile
    flagged: bool
    captions: Captions
    to: Literal["audio", "image", "any"]
    match: str
    weights: Weights | None = Field(description="Whole, then fragments; null under `concat`.")
    limit: int
    filters: list[str]
    max_p: float | None
    searched: int = Field(description="Items that could have been results.")
    offset: int | None = Field(None, description="Results that were left out before the first one.")
    group_by: str | None = None
    group_size: int | None = None
    diverse: float | None = Field(None, description="The share of relevance.")
    words: str | None = Field(None, description="That were asked for beside a file or an item.")
    liked: list[str] | None = Field(None, description="Ids, without that of the query.")
    disliked: list[str] | None = None
    rescoring: Rescoring | None = None


class Why(Shape):
    """Where query and result agree most; null and empty where they do not agree at all."""

    axis: Axis | None
    fragment: Part | None
    words: list[str] = Field(description="Of the result's caption of that part.")


class PartShare(Shape):
    """What one part added to a score."""

    part: Part
    cosine: float
    weight: float
    contribution: float = Field(description="These five add up to the score.")
    chance: float | None = Field(description="These five add up to the chance level.")


class AxisShare(Shape):
    """What one axis added to a score."""

    axis: Axis
    contribution: float = Field(description="These three add up to the score.")
    share: float | None = Field(description="Of the score.")


class Explanation(Shape):
    """How a score came about."""

    parts: list[PartShare]
    axes: list[AxisShare]
    query_words: list[str]


class Rescored(Shape):
    """What scoring an item again gave."""

    similarity: float | None = Field(
        description="Null: nothing to compare; ranked as if it were the mean of the shortlist."
    )
    chance: float | None = Field(description="The mean similarity of the items searched; null where unknown.")
    z: float | None
    blended: float = Field(description="(1 - alpha) * score + alpha * similarity: what the results are ranked by.")


class Result(Item):
    """One item found, with what its score is worth."""

    rank: int = Field(description="From 1.")
    score: float
    chance: float | None = Field(description="The mean score of the items searched; null where unknown.")
    z: float | None = Field(description="(score - chance) / standard deviation; null where undefined or unknown.")
    p_best: float | None = Field(
        description="Share of random profiles whose best score is at least this one; null where unknown."
    )
    why: Why
    group: str | None = Field(None, description="The value of the key that the results are grouped by.")
    rescored: Rescored | None = None
    explanation: Explanation | None = None


class Answer(Shape):
    """The results of one query, best first."""

    query: Query
    results: list[Result]
    next_cursor: str | None = Field(
        None, description="Of the HTTP API: what to ask for the next page with; absent where there is none."
    )
