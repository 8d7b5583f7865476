"""A study made by hand: its key, and answers to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.human.answers import FORMAT, Answer, Participant
from emoretrieve.evaluation.human.design import KINDS, Kind
from emoretrieve.evaluation.human.key import KeyItem, KeyPair, StudyKey
from emoretrieve.evaluation.human.ratings import Ratings

_SCORES: Mapping[Kind, float] = {"best": 0.99, "random": 0.9, "worst": 0.8}


def key(each: int = 2) -> StudyKey:
    """A study of that many pairs of each kind, the best first."""
    kinds = [kind for kind in KINDS for _ in range(each)]
    pairs = tuple(
        KeyPair(f"p{place:02}", kind, _SCORES[kind] + place / 1000, KeyItem(f"s{place}", ""), KeyItem(f"i{place}", ""))
        for place, kind in enumerate(kinds, start=1)
    )
    how: dict[str, object] = {"from": "audio", "to": "image", "method": "greedy", "match": "concat", "weights": None}
    how |= {"capacity": 1, "from_filters": [], "to_filters": []}
    return StudyKey("0123456789ab", 7, 7, 1, ("feeling", "coherence"), how, 0.91, pairs)


def participant(name: str, ratings: Sequence[int], again: Mapping[str, int] | None = None) -> Participant:
    """Someone who gave the pairs in turn these ratings, the same to both questions, and some of them again."""
    first = [_answer(f"p{place:02}", 1, rating) for place, rating in enumerate(ratings, start=1)]
    second = [_answer(pair, 2, rating) for pair, rating in (again or {}).items()]
    return Participant(name, (*first, *second))


def _answer(pair: str, occasion: int, rating: int) -> Answer:
    return Answer(pair, occasion, {"feeling": rating, "coherence": rating}, 10.0)


def answers_json(of: Participant, study: str = "0123456789ab") -> dict[str, object]:
    """What the page of the study would save."""
    answers = [
        {
            "place": place,
            "pair": one.pair,
            "occasion": one.occasion,
            **one.ratings,
            "seconds": 12.5,
            "heard": one.heard_s,
        }
        for place, one in enumerate(of.answers, start=1)
    ]
    return {"format": FORMAT, "study": study, "participant": of.name, "seed": 1, "finished": True, "answers": answers}


def write_answers(folder: Path, of: Participant, study: str = "0123456789ab") -> Path:
    """The file that the page would save."""
    file = folder / f"{of.name}.json"
    file.write_text(json.dumps(answers_json(of, study)), encoding="utf-8")
    return file


def ratings(
    values: Sequence[Sequence[float]] | Floats, kinds: Sequence[Kind] | None = None, points: int = 7
) -> Ratings:
    """A table of ratings, a row a participant; all pairs random where no kinds are said, scores ascending."""
    table = np.array(values, dtype=np.float64)
    pairs = table.shape[1]
    return Ratings(table, np.full(table.shape, np.nan), kinds or ["random"] * pairs, np.linspace(0, 1, pairs), points)
