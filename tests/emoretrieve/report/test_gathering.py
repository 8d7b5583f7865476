"""A report gathers what the collection holds, also where that is little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.errors import QueryError
from emoretrieve.evaluation.evaluation import EvaluationOptions, evaluate
from emoretrieve.item import Item, Location
from emoretrieve.report.gathering import Report, ReportOptions, Subject, gather
from tests.emoretrieve.search.collection import random_items, store_of

SONGS, PICTURES = random_items("audio", 7, 1), random_items("image", 5, 1)
QUICK = ReportOptions(EvaluationOptions(draws=20), pairs=2)


def gathered(*items: Item, options: ReportOptions = QUICK) -> Report:
    with store_of(items) as store:
        return gather(Subject(store, "mine"), options)


def test_the_numbers_are_those_of_an_evaluation() -> None:
    report = gathered(*SONGS, *PICTURES)
    with store_of([*SONGS, *PICTURES]) as store:
        evaluation = evaluate(store, QUICK.evaluation)
    assert report.evaluation is not None
    assert report.evaluation.to_json() == evaluation.to_json()
    assert report.not_evaluated is None


def test_the_best_and_the_worst_pairs_are_those_of_the_highest_sum() -> None:
    report = gathered(*SONGS, *PICTURES)
    assert report.evaluation is not None
    assert report.evaluation.cross is not None
    price = report.evaluation.cross.pairs[0].by("hungarian").price
    assert [one.pair.rank for one in report.shown.best] == [1, 2]
    assert [one.pair.rank for one in report.shown.worst] == [5, 4]
    assert report.shown.best[0].pair.score == price.highest
    assert report.shown.worst[0].pair.score == price.lowest
    assert all(one.pair.source.modality == "audio" for one in report.shown.best)


def test_few_pairs_are_not_shown_twice() -> None:
    report = gathered(*SONGS, *PICTURES, options=replace(QUICK, pairs=9))
    assert [one.pair.rank for one in report.shown.best] == [1, 2, 3]
    assert [one.pair.rank for one in report.shown.worst] == [5, 4]


def test_one_modality_has_no_pairs() -> None:
    report = gathered(*SONGS)
    assert [one.modality for one in report.maps] == ["audio"]
    assert (report.spreads, report.shown.best, report.shown.worst) == ((), (), ())
    assert report.evaluation is not None
    assert report.directions is not None


def test_one_item_has_a_place_and_a_reason_for_the_rest() -> None:
    report = gathered(SONGS[0])
    assert report.evaluation is None
    assert report.not_evaluated is not None
    assert "1 song and 0 pictures" in report.not_evaluated
    assert (len(report.maps), report.directions) == (1, None)


def test_an_empty_collection_is_refused() -> None:
    with pytest.raises(QueryError, match="'mine' holds no items") as caught:
        gathered()
    assert caught.value.kind == "nothing_to_report"


def test_about_counts_flags_years_and_files() -> None:
    flagged = replace(SONGS[0], profile=EmotionProfile.uniform(Rgb(0, 0, 0)), metadata={"year": 1911})
    dated = replace(SONGS[1], metadata={"date": "1890-05-01", "year": 1700}, coverage=0.5)
    filed = replace(
        PICTURES[0],
        metadata={"year": "unknown"},
        locations=(Location("/a.png", 1, 86_400 * 10**9), Location("/b.png", 1, 0)),
    )
    about = gathered(flagged, dated, filed).about
    songs, pictures = about.kinds["audio"], about.kinds["image"]
    assert (songs.items, songs.flagged, songs.partly, songs.dated, songs.years) == (2, 1, 1, 2, (1890, 1911))
    assert (pictures.items, pictures.flagged, pictures.years) == (1, 0, None)
    assert about.files is not None
    assert [f"{moment:%Y-%m-%d}" for moment in about.files] == ["1970-01-01", "1970-01-02"]


def test_the_order_of_insertion_changes_nothing() -> None:
    ahead, behind = gathered(*SONGS, *PICTURES), gathered(*PICTURES[::-1], *SONGS[::-1])
    assert ahead.shown == behind.shown
    assert ahead.named == behind.named
    for one, other in zip(ahead.maps, behind.maps, strict=True):
        assert np.array_equal(one.marks.places, other.marks.places)
