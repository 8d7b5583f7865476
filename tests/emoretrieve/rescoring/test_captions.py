"""Captions are compared by their words as a plain TF-IDF over the whole collection does."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from emoretrieve.errors import QueryError
from emoretrieve.item import Captions, Item
from emoretrieve.library import Library
from emoretrieve.rescoring import vocabulary
from emoretrieve.search.answer import Answer
from emoretrieve.search.filters import parse_filter
from emoretrieve.search.options import QueryOptions
from emoretrieve.search.rescoring import Rescoring
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.store.samples import SIGNATURE, assorted

SAID = [
    "a quiet rainy evening, grey and still",
    "wild drums and bright brass, a feast",
    "rain on an empty street at night",
    "children dance in the bright sun",
    "a slow, sad song of rain",
]


def captioned(number: int, item: Item) -> Item:
    texts = [SAID[(number * 7 + part * number) % len(SAID)] for part in range(5)]
    return replace(item, captions=Captions(texts[0], (texts[1], texts[2], texts[3], texts[4])))


ITEMS = [captioned(number, item) for number, item in enumerate(assorted(40))]
SONG = ITEMS[3]


def plain_similarities(asked: Item, items: list[Item]) -> dict[str, float]:
    """The cosines, by the formula, in arrays over the whole vocabulary."""
    counts = {item.id: Counter(re.findall(r"[a-z]+", " ".join(item.captions.parts))) for item in items}
    words = sorted({word for counted in counts.values() for word in counted})
    idf = np.array([math.log(len(items) / sum(word in counted for counted in counts.values())) for word in words])
    rows = {
        id: idf * np.array([1 + math.log(counted[word]) if counted[word] else 0.0 for word in words])
        for id, counted in counts.items()
    }
    unit = {id: row / (np.linalg.norm(row) or 1.0) for id, row in rows.items()}
    return {item.id: float(unit[item.id] @ unit[asked.id]) for item in items}


@pytest.fixture
def library() -> Library:
    store = LocalStore.in_memory(SIGNATURE)
    store.upsert(ITEMS)
    return Library(store)


def asked(library: Library, options: QueryOptions | None = None) -> Answer:
    return library.query(SONG.id, options or QueryOptions(limit=40, rescoring=Rescoring("captions", alpha=1.0)))


def test_the_similarity_is_the_cosine_of_tf_idf(library: Library) -> None:
    plain = plain_similarities(SONG, ITEMS)
    answer = asked(library)
    assert answer.results
    for result in answer.results:
        assert result.rescored
        assert result.rescored.similarity == pytest.approx(plain[result.item.id], abs=1e-12)


def test_chance_is_the_mean_over_the_pictures(library: Library) -> None:
    plain = plain_similarities(SONG, ITEMS)
    expected = np.mean([plain[item.id] for item in ITEMS if item.modality == "image"])
    for _ in range(2):  # counted, then as it was kept
        answer = asked(library)
        assert answer.results[0].rescored
        assert answer.results[0].rescored.chance == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("condition", [None, "artist=A0"])
def test_the_query_is_no_part_of_its_own_chance_level(library: Library, condition: str | None) -> None:
    plain = plain_similarities(SONG, ITEMS)
    others = [item for item in ITEMS if item.id != SONG.id and (condition is None or item.metadata["artist"] == "A0")]
    where = () if condition is None else (parse_filter(condition),)
    answer = asked(library, QueryOptions(to="any", limit=40, where=where, rescoring=Rescoring("captions")))
    assert answer.results[0].rescored
    assert answer.results[0].rescored.chance == pytest.approx(np.mean([plain[item.id] for item in others]), abs=1e-12)


def test_captions_written_later_count(library: Library) -> None:
    before = asked(library)
    library.store.upsert([replace(ITEMS[0], captions=Captions("rain", ("rain", "rain", "rain", "rain")))])
    after = asked(library)
    assert before.results[0].rescored != after.results[0].rescored


def test_damaged_statistics_are_counted_again(library: Library) -> None:
    expected = asked(library).results[0].rescored
    library.store.save_derived("captions-vocabulary", b"damaged")
    assert asked(library).results[0].rescored == expected


def test_captions_without_a_word_in_common_are_not_alike(library: Library) -> None:
    library.store.upsert([replace(SONG, captions=Captions("??", ("", "", "", "")))])
    answer = asked(library)
    assert {result.rescored.similarity for result in answer.results if result.rescored} == {0}


def test_more_captions_than_are_read_are_refused(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "READ_LIMIT", 10)
    with pytest.raises(QueryError, match="up to 10 items") as caught:
        asked(library)
    assert caught.value.kind == "too_many_items"
