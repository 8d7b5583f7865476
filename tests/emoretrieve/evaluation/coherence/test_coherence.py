"""Captions held against what they describe: the numbers, their chance levels, what is left out."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from emoretrieve.embedding import EmbedderSettings
from emoretrieve.embedding.kept_vectors import KeptVectors
from emoretrieve.errors import EmoretrieveError, PerceptionError, QueryError
from emoretrieve.evaluation.coherence import coherence as module
from emoretrieve.evaluation.coherence.coherence import Coherence, Judge, PartCoherence, coherence
from emoretrieve.evaluation.coherence.coherence_tables import coherence_tables
from emoretrieve.evaluation.coherence.own_caption import OwnCaption
from emoretrieve.item import Captions
from emoretrieve.store import Store
from tests.emoretrieve.evaluation.coherence.drawn import (
    COLOURS,
    CountingEmbedder,
    collection,
    draw,
    indexed,
    judge,
    words_for,
)
from tests.toy_embedder import install_toy

DRAWS = 200


def judged(store: Store, embedder: CountingEmbedder | None = None, kept: Path | None = None) -> Coherence:
    with KeptVectors(kept) as vectors:
        return coherence(store, judge(embedder or CountingEmbedder()), vectors, DRAWS)


def part(found: Coherence, name: str) -> PartCoherence:
    return next(one for one in found.parts if one.part == name)


def expected_cosines(place: int, text: int) -> NDArray[np.float64]:
    """(6, 6) of that part of each colour and that caption of each, in the order of the ids, by scikit-learn."""
    from sklearn.metrics.pairwise import cosine_similarity

    from emoretrieve.media import MediaFile

    embedder = CountingEmbedder()
    media = [embedder.embed_parts(MediaFile(Path(f"{colour}.png"), "image", "png"))[place] for colour in COLOURS]
    captions = [words_for(colour) for colour in COLOURS]
    texts = [[*one.parts, " ".join(one.fragments)][text] for one in captions]
    found: NDArray[np.float64] = cosine_similarity(np.stack(media), embedder.embed_texts(texts).vectors)
    return found


def test_the_paper_s_columns_come_first(tmp_path: Path) -> None:
    names = [one.part for one in judged(collection(tmp_path)).parts]
    assert names == ["whole", "fragments_together", "each_fragment", *(f"fragment_{place}" for place in range(1, 5))]


@pytest.mark.parametrize(
    ("name", "place", "text"),
    [("whole", 0, 0), ("fragments_together", 0, 5), ("fragment_1", 1, 1), ("fragment_4", 4, 4)],
)
def test_cosines_and_retrieval_are_those_of_scikit_learn(tmp_path: Path, name: str, place: int, text: int) -> None:
    from sklearn.metrics import label_ranking_average_precision_score, top_k_accuracy_score

    cosines = expected_cosines(place, text)
    found = part(judged(collection(tmp_path)), name)
    own = np.diag(cosines)
    numbers = found.distribution
    assert (numbers.count, numbers.mean, numbers.deviation) == pytest.approx((6, own.mean(), own.std()), abs=1e-6)
    assert (numbers.median, numbers.lowest, numbers.highest) == pytest.approx(
        (np.median(own), own.min(), own.max()), abs=1e-6
    )
    # With one right answer the label ranking average precision is the mean reciprocal rank.
    reciprocal = label_ranking_average_precision_score(np.eye(6), cosines)
    first = top_k_accuracy_score(np.arange(6), cosines, k=1)
    assert (found.own_caption.reciprocal.value, found.own_caption.first.value) == pytest.approx((reciprocal, first))


def test_the_random_level_is_that_of_all_orders_of_the_captions(tmp_path: Path) -> None:
    cosines = expected_cosines(0, 0)
    means = [cosines[np.arange(6), order].mean() for order in map(list, permutations(range(6)))]
    random = part(judged(collection(tmp_path)), "whole").random
    assert (random.mean, random.deviation) == pytest.approx((np.mean(means), np.std(means)), abs=1e-6)
    assert len(random.drawn) == DRAWS


def test_each_fragment_is_the_mean_of_the_four(tmp_path: Path) -> None:
    found = judged(collection(tmp_path))
    four = [part(found, f"fragment_{place}") for place in range(1, 5)]
    each = part(found, "each_fragment")
    assert each.distribution.mean == pytest.approx(np.mean([one.distribution.mean for one in four]))
    assert each.random.mean == pytest.approx(np.mean([one.random.mean for one in four]))


def test_captions_of_other_items_are_not_above_chance(tmp_path: Path) -> None:
    right, wrong = (part(judged(collection(tmp_path, shift=shift)), "whole") for shift in (0, 1))
    assert right.distribution.mean > right.random.mean + 3 * right.random.deviation
    assert right.p < 0.02
    assert right.own_caption.first.value > 0.8
    assert wrong.distribution.mean < wrong.random.mean
    assert wrong.p > 0.5
    assert wrong.random.mean == pytest.approx(right.random.mean)


def test_many_items_have_the_same_level_from_vectors_instead_of_a_matrix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = collection(tmp_path)
    by_matrix = part(judged(store), "fragment_2").random
    monkeypatch.setattr(module, "_MATRIX_ROWS", 1)
    by_vectors = part(judged(store), "fragment_2").random
    assert (by_vectors.mean, by_vectors.deviation) == pytest.approx((by_matrix.mean, by_matrix.deviation))
    assert by_vectors.drawn.mean() == pytest.approx(by_matrix.drawn.mean(), abs=0.05)
    assert by_vectors.drawn.std() == pytest.approx(by_matrix.drawn.std(), rel=0.3)


def test_equal_captions_gain_nothing_by_their_order() -> None:
    """Two of four captions are the same: the expected value over the orders of what is equally near."""
    media = np.eye(4)
    texts = np.eye(4)[[0, 1, 1, 3]]  # the third item is as near to nothing at all
    found = OwnCaption.of(media, texts)
    assert found.first.value == pytest.approx((1 + 1 / 2 + 0 + 1) / 4 + 1 / 4 / 4)
    third = (1 + 1 / 2 + 1 / 3 + 1 / 4) / 4
    assert found.reciprocal.value == pytest.approx((1 + (1 + 1 / 2) / 2 + third + 1) / 4)


def test_all_captions_alike_are_found_as_often_as_by_chance() -> None:
    random = np.random.default_rng(3)
    found = OwnCaption.of(random.normal(size=(7, 5)), np.tile(random.normal(size=5), (7, 1)))
    assert found.first.value == pytest.approx(found.first.random) == pytest.approx(1 / 7)
    assert found.reciprocal.value == pytest.approx(found.reciprocal.random)


def test_what_the_model_cannot_read_is_counted(tmp_path: Path) -> None:
    found = judged(collection(tmp_path), CountingEmbedder(limit=3))
    whole, together, each = (part(found, name).texts for name in ("whole", "fragments_together", "each_fragment"))
    assert found.limit == 3
    assert (whole.cut, whole.read) == (0, 1.0)  # "red fire"
    assert (together.cut, each.cut) == (6, 24)
    assert [together.read, each.read] == pytest.approx([3 / 16, 3 / 4])  # "red fire above left"


def test_a_second_run_gives_the_same_numbers_and_embeds_nothing(tmp_path: Path) -> None:
    store, embedder = collection(tmp_path), CountingEmbedder()
    first = judged(store, embedder, tmp_path / "vectors.sqlite")
    asked = len(embedder.asked)
    second = judged(store, embedder, tmp_path / "vectors.sqlite")
    assert second.to_json() == first.to_json() == judged(store).to_json()
    assert (asked, len(embedder.asked)) == (6 + 36, asked)


def test_another_model_or_another_caption_is_embedded_anew(tmp_path: Path) -> None:
    kept, embedder = tmp_path / "vectors.sqlite", CountingEmbedder()
    judged(collection(tmp_path), embedder, kept)
    other = replace(embedder, signature={"embedder": "counting", "weights": "others"}, asked=[])
    judged(collection(tmp_path), other, kept)
    assert len(other.asked) == 42
    again = replace(embedder, asked=[])
    judged(collection(tmp_path, [*COLOURS[:5], "orange"]), again, kept)
    assert len(again.asked) == 7


def test_items_without_file_or_caption_and_those_that_fail_are_counted(tmp_path: Path) -> None:
    store = collection(tmp_path)
    (tmp_path / "red.png").unlink()
    os.utime(draw("pink", tmp_path), (1, 1))
    (tmp_path / "pink.png").rename(tmp_path / "green.png")  # the item has other bytes
    bare = indexed(draw("gold", tmp_path), Captions("gold", ("", "a", "b", "c")))
    store.upsert([bare])
    found = judged(store)
    assert (found.without_file, found.without_caption) == (1, 1)
    assert [(Path(one.path).name, one.kind) for one in found.failed] == [("green.png", "changed_file")]
    assert part(found, "whole").distribution.count == 4


def test_one_item_cannot_be_held_against_chance(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="at least two pictures whose file and captions are there; there are 1") as one:
        judged(collection(tmp_path, ["red"]))
    assert one.value.kind == "nothing_captioned"
    with pytest.raises(QueryError, match="at least two songs") as none:
        judged(collection(tmp_path), CountingEmbedder(modality="audio"))
    assert none.value.kind == "nothing_captioned"


def test_vectors_that_are_no_numbers_are_refused_and_not_kept(tmp_path: Path) -> None:
    class Broken(CountingEmbedder):
        def embed_parts(self, *_: object) -> NDArray[np.float32]:
            return np.full((5, self.dimension), np.nan, np.float32)

    with pytest.raises(PerceptionError, match="not finite") as caught:
        judged(collection(tmp_path), Broken(), tmp_path / "vectors.sqlite")
    assert caught.value.kind == "bad_vector"
    assert judged(collection(tmp_path), kept=tmp_path / "vectors.sqlite").parts


def test_an_embedder_that_knows_no_captions_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_toy(tmp_path / "packages", monkeypatch)
    with pytest.raises(PerceptionError, match="use clap, clip or siglip") as caught:
        Judge.open(collection(tmp_path), EmbedderSettings("toy"))
    assert caught.value.kind == "no_captions_embedder"


def test_tables_name_the_paper_s_and_carry_the_caution(tmp_path: Path) -> None:
    signature = {"embedder": "counting", "caution": "these numbers are meaningless"}
    first, *others = coherence_tables(judged(collection(tmp_path), CountingEmbedder(signature=signature)))
    assert first.title == "Captions and pictures, by counting (Table IV)"
    assert all(one.note.startswith("CAUTION: these numbers are meaningless. ") for one in (first, *others))
    assert [row[0] for row in first.rows[:3]] == ["whole", "four captions", "each fragment"]


def test_a_damaged_file_of_vectors_is_told(tmp_path: Path) -> None:
    (tmp_path / "vectors.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(EmoretrieveError, match=r"cannot be used .*; free some space on the disk, or remove") as caught:
        judged(collection(tmp_path), kept=tmp_path / "vectors.sqlite")
    assert caught.value.kind == "kept_vectors"


def test_damaged_vectors_are_computed_again(tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    kept, embedder = tmp_path / "vectors.sqlite", CountingEmbedder()
    store = collection(tmp_path)
    first = judged(store, embedder, kept)
    with closing(sqlite3.connect(kept)) as database, database:
        database.execute("UPDATE vectors SET arrays = substr(arrays, 1, 40)")
    assert judged(store, embedder, kept).to_json() == first.to_json()
    assert len(embedder.asked) == 2 * 42
