"""What a search returns, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from emoretrieve.emotion import EmotionProfile
from emoretrieve.item import Captions, Item
from emoretrieve.search.explanation import Explanation
from emoretrieve.search.filters import filter_text
from emoretrieve.search.options import QueryOptions, Target
from emoretrieve.search.query import Query
from emoretrieve.search.rescoring import Reranking, Rescored
from emoretrieve.search.why import Why

JsonObject: TypeAlias = dict[str, object]
"""What `json.dumps` writes; scores are not rounded and no number is NaN or infinite."""


@dataclass(frozen=True, slots=True)
class Result:
    """One item found."""

    rank: int
    """From 1; equal scores are ranked by ascending id."""
    item: Item
    score: float
    chance: float | None
    """Mean score of the items searched; None where it is unknown (see docs/calibration.md)."""
    z: float | None
    """(score - chance) / standard deviation; None where that is undefined or unknown."""
    p_best: float | None
    """Share of random profiles whose best score is at least this one; None where it is unknown."""
    why: Why
    explanation: Explanation | None = None
    """Only where the options ask for it."""
    rescored: Rescored | None = None
    """Likewise."""
    group: str | None = None
    """The value of the key that the results are grouped by."""

    def to_json(self) -> JsonObject:
        """The result as `query --json` prints it."""
        scores = {"score": self.score, "chance": self.chance, "z": self.z, "p_best": self.p_best}
        found = {"rank": self.rank, **item_json(self.item), **scores, "why": self.why.to_json()}
        if self.group is not None:
            found["group"] = self.group
        if self.rescored is not None:
            found["rescored"] = self.rescored.to_json()
        return found if self.explanation is None else {**found, "explanation": self.explanation.to_json()}


@dataclass(frozen=True, slots=True)
class Answer:
    """The results of one query, best first."""

    query: Query
    options: QueryOptions
    searched: int
    """Number of items that could have been results."""
    results: tuple[Result, ...]
    reranking: Reranking | None = None
    """How the best matches were scored again, where the options ask for it."""

    @property
    def to(self) -> Target:
        """What was looked for."""
        return self.options.target(self.query.modality)

    def to_json(self) -> JsonObject:
        """The answer as `query --json` prints it."""
        return {"query": self._query_json(), "results": [result.to_json() for result in self.results]}

    def _query_json(self) -> JsonObject:
        match = self.options.matching
        return {
            **_source_json(self.query),
            "profile": profile_json(self.query.profile),
            "flagged": self.query.profile.flagged,
            "captions": captions_json(self.query.captions),
            "to": self.to,
            "match": match.name,
            "weights": None if match.weights is None else list(match.weights),
            "limit": self.options.limit,
            "filters": [filter_text(condition) for condition in self.options.where],
            "max_p": self.options.max_p,
            "searched": self.searched,
            **_arrangement_json(self.options),
            **_examples_json(self.query),
            **({} if self.reranking is None else {"rescoring": self.reranking.to_json()}),
        }


def _arrangement_json(options: QueryOptions) -> JsonObject:
    """What was asked about the order of the results, beyond the best first."""
    grouped = {"group_by": options.group_by, "group_size": options.group_size} if options.group_by else {}
    diverse = {} if options.diverse is None else {"diverse": options.diverse}
    return {**({"offset": options.offset} if options.offset else {}), **grouped, **diverse}


def _examples_json(query: Query) -> JsonObject:
    liked, disliked = ([item.id for item in items] for items in (query.examples.liked, query.examples.disliked))
    words = {"words": query.examples.words} if query.examples.words else {}
    return {**words, **({"liked": liked} if liked else {}), **({"disliked": disliked} if disliked else {})}


def _source_json(query: Query) -> JsonObject:
    if query.modality == "colour":
        return {"modality": query.modality}
    if query.text is not None:
        return {"modality": query.modality, "text": query.text}
    name = {"name": query.item.name} if query.item and query.item.name else {}
    return {"modality": query.modality, "id": query.id, **name, "paths": list(query.paths)}


def item_json(item: Item) -> JsonObject:
    """One item as `show --json` and `list --json` print it."""
    return {
        "id": item.id,
        "modality": item.modality,
        **({"name": item.name} if item.name else {}),
        "paths": list(item.paths),
        "profile": profile_json(item.profile),
        "flagged": item.profile.flagged,
        "captions": captions_json(item.captions),
        "metadata": dict(item.metadata),
        "coverage": item.coverage,
        **({"spread": [list(part) for part in item.spread]} if item.spread else {}),
    }


def profile_json(profile: EmotionProfile) -> JsonObject:
    """`{"whole": [r, g, b], "fragments": [[r, g, b] x 4]}`, the stored integers."""
    whole, *fragments = [[colour.r, colour.g, colour.b] for colour in profile.parts]
    return {"whole": whole, "fragments": fragments}


def captions_json(captions: Captions) -> JsonObject:
    """`{"whole": text, "fragments": [text x 4]}`."""
    return {"whole": captions.whole, "fragments": list(captions.fragments)}
