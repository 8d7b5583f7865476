"""What a study asks for: how many pairs of which kinds, and which questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import randbits
from typing import Literal, TypeAlias, get_args

from emoretrieve.errors import QueryError
from emoretrieve.pairing.options import PairOptions

Kind: TypeAlias = Literal["best", "random", "worst"]
"""Of a pair: of the highest scores, drawn by chance, of the lowest scores."""
KINDS: tuple[Kind, ...] = get_args(Kind)

POINTS = (5, 7)
USUAL_EACH = 10
_SEEDS = 2**53
"""Seeds beyond are no whole numbers to every program that reads JSON."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a pair, with the words for both ends of its scale."""

    name: str
    text: str
    low: str
    high: str


QUESTIONS: Sequence[Question] = (
    Question("feeling", "How alike do the song and the picture feel?", "not at all alike", "entirely alike"),
    Question("coherence", "How well do they go together as a whole?", "not at all", "perfectly"),
)
"""What people judged in the paper (Bufi and Murolo, section IV.B): "emotional congruence and overall multimodal
coherence". Its scale is not stated."""


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """Which pairs to show, and how; QueryError (`bad_design`) where that makes no sense."""

    pairing: PairOptions = field(default_factory=PairOptions)
    """The pairs whose best and worst are shown."""
    each: int | None = None
    """Pairs of each kind; None: ten, or a quarter of the smaller side of the collection where that is less."""
    repeats: int | None = None
    """Pairs that each participant rates twice; None: three, or one of ten where that is less."""
    points: int = 7
    """Of the scale."""
    seed: int | None = None
    """Decides which pairs are drawn and how they are named; None: drawn anew. It stays in the key, not in the page."""

    def __post_init__(self) -> None:
        if self.each is not None and self.each < 1:
            raise _bad(f"A study shows at least 1 pair of each kind, not {self.each}.")
        if self.points not in POINTS:
            raise _bad(f"The scale has {' or '.join(map(str, POINTS))} points, not {self.points}.")
        if self.repeats is not None and self.repeats < 0:
            raise _bad(f"At least 0 pairs are rated twice, not {self.repeats}.")
        if self.seed is not None and not 0 <= self.seed < _SEEDS:
            raise _bad(f"A seed lies between 0 and {_SEEDS - 1}, not at {self.seed}.")

    def fitted(self, smaller_side: int) -> FittedOptions:
        """The numbers for a collection of that many songs or pictures, whichever are fewer."""
        each = self.each or max(1, min(USUAL_EACH, smaller_side // 4))
        shown = len(KINDS) * each
        repeats = min(3, shown // 10) if self.repeats is None else self.repeats
        if repeats > shown:
            raise _bad(f"{repeats} pairs cannot be rated twice: the study shows {shown}.")
        return FittedOptions(each, repeats, randbits(52) if self.seed is None else self.seed)


@dataclass(frozen=True, slots=True)
class FittedOptions:
    """The numbers of one study."""

    each: int
    repeats: int
    seed: int


def _bad(sentence: str) -> QueryError:
    return QueryError(sentence, kind="bad_design")
