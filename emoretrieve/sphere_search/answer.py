"""What a query on the hypersphere returns, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass

from emoretrieve.item import Item
from emoretrieve.search.answer import JsonObject, item_json
from emoretrieve.search.filters import filter_text
from emoretrieve.search.options import Target
from emoretrieve.sphere.sureness import in_words, mean_cosine
from emoretrieve.sphere_search.background import Background
from emoretrieve.sphere_search.options import SphereOptions
from emoretrieve.sphere_search.query import Part, SphereQuery
from emoretrieve.sphere_search.sliced_ranking import Agreement


@dataclass(frozen=True, slots=True)
class SphereResult:
    """One item found."""

    rank: int
    """From 1; equal scores are ranked by ascending id."""
    item: Item
    score: float
    """By the distance asked for: more is nearer."""
    z: float | None
    """(score - chance) / standard deviation; None where that is undefined or unknown."""
    p_best: float | None
    """Share of random queries whose best score is at least this one; None where it is unknown."""
    cosine: float
    """Of the mean directions."""
    kappa: float
    """How sure the item is."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked at, and what is certain of the answer."""

    items: int
    """Items of the kind searched that have a point, those of the query among them."""
    without: int
    """Items of that kind that have none, and so could not be found."""
    shortlist: int
    """Items that were scored by the distance."""
    exact: bool | None
    """Whether certainly no other item belongs among the results; None for `ssw`, which cannot tell."""
    complete: bool
    """Whether all of them were scored."""


@dataclass(frozen=True, slots=True)
class SphereAnswer:
    """The results of one query, best first."""

    query: SphereQuery
    options: SphereOptions
    searched: Searched
    background: Background
    caution: str | None
    """What must be said of the scores, such as that the model is a demonstration."""
    results: tuple[SphereResult, ...]
    random_queries: int | None = None
    """How many the results are held against by `p_best`; None where p is unknown."""
    agreement: Agreement | None = None
    """Under `ssw`: what its order has in common with that of `elk`."""

    @property
    def to(self) -> Target:
        """What was looked for."""
        return self.query.target(self.options)

    def to_json(self) -> JsonObject:
        """The answer as `query --space sphere --json` prints it."""
        return {"query": self._query_json(), "results": [self._result_json(result) for result in self.results]}

    def _query_json(self) -> JsonObject:
        options, chance = self.options, self.background.chance
        return {
            "space": "sphere",
            "parts": [self._part_json(part) for part in self.query.parts],
            **self._sureness_json(self.query.point.kappa),
            "to": self.to,
            "distance": options.distance,
            "limit": options.limit,
            "offset": options.offset,
            "filters": [filter_text(condition) for condition in options.where],
            "searched": self.searched.items,
            "without_point": self.searched.without,
            "shortlist": self.searched.shortlist,
            "exact": self.searched.exact,
            "chance": chance.mean,
            "deviation": chance.deviation,
            "background": self.background.count,
            "background_whole": self.background.whole,
            "random_queries": self.random_queries,
            "agreement": None if self.agreement is None else self.agreement.to_json(),
            "caution": self.caution,
        }

    def _part_json(self, part: Part) -> JsonObject:
        return {
            "modality": part.modality,
            "text": part.text,
            "id": part.item.id if part.item else None,
            "paths": list(part.paths),
            **self._sureness_json(part.point.kappa),
        }

    def _result_json(self, result: SphereResult) -> JsonObject:
        return {
            "rank": result.rank,
            **item_json(result.item),
            "score": result.score,
            "chance": self.background.chance.mean,
            "z": result.z,
            "p_best": result.p_best,
            "cosine": result.cosine,
            **self._sureness_json(result.kappa),
        }

    def _sureness_json(self, kappa: float) -> JsonObject:
        size = self.query.point.dimension
        return {"kappa": kappa, "mean_cosine": mean_cosine(kappa, size), "sureness": in_words(kappa, size)}
