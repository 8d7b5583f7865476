"""From the key and the answers of a study to what they say: agreement, ratings by kind, preference over chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emoretrieve.errors import QueryError, SourceError
from emoretrieve.evaluation.human.answers import Participant
from emoretrieve.evaluation.human.design import KINDS, QUESTIONS, Kind
from emoretrieve.evaluation.human.key import StudyKey
from emoretrieve.evaluation.human.preference import Preference, preference
from emoretrieve.evaluation.human.rank_correlation import RankCorrelation, rank_correlation
from emoretrieve.evaluation.human.ratings import Ratings
from emoretrieve.evaluation.human.reliability import Alpha, alpha
from emoretrieve.evaluation.human.repetition import Repetition, repetition
from emoretrieve.evaluation.human.resampling import DRAWS, Resamples, percentiles
from emoretrieve.evaluation.interval import Interval

_COMPARED: Sequence[tuple[Kind, Kind]] = (("best", "random"), ("random", "worst"), ("best", "worst"))


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """How answers are used; QueryError (`bad_design`) where that makes no sense."""

    min_heard_s: float = 0.0
    """Ratings given after less of the song are left out."""
    draws: int = DRAWS
    """Of participants and pairs, for intervals, and of divisions, for p."""

    def __post_init__(self) -> None:
        if not 0 <= self.min_heard_s < float("inf"):
            raise QueryError(f"A song is heard for at least 0 s, not {self.min_heard_s:g}.", kind="bad_design")
        if self.draws < 1:
            raise QueryError(f"At least 1 draw must be made, not {self.draws}.", kind="bad_draws")


@dataclass(frozen=True, slots=True)
class KindMean:
    """The ratings of the pairs of one kind."""

    kind: Kind
    ratings: int
    mean: float
    interval: Interval | None
    """Participants and pairs are drawn again."""
    score: float
    """The mean score of these pairs."""

    def to_json(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "ratings": self.ratings,
            "mean": self.mean,
            "interval": None if self.interval is None else self.interval.to_json(),
            "score": self.score,
        }


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """What the answers to one question say."""

    name: str
    text: str
    ratings: int
    alphas: tuple[Alpha, ...]
    """Ordinal, then interval."""
    kinds: tuple[KindMean, ...]
    """Of kinds that somebody rated."""
    preferences: tuple[Preference, ...]
    correlations: tuple[RankCorrelation, ...]
    repetition: Repetition | None

    def to_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "text": self.text,
            "ratings": self.ratings,
            "alphas": [one.to_json() for one in self.alphas],
            "kinds": [one.to_json() for one in self.kinds],
            "preferences": [one.to_json() for one in self.preferences],
            "correlations": [one.to_json() for one in self.correlations],
            "repetition": None if self.repetition is None else self.repetition.to_json(),
        }


@dataclass(frozen=True, slots=True)
class StudyScore:
    """What a study says."""

    key: StudyKey
    options: ScoreOptions
    participants: int
    finished: int
    """Participants who rated every pair."""
    left_out: int
    """First ratings left out because too little of the song was heard."""
    questions: tuple[QuestionScore, ...]

    def to_json(self) -> dict[str, object]:
        return {
            "study": self.key.study,
            "pairing": dict(self.key.pairing),
            "chance": self.key.chance,
            "points": self.key.points,
            "pairs": {kind: sum(pair.kind == kind for pair in self.key.pairs) for kind in KINDS},
            "participants": self.participants,
            "finished": self.finished,
            "min_heard_s": self.options.min_heard_s,
            "left_out": self.left_out,
            "draws": self.options.draws,
            "questions": [question.to_json() for question in self.questions],
        }


def score_study(key: StudyKey, participants: Sequence[Participant], options: ScoreOptions | None = None) -> StudyScore:
    """What the answers say; the same answers say the same again.

    Raises SourceError (`bad_answers`) where no rating is left, MissingDependency where `krippendorff` is not installed.
    """
    options = options or ScoreOptions()
    everyone = len(key.pairs)
    firsts = [sum(answer.occasion == 1 for answer in one.answers) for one in participants]
    heard = [Ratings.of(key, participants, question, options.min_heard_s) for question in key.questions]
    if not heard[0].given:
        raise SourceError(
            f"None of {sum(firsts)} ratings was given after {options.min_heard_s:g} s of the song or more, so there is "
            "nothing to score.",
            kind="bad_answers",
        )
    return StudyScore(
        key,
        options,
        len(participants),
        sum(count == everyone for count in firsts),
        sum(firsts) - heard[0].given,
        tuple(_question(name, ratings, options) for name, ratings in zip(key.questions, heard, strict=True)),
    )


def _question(name: str, ratings: Ratings, options: ScoreOptions) -> QuestionScore:
    resamples = Resamples.of(ratings, options.draws)
    compared = (preference(ratings, of, over, resamples) for of, over in _COMPARED)
    means = (_kind_mean(ratings, kind, resamples) for kind in KINDS)
    return QuestionScore(
        name,
        next((question.text for question in QUESTIONS if question.name == name), name),
        ratings.given,
        (alpha(ratings, "ordinal", resamples), alpha(ratings, "interval", resamples)),
        tuple(mean for mean in means if mean is not None),
        tuple(one for one in compared if one is not None),
        (
            rank_correlation(ratings, "all", KINDS, resamples),
            rank_correlation(ratings, "random", ("random",), resamples),
        ),
        repetition(ratings),
    )


def _kind_mean(ratings: Ratings, kind: Kind, resamples: Resamples) -> KindMean | None:
    own = ratings.places(kind)
    values = ratings.values[:, own]
    given = ~np.isnan(values)
    if not given.any():
        return None
    pairs = resamples.counts(own)
    total, count = (
        ((resamples.raters @ table) * pairs).sum(axis=1) for table in (np.nan_to_num(values), given.astype(np.float64))
    )
    drawn = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    scores = float(ratings.scores[own].mean())
    return KindMean(kind, int(given.sum()), float(np.nanmean(values)), percentiles(drawn), scores)
