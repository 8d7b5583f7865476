"""What the command line prints with `--json`, a server answers and a client reads: one set of shapes.

`docs/json.md` is the contract, and a test holds it, these models and the real output to one another. The command line
builds its output without them, for a query must not wait until pydantic is loaded.
"""

from __future__ import annotations

from emoretrieve.wire.ask import Choices, PairAsked, PathsAsked, QueryAsked, RescoreAsked
from emoretrieve.wire.collection import Counts, NotOpened, Opened, Optimised, Status
from emoretrieve.wire.emotion_map import EmotionMap, MapMark
from emoretrieve.wire.facets import Facet, Facets
from emoretrieve.wire.index import FailedFile, Index, IndexCosts, ModelCosts, StageSeconds
from emoretrieve.wire.item import Captions, Deleted, Item, Items, Profile
from emoretrieve.wire.job import Job, JobProblem, JobProgress, Jobs
from emoretrieve.wire.pair import Pair, PairedItem, Pairing, Price, RandomLevel, Unpaired
from emoretrieve.wire.problem import Fault, Problem
from emoretrieve.wire.query import (
    Answer,
    AxisShare,
    Explanation,
    PartShare,
    Query,
    Rescored,
    Rescoring,
    Result,
    Why,
)
from emoretrieve.wire.service import CostSummary, Health, Readiness, StepCosts
from emoretrieve.wire.shape import Asked, Shape

__all__ = [
    "Answer",
    "Asked",
    "AxisShare",
    "Captions",
    "Choices",
    "CostSummary",
    "Counts",
    "Deleted",
    "EmotionMap",
    "Explanation",
    "Facet",
    "Facets",
    "FailedFile",
    "Fault",
    "Health",
    "Index",
    "IndexCosts",
    "Item",
    "Items",
    "Job",
    "JobProblem",
    "JobProgress",
    "Jobs",
    "MapMark",
    "ModelCosts",
    "NotOpened",
    "Opened",
    "Optimised",
    "Pair",
    "PairAsked",
    "PairedItem",
    "Pairing",
    "PartShare",
    "PathsAsked",
    "Price",
    "Problem",
    "Profile",
    "Query",
    "QueryAsked",
    "RandomLevel",
    "Readiness",
    "RescoreAsked",
    "Rescored",
    "Rescoring",
    "Result",
    "Shape",
    "StageSeconds",
    "Status",
    "StepCosts",
    "Unpaired",
    "Why",
]
