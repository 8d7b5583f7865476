"""From a file of truth to measures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.errors import EmoretrieveError
from emoretrieve.evaluation.truth.retrieval import Retrieval, TruthNumbers, TruthOptions, truth_numbers
from emoretrieve.item import Item
from emoretrieve.search.match import DEFAULT_MATCH
from tests.emoretrieve.search.collection import brute_score, item, random_items, store_of

RED, GREEN, BLUE = Rgb(220, 30, 30), Rgb(30, 220, 30), Rgb(30, 30, 220)
SONGS, PICTURES = random_items("audio", 12, 4), random_items("image", 9, 4)


def judged(items: list[Item], rows: list[str], tmp_path: Path, **options: str | float) -> TruthNumbers:
    file = tmp_path / "truth.csv"
    file.write_text("\n".join(rows) + "\n")
    protocol, threshold = str(options.get("protocol", "plain")), options.get("relevant_from")
    with store_of(items) as store:
        chosen = TruthOptions(file, protocol, None if threshold is None else float(threshold))
        return truth_numbers(store, chosen, DEFAULT_MATCH)


def value(retrieval: Retrieval, name: str) -> float:
    return next(one.value for one in retrieval.measures if one.name == name)


def labelled(items: list[Item], labels: Sequence[str]) -> list[str]:
    return ["item,label", *(f"{one.id},{label}" for one, label in zip(items, labels, strict=True))]


def test_measures_are_those_of_scikit_learn_on_the_scores_of_queries(tmp_path: Path) -> None:
    from sklearn.metrics import label_ranking_average_precision_score

    labels = "aabbabababab" + "ababababa"
    found = judged([*SONGS, *PICTURES], labelled([*SONGS, *PICTURES], labels), tmp_path)
    scores = [
        [brute_score(DEFAULT_MATCH.weights, song.profile, picture.profile) for picture in PICTURES] for song in SONGS
    ]
    relevant = [[song == picture for picture in labels[12:]] for song in labels[:12]]
    songs, pictures = found.retrievals
    assert (songs.source, songs.queries, songs.targets, songs.without) == ("audio", 12, 9, 0)
    assert value(songs, "MAP") == pytest.approx(label_ranking_average_precision_score(relevant, scores))
    best = [row[int(np.argmax(of_song))] for row, of_song in zip(relevant, scores, strict=True)]
    assert value(songs, "P@1") == pytest.approx(np.mean(best))
    assert (pictures.source, pictures.queries) == ("image", 9)


def test_equal_scores_rank_by_id(tmp_path: Path) -> None:
    song = item("audio", 0, EmotionProfile.uniform(RED))
    pictures = sorted(
        (item("image", number, EmotionProfile.uniform(RED)) for number in range(5)), key=lambda one: one.id
    )
    found = judged([song, *pictures], labelled([song, *pictures], "abbabb"), tmp_path)
    assert value(found.retrievals[0], "median rank") == 3


def test_grades_of_pairs_rank_all_items(tmp_path: Path) -> None:
    rows = ["from,to,grade", f"{SONGS[0].id},{PICTURES[3].id},2", f"{SONGS[0].id},{PICTURES[4].id},1"]
    songs, pictures = judged([*SONGS, *PICTURES], rows, tmp_path).retrievals
    assert (songs.queries, songs.targets) == (1, 9)
    assert (pictures.queries, pictures.targets) == (2, 12)


def test_a_threshold_says_from_which_grade_an_item_is_relevant(tmp_path: Path) -> None:
    rows = ["from,to,grade", f"{SONGS[0].id},{PICTURES[3].id},2", f"{SONGS[1].id},{PICTURES[4].id},1"]
    songs = judged([*SONGS, *PICTURES], rows, tmp_path, relevant_from=2).retrievals[0]
    assert (songs.queries, songs.without) == (1, 1)


def test_emo_clim_translates_classes_and_averages_them(tmp_path: Path) -> None:
    """Three happy songs find their picture first, one sad song finds its last: classes weigh alike."""
    songs = [item("audio", number, EmotionProfile.uniform(RED)) for number in range(4)]
    pictures = [
        item("image", number, EmotionProfile.uniform(colour)) for number, colour in enumerate((RED, BLUE, GREEN))
    ]
    rows = ["item,label", *(f"{one.id},happy" for one in songs[:3]), f"{songs[3].id},sad"]
    rows += [f"{pictures[0].id},Contentment", f"{pictures[1].id},sadness", f"{pictures[2].id},awe"]
    found = judged([*songs, *pictures], rows, tmp_path, protocol="emo-clim").retrievals[0]
    assert (found.queries, found.targets, found.classes) == (4, 2, 2)
    assert value(found, "P@1") == 0.5
    assert value(found, "MRR") == pytest.approx((1 + 1 / 2) / 2)
    interval = found.measures[0].interval
    assert interval is not None
    assert (interval.low, interval.high) == (0.5, 0.5)


def test_the_interval_of_classes_draws_queries_again_within_them(tmp_path: Path) -> None:
    """One class of two finds half of its pictures first, the other none: the mean of both is 0 to 0.5."""
    songs = [item("audio", number, EmotionProfile.uniform(colour)) for number, colour in enumerate((RED, BLUE, RED))]
    pictures = [item("image", number, EmotionProfile.uniform(colour)) for number, colour in enumerate((RED, BLUE))]
    rows = labelled([*songs, *pictures], ["happy", "happy", "sad", "contentment", "sadness"])
    found = judged([*songs, *pictures], rows, tmp_path, protocol="emo-clim").retrievals[0]
    interval = found.measures[0].interval
    assert (found.classes, value(found, "P@1"), interval is not None) == (2, 0.25, True)
    assert interval is not None
    assert (interval.low, interval.high) == (0, 0.5)


def test_valence_and_arousal_grade_by_distance(tmp_path: Path) -> None:
    """The nearest colour is that of the picture at a distance of 0.5, the next one that of the one at 0."""
    song = item("audio", 0, EmotionProfile.uniform(RED))
    pictures = [
        item("image", number, EmotionProfile.uniform(colour))
        for number, colour in enumerate((RED, Rgb(220, 120, 30), BLUE))
    ]
    points = [(0.5, 0.5), (0.5, 0.0), (0.5, 0.5), (-0.5, -0.5)]
    rows = [
        "item,valence,arousal",
        *(f"{one.id},{v},{a}" for one, (v, a) in zip([song, *pictures], points, strict=True)),
    ]
    found = judged([song, *pictures], rows, tmp_path, protocol="affect").retrievals[0]
    near, same = (0.5 / np.log2(rank + 1) + 1 / np.log2(other + 1) for rank, other in ((1, 2), (2, 1)))
    assert value(found, "nDCG") == pytest.approx(near / same)
    assert value(found, "P@5") == pytest.approx(2 / 5)
    strict = judged([song, *pictures], rows, tmp_path, protocol="affect", relevant_from=0.75).retrievals[0]
    assert value(strict, "MRR") == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("rows", "options", "kind"),
    [
        (["item,label", f"{SONGS[0].id},sad", f"{PICTURES[0].id},happy"], {}, "no_relevant"),
        (["item,label", f"{SONGS[0].id},sad"], {}, "no_relevant"),
        (["from,to,grade", f"{SONGS[0].id},{PICTURES[0].id},0"], {}, "no_relevant"),
        (["from,to", f"{SONGS[0].id},{PICTURES[0].id}"], {"protocol": "emo-clim"}, "bad_truth"),
        (["item,label", f"{SONGS[0].id},sad", f"{SONGS[0].id},happy"], {"protocol": "emo-clim"}, "bad_truth"),
        (["item,label,from,to", f"{SONGS[0].id},sad,{SONGS[0].id},{PICTURES[0].id}"], {}, "bad_truth"),
        (["item,label", f"{SONGS[0].id},dull", f"{PICTURES[0].id},dull"], {"protocol": "emo-clim"}, "bad_truth"),
        (["item,label", f"{SONGS[0].id},sad"], {"protocol": "affect"}, "bad_truth"),
        (["item,valence,arousal", f"{SONGS[0].id},0,0"], {}, "no_relevant"),
        (["item,label", f"{SONGS[0].id},sad"], {"protocol": "guesswork"}, "bad_protocol"),
        (["item,label", f"{SONGS[0].id},sad"], {"relevant_from": 0.0}, "bad_threshold"),
        (["item,label", f"{SONGS[0].id},sad"], {"relevant_from": float("nan")}, "bad_threshold"),
    ],
)
def test_what_makes_no_sense_is_refused(
    tmp_path: Path, rows: list[str], options: dict[str, str | float], kind: str
) -> None:
    with pytest.raises(EmoretrieveError) as caught:
        judged([*SONGS, *PICTURES], rows, tmp_path, **options)
    assert caught.value.kind == kind
