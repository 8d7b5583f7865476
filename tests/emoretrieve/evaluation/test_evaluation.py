"""From a collection to numbers about it."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.stats import pearsonr, spearmanr

from emoretrieve.emotion import EmotionProfile
from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import QueryError
from emoretrieve.evaluation.evaluation import Evaluation, EvaluationOptions, evaluate
from emoretrieve.evaluation.interval import Interval
from emoretrieve.evaluation.measured_pairs import measure_pairs
from emoretrieve.evaluation.tables import tables
from emoretrieve.item import Item
from emoretrieve.pairing.scores import Scores
from emoretrieve.search.match import Match
from emoretrieve.store import Embedding
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.pairing.profiles import scores
from tests.emoretrieve.search.collection import SIGNATURE, random_items, store_of

SONGS, PICTURES = random_items("audio", 14, 1), random_items("image", 11, 1)
QUICK = EvaluationOptions(draws=50)


def evaluated(items: list[Item], options: EvaluationOptions = QUICK) -> Evaluation:
    with store_of(items) as store:
        return evaluate(store, options)


def embedded(items: list[Item], dimension: int = 3) -> tuple[LocalStore, dict[str, Floats]]:
    """A store whose items have made-up vectors, all but the first song."""
    store = store_of(items)
    store.add_embedding(Embedding("imagebind", dimension, {"model": "made up"}))
    rows = np.random.default_rng(0).normal(size=(len(items), dimension))
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    store.set_vectors("imagebind", {one.id: unit for one, unit in zip(items[1:], units[1:], strict=True)})
    return store, store.vectors("imagebind", [one.id for one in items])


def test_the_order_of_insertion_changes_nothing() -> None:
    items = [*SONGS, *PICTURES]
    assert evaluated(items).to_json() == evaluated(random.Random(0).sample(items, len(items))).to_json()


@pytest.mark.parametrize("measure", [0, 1, 2])
def test_each_measure_has_its_own_best_pairs_and_those_of_plain_scores(measure: int) -> None:
    cross = evaluated([*SONGS, *PICTURES]).cross
    assert cross is not None
    pairs = cross.pairs[measure]
    assert [one.price.method for one in pairs.methods] == ["greedy", "hungarian", "argmax"]
    assert len(pairs.of_plain) == (0 if measure == 0 else 3)
    for plain in pairs.of_plain[:2]:
        assert plain.price.mean <= pairs.by("hungarian").price.mean + 1e-12


def test_the_level_of_random_pairs_is_the_mean_of_all() -> None:
    of = scores(12, 12, 5)
    found = measure_pairs("plain", of, None, 100, lambda *_: None)
    assert found.random.mean == pytest.approx(of.matrix().mean())
    rows, columns = linear_sum_assignment(-of.matrix())
    assert found.by("hungarian").price.mean == pytest.approx(of.matrix()[rows, columns].mean())
    interval = found.by("hungarian").interval
    assert interval is not None
    assert interval.low < found.by("hungarian").price.mean < interval.high


def test_pairs_of_one_score_have_a_point_for_an_interval_and_no_z() -> None:
    rows = np.tile([0.6, 0.8], (4, 1))
    found = measure_pairs("plain", Scores(rows, rows), None, 20, lambda *_: None)
    assert found.by("hungarian").price.z is None
    assert found.by("hungarian").interval == Interval(1.0, 1.0)


def test_an_embedder_scores_the_pairs_that_have_its_vectors() -> None:
    store, units = embedded([*SONGS, *PICTURES])
    with store:
        cross = evaluate(store, QUICK).cross
        assert cross is not None
        (found,) = cross.embedded
        songs, pictures = (sorted(items, key=lambda one: one.id) for items in (SONGS, PICTURES))
    plain = cross.pairs[0].by("hungarian").assignment
    pairs = [(songs[row].id, pictures[column].id) for row, column in zip(plain.rows, plain.columns, strict=True)]
    used = [(song, picture) for song, picture in pairs if song in units]
    cosines = [float(units[song] @ units[picture]) for song, picture in used]
    assert (found.distribution.count, found.left_out) == (len(used), len(pairs) - len(used))
    assert found.distribution.mean == pytest.approx(np.mean(cosines))
    means = [units[song] @ units[picture] for song, _ in used for _, picture in used]
    assert found.random.mean == pytest.approx(np.mean(means))
    assert found.random.drawn.std() == pytest.approx(found.random.deviation, rel=0.3)
    of_colours = dict(zip(pairs, _plain_scores(songs, pictures, pairs), strict=True))
    colours = [of_colours[pair] for pair in used]
    assert found.pearson == pytest.approx(pearsonr(cosines, colours).statistic)
    assert found.spearman == pytest.approx(spearmanr(cosines, colours).statistic)


def _plain_scores(songs: list[Item], pictures: list[Item], pairs: list[tuple[str, str]]) -> list[float]:
    from emoretrieve.emotion.vectors import colours

    of = Scores.of(QUICK.match, *(colours(one.profile for one in items) for items in (songs, pictures)))
    rows, columns = ({one.id: place for place, one in enumerate(items)} for items in (songs, pictures))
    return [float(of.matrix()[rows[song], columns[picture]]) for song, picture in pairs]


def test_an_embedder_without_vectors_is_left_out() -> None:
    with store_of([*SONGS, *PICTURES]) as store:
        store.add_embedding(Embedding("imagebind", 3, {"model": "made up"}))
        cross = evaluate(store, QUICK).cross
    assert cross is not None
    assert cross.embedded == ()


def test_songs_alone_are_evaluated_without_pairs() -> None:
    evaluation = evaluated([*SONGS, PICTURES[0]])
    assert evaluation.cross is None
    assert [one.modality for one in evaluation.modalities] == ["audio"]
    assert [table.title for table in tables(evaluation)] == ["Descriptions", "Colours", "Parts of an item"]


def test_one_item_of_each_kind_is_refused() -> None:
    with pytest.raises(QueryError, match="1 song and 1 picture") as caught:
        evaluated([SONGS[0], PICTURES[0]])
    assert caught.value.kind == "too_few_items"


def test_the_match_reaches_the_pairs() -> None:
    whole = evaluated([*SONGS, *PICTURES], EvaluationOptions(Match.parse("whole"), 50)).cross
    default = evaluated([*SONGS, *PICTURES]).cross
    assert whole is not None
    assert default is not None
    assert whole.pairs[0].random.mean != default.pairs[0].random.mean


def test_no_draw_is_refused() -> None:
    with pytest.raises(QueryError) as caught:
        EvaluationOptions(draws=0)
    assert caught.value.kind == "bad_draws"


def test_a_second_run_stands_beside_the_first() -> None:
    again = [replace(one, profile=_warmer(one.profile)) for one in SONGS]
    with store_of([*SONGS, *PICTURES]) as first, store_of([*again, *PICTURES]) as second:
        assert first.signature == SIGNATURE
        evaluation = evaluate(first, QUICK, second)
    assert evaluation.stability is not None
    titles = [table.title for table in tables(evaluation)]
    assert titles[-2:] == ["Two runs: colours", "Two runs: nearest"]


def _warmer(profile: EmotionProfile) -> EmotionProfile:
    return EmotionProfile.of([(min(255, part.r + 9), part.g, part.b) for part in profile.parts])
