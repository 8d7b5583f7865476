"""What a study says, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from emoretrieve.evaluation.human.preference import CHANCE
from emoretrieve.evaluation.human.rank_correlation import RankCorrelation
from emoretrieve.evaluation.human.score import QuestionScore, StudyScore
from emoretrieve.evaluation.result_table import ResultTable, interval_text, number

_OVER = {"all": "all pairs", "random": "random pairs"}


def tables(score: StudyScore) -> Iterator[ResultTable]:
    """All tables, question by question."""
    for question in score.questions:
        yield _ratings(score, question)
        yield _preferences(question)
        yield _agreement(question)
        yield _correlations(question)


def _ratings(score: StudyScore, question: QuestionScore) -> ResultTable:
    rows = [
        (
            one.kind,
            f"{one.ratings:,}",
            number(one.mean, 2),
            interval_text(one.interval, 2),
            number(one.score),
        )
        for one in question.kinds
    ]
    return ResultTable(
        question.text,
        ("pairs", "ratings", "mean", "95 % interval", "score"),
        rows,
        f"Ratings from 1 to {score.key.points} by {score.participants} participants, of whom {score.finished} rated "
        f"all {len(score.key.pairs)} pairs. Score: mean of the pairs; that of all possible pairs is "
        f"{score.key.chance:.4f}.",
    )


def _preferences(question: QuestionScore) -> ResultTable:
    rows = [
        (
            f"{one.of} over {one.over}",
            f"{one.comparisons:,}",
            number(one.value, 3),
            interval_text(one.interval, 3),
            number(CHANCE, 3),
            number(one.ties, 3),
            number(one.p),
        )
        for one in question.preferences
    ]
    return ResultTable(
        f"Preference ({question.name})",
        ("", "compared", "share", "95 % interval", "chance", "ties", "p"),
        rows,
        "Share of the comparisons by one participant in which the first is rated higher, ties half. Intervals: "
        "participants and pairs drawn again. p: share of divisions of the same pairs that do as well.",
    )


def _agreement(question: QuestionScore) -> ResultTable:
    rows = [
        (f"alpha, {one.level}", number(one.value), interval_text(one.interval), number(0.0)) for one in question.alphas
    ]
    again = question.repetition
    if again is not None:
        rows.append((f"same again, of {again.count}", number(again.same), number(None), number(again.chance_same)))
        difference = (number(again.difference), number(None), number(again.chance_difference))
        rows.append(("difference to again", *difference))
    reasons = {one.undefined for one in question.alphas if one.undefined is not None}
    undefined = "".join(f" Alpha is not defined: {reason}." for reason in sorted(reasons))
    return ResultTable(
        f"Agreement ({question.name})",
        ("", "value", "95 % interval", "chance"),
        rows,
        "Krippendorff's alpha: 1 where participants agree, 0 by chance. Again: the second rating of a pair by the same "
        f"participant; chance: beside other pairs.{undefined}",
    )


def _correlations(question: QuestionScore) -> ResultTable:
    return ResultTable(
        f"Score and rating ({question.name})",
        ("Spearman's rho", "pairs", "value", "95 % interval", "chance", "p"),
        [_correlation_row(one) for one in question.correlations],
        "Of the score and the mean rating of pairs. Over all pairs it is that of extremes: the best and worst ones "
        "were chosen by score.",
    )


def _correlation_row(one: RankCorrelation) -> tuple[str, ...]:
    name, interval = _OVER.get(one.over, one.over), interval_text(one.interval)
    return name, f"{one.pairs}", number(one.value), interval, number(0.0), number(one.p)
