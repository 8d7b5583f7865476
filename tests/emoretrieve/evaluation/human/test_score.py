"""From key and answers to numbers."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import bootstrap

from emoretrieve.errors import QueryError, SourceError
from emoretrieve.evaluation.human.answers import Participant
from emoretrieve.evaluation.human.score import ScoreOptions, StudyScore, score_study
from emoretrieve.evaluation.human.simulation import Crowd
from emoretrieve.evaluation.human.tables import tables
from tests.emoretrieve.evaluation.human.samples import key, participant

QUICK = ScoreOptions(draws=199)


@pytest.fixture(scope="module")
def crowded() -> StudyScore:
    return score_study(key(6), crowd(0.9), QUICK)


def crowd(lift: float, raters: int = 10) -> list[Participant]:
    said = Crowd(raters, lift).rate(6, 7, np.random.default_rng(3)).values.astype(int)
    return [participant(f"r{row:02}", ratings.tolist(), {"p01": 4}) for row, ratings in enumerate(said)]


def test_kinds_come_out_in_the_order_that_people_felt(crowded: StudyScore) -> None:
    means = {one.kind: one.mean for one in crowded.questions[0].kinds}
    assert means["best"] > means["random"] > means["worst"]
    assert [(one.of, one.over) for one in crowded.questions[0].preferences] == [
        ("best", "random"),
        ("random", "worst"),
        ("best", "worst"),
    ]


def test_both_questions_are_scored(crowded: StudyScore) -> None:
    assert [question.name for question in crowded.questions] == ["feeling", "coherence"]
    assert crowded.questions[0].kinds == crowded.questions[1].kinds


def test_the_mean_of_one_participant_has_the_interval_of_a_bootstrap_over_pairs() -> None:
    said = np.random.default_rng(9).integers(1, 8, 30).tolist()
    found = score_study(key(10), [participant("a", said)], ScoreOptions(draws=9_999)).questions[0].kinds[0]
    other = bootstrap((said[:10],), np.mean, method="percentile", random_state=np.random.default_rng(1))
    assert found.interval is not None
    low, high = other.confidence_interval
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=0.15)


def test_the_interval_of_crossed_participants_and_pairs_is_wider_than_that_of_ratings() -> None:
    """What is common to a pair or a participant does not average out over its ratings."""
    one = score_study(key(6), crowd(0.0, 30), QUICK).questions[0].kinds[0]
    assert one.interval is not None
    of_ratings = 2 * 1.96 * 1.7 / np.sqrt(one.ratings)
    assert one.interval.high - one.interval.low > 1.5 * of_ratings


def test_who_did_not_finish_counts_with_what_they_rated() -> None:
    people = [participant("a", [7, 6, 4, 4, 2, 1]), participant("b", [7, 6])]
    found = score_study(key(), people, QUICK)
    assert (found.participants, found.finished, found.questions[0].ratings) == (2, 1, 8)


def test_ratings_of_songs_that_were_not_heard_can_be_left_out() -> None:
    deaf = participant("b", [1, 1, 7, 7, 7, 7])
    deaf = Participant("b", tuple(replace(answer, heard_s=0.5) for answer in deaf.answers))
    people = [participant("a", [7, 6, 4, 4, 2, 1]), deaf]
    found = score_study(key(), people, replace(QUICK, min_heard_s=1))
    assert (found.left_out, found.questions[0].ratings) == (6, 6)
    with pytest.raises(SourceError, match="nothing to score") as caught:
        score_study(key(), people, replace(QUICK, min_heard_s=60))
    assert caught.value.kind == "bad_answers"


def test_one_participant_alone_is_scored_without_an_alpha() -> None:
    found = score_study(key(), [participant("a", [7, 6, 4, 4, 2, 1])], QUICK)
    assert [one.value for one in found.questions[0].alphas] == [None, None]
    assert "one participant cannot agree with anybody" in "".join(table.to_markdown() for table in tables(found))


def test_everyone_giving_everything_the_same_is_scored() -> None:
    found = score_study(key(), [participant(name, [4] * 6) for name in "ab"], QUICK)
    question = found.questions[0]
    assert question.preferences[0].value == 0.5
    assert question.correlations[0].value is None


def test_the_same_answers_say_the_same_again() -> None:
    assert score_study(key(6), crowd(0.9), QUICK).to_json() == score_study(key(6), crowd(0.9), QUICK).to_json()


def test_the_numbers_are_json(crowded: StudyScore) -> None:
    assert json.loads(json.dumps(crowded.to_json(), allow_nan=False))["participants"] == 10


@pytest.mark.parametrize(("asked", "kind"), [({"min_heard_s": -1}, "bad_design"), ({"draws": 0}, "bad_draws")])
def test_what_makes_no_sense_is_told(asked: dict[str, int], kind: str) -> None:
    with pytest.raises(QueryError) as caught:
        ScoreOptions(**asked)
    assert caught.value.kind == kind
