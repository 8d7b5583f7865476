"""An evaluation ranks every direction that the items allow, each beside the chance of its own gallery."""

from __future__ import annotations

import json

import numpy as np
import pytest

from emoretrieve.errors import QueryError, TrainingError
from emoretrieve.sphere.evaluation import EncodedItems, EvaluationOptions, directions, evaluate
from emoretrieve.sphere.heads import HeadShape
from emoretrieve.sphere.modality import MODALITIES
from emoretrieve.sphere.points import Points
from emoretrieve.sphere.sliced_ranking import SHORTLIST, sliced_scores
from emoretrieve.sphere.summary import COLUMNS, averaged, summary_json, table_rows

HEAD = HeadShape(dimension=8, kappa_min=1.0, kappa_max=100.0)


def encoded(count: int = 40, noise: float = 0.7, seed: int = 0) -> EncodedItems:
    """Items whose modalities lie near each other, as far as the noise lets them."""
    rng = np.random.default_rng(seed)
    centre = rng.normal(size=(count, 8))
    points = {}
    for modality in MODALITIES:
        mu = centre + noise * rng.normal(size=centre.shape)
        points[modality] = Points(mu / np.linalg.norm(mu, axis=1, keepdims=True), rng.uniform(10, 50, count))
    return EncodedItems(points, {modality: np.ones(count, np.bool_) for modality in MODALITIES}, HEAD)


def test_there_are_six_directions_of_one_modality_and_three_of_two() -> None:
    names = [direction.name for direction in directions(encoded())]
    assert len(names) == 9
    assert {"audio -> image", "text -> audio", "audio+image -> text", "image+text -> audio"} <= set(names)


def test_two_modalities_find_more_than_the_weaker_of_them() -> None:
    found = {row.direction.name: row.retrieval.mrr for row in evaluate(encoded(), EvaluationOptions(("elk",))).ranked}
    assert found["audio+image -> text"] > min(found["audio -> text"], found["image -> text"])
    assert found["audio -> text"] > 0.3


def test_an_item_without_a_modality_is_no_target_and_chance_knows_it() -> None:
    items = encoded()
    present = {**items.present, "image": np.arange(40) < 10}
    rows = evaluate(EncodedItems(items.points, present, HEAD), EvaluationOptions(("cos",))).ranked
    galleries = {row.direction.name: row.gallery for row in rows}
    assert galleries["audio -> image"] == galleries["audio+text -> image"] == 10
    assert galleries["audio -> text"] == 40
    assert next(row for row in rows if row.gallery == 10).chance.recall[0] == 0.1


def test_every_distance_and_composition_that_is_asked_for_has_its_row() -> None:
    options = EvaluationOptions(("cos", "elk", "expected_cos", "kl", "ssw"), ("product", "mean", "mixture"))
    rows = [row for row in evaluate(encoded(8), options).ranked if row.direction.name == "audio+text -> image"]
    each = {(distance, kind) for distance in ("cos", "elk", "expected_cos", "ssw") for kind in options.compositions}
    assert {(row.distance, row.composition) for row in rows} == each | {("kl", "product"), ("kl", "mean")}
    assert all(row.retrieval.mrr > row.chance.mrr for row in rows)


def test_the_sliced_distance_is_the_same_every_time_and_ranks_the_nearest_only() -> None:
    query, target = encoded(3).points["audio"], encoded(60, noise=0.2).points["text"]
    first, second = (sliced_scores("product", [query], target) for _ in range(2))
    assert np.array_equal(first, second)
    assert ((first >= -0.5).sum(axis=1) == SHORTLIST).all()
    beyond = first < -0.5
    cosine = query.mu @ target.mu.T
    assert cosine[beyond].max() <= cosine[~beyond].max()
    assert np.corrcoef(first[~beyond], cosine[~beyond])[0, 1] > 0.9


def test_concentrations_at_their_limit_are_counted() -> None:
    items = encoded()
    kappa = np.where(np.arange(40) < 10, 100.0, 20.0)
    clamped = EncodedItems({**items.points, "text": Points(items.points["text"].mu, kappa)}, items.present, HEAD)
    numbers = evaluate(clamped, EvaluationOptions(("cos",))).kappa["text"]
    assert (numbers.at_clamp, numbers.mean, numbers.highest) == (0.25, 40.0, 100.0)


def test_gaussians_have_no_concentrations_to_speak_of() -> None:
    items = encoded(6)
    found = evaluate(EncodedItems(items.points, items.present, HEAD, has_kappa=False), EvaluationOptions(("cos",)))
    assert found.kappa == {}
    assert len(found.ranked) == 9


def test_the_modality_gap_and_the_cosines_are_those_of_all_pairs() -> None:
    items = encoded(12)
    pair = next(
        one for one in evaluate(items, EvaluationOptions(("cos",))).pairs if one.modalities == ("audio", "text")
    )
    audio, text = items.points["audio"].mu, items.points["text"].mu
    cosines = audio @ text.T
    assert pair.gap == pytest.approx(np.linalg.norm(audio.mean(axis=0) - text.mean(axis=0)))
    assert pair.positive_cosine == pytest.approx(np.diag(cosines).mean())
    assert pair.random_cosine == pytest.approx(cosines[~np.eye(12, dtype=bool)].mean())


def test_models_of_several_seeds_have_a_mean_and_a_population_deviation() -> None:
    evaluations = [evaluate(encoded(seed=seed), EvaluationOptions(("cos",))) for seed in range(3)]
    row = averaged(evaluations)[0]
    each = [one.ranked[0].retrieval.mrr for one in evaluations]
    assert row.measures["mrr"].mean == pytest.approx(np.mean(each))
    assert row.measures["mrr"].sd == pytest.approx(np.std(each))
    table = table_rows(evaluations)
    assert table[0][:3] == ["chance", "", "40"]
    assert "±" in table[1][3]
    assert {len(cells) for cells in table} == {len(COLUMNS)}
    assert json.loads(json.dumps(summary_json(evaluations)))["models"] == 3


def test_items_without_a_common_pair_of_modalities_cannot_be_evaluated() -> None:
    items = encoded(4)
    present = {modality: np.arange(4) == place for place, modality in enumerate(MODALITIES)}
    with pytest.raises(TrainingError, match="No two items have the same two modalities"):
        evaluate(EncodedItems(items.points, present, HEAD), EvaluationOptions())


@pytest.mark.parametrize(
    ("distances", "compositions", "kind"),
    [(("euclid",), ("product",), "bad_distance"), (("cos",), ("sum",), "bad_composition")],
)
def test_unknown_names_are_told_with_those_that_there_are(
    distances: tuple[str, ...], compositions: tuple[str, ...], kind: str
) -> None:
    with pytest.raises(QueryError, match=r"'\w+' is no .*; there are \w+") as caught:
        EvaluationOptions(distances, compositions)
    assert caught.value.kind == kind
