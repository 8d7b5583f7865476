"""Answers and items as JSON."""

from __future__ import annotations

import json

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.item import Captions, Item, Location
from emoretrieve.search.answer import Answer, item_json
from emoretrieve.search.filters import parse_filters
from emoretrieve.search.options import QueryOptions
from emoretrieve.search.query import Query
from emoretrieve.search.search import search
from tests.emoretrieve.search.collection import random_items, store_of

PROFILE = EmotionProfile.of([[1, 2, 3], [4, 5, 6], [7, 8, 9], [0, 0, 0], [255, 254, 253]])
PICTURE = Item(
    "ab" * 32,
    "image",
    PROFILE,
    Captions("Calm.", ("One.", "Two.", "Three.", "Four.")),
    coverage=0.5,
    locations=(Location("/a b/ü.png", 10, 20), Location("/c.png", 10, 21)),
    metadata={"title": "Ü", "year": 1872, "ratio": 1.5},
)
SONG = Query.of_item(random_items("audio", 1, seed=1)[0], indexed=False)


def answer(query: Query = SONG, options: QueryOptions | None = None) -> Answer:
    return search(store_of([PICTURE, *random_items("image", 5, seed=2)]), query, options or QueryOptions())


def as_read_back(found: Answer) -> dict[str, list[dict[str, object]]]:
    """The answer as a reader of strict JSON sees it: NaN and infinity are no JSON."""
    read: dict[str, list[dict[str, object]]] = json.loads(json.dumps(found.to_json(), allow_nan=False))
    return read


def test_an_item_shows_all_that_is_known_of_it() -> None:
    assert item_json(PICTURE) == {
        "id": PICTURE.id,
        "modality": "image",
        "paths": ["/a b/ü.png", "/c.png"],
        "profile": {"whole": [1, 2, 3], "fragments": [[4, 5, 6], [7, 8, 9], [0, 0, 0], [255, 254, 253]]},
        "flagged": True,
        "captions": {"whole": "Calm.", "fragments": ["One.", "Two.", "Three.", "Four."]},
        "metadata": {"title": "Ü", "year": 1872, "ratio": 1.5},
        "coverage": 0.5,
    }


def test_a_result_is_an_item_with_its_scores_and_its_reason() -> None:
    for result in as_read_back(answer())["results"]:
        assert list(result) == [
            *("rank", "id", "modality", "paths", "profile", "flagged", "captions", "metadata", "coverage"),
            *("score", "chance", "z", "p_best", "why"),
        ]


def test_scores_survive_json_unrounded() -> None:
    found = answer()
    read = [(one["score"], one["chance"], one["z"], one["p_best"]) for one in as_read_back(found)["results"]]
    assert read == [(one.score, one.chance, one.z, one.p_best) for one in found.results]


def test_an_undefined_z_is_null() -> None:
    only = search(store_of([PICTURE]), SONG, QueryOptions())
    assert [result["z"] for result in as_read_back(only)["results"]] == [None]


def test_the_query_says_what_was_asked() -> None:
    options = QueryOptions(limit=3, match="concat", where=parse_filters(["year>=1800", "title=Ü"]), max_p=1.0)
    assert answer(options=options).to_json()["query"] == {
        "modality": "audio",
        "id": SONG.id,
        "paths": [],
        "profile": item_json(random_items("audio", 1, seed=1)[0])["profile"],
        "flagged": SONG.profile.flagged,
        "captions": {"whole": SONG.captions.whole, "fragments": list(SONG.captions.fragments)},
        "to": "image",
        "match": "concat",
        "weights": None,
        "limit": 3,
        "filters": ["year=1800..", "title=Ü"],
        "max_p": 1.0,
        "searched": 1,
    }


def test_a_query_in_words_has_the_words_for_an_id_and_paths() -> None:
    query = answer(Query.of_text("a calm evening", Rgb(1, 2, 3))).to_json()["query"]
    assert isinstance(query, dict)
    assert query["modality"] == "text"
    assert query["text"] == "a calm evening"
    assert not {"id", "paths"} & query.keys()


def test_the_weights_in_force_are_named() -> None:
    query = answer().to_json()["query"]
    assert isinstance(query, dict)
    assert query["weights"] == [0.5, 0.125, 0.125, 0.125, 0.125]


def test_an_explanation_is_added_where_it_was_asked_for() -> None:
    first = as_read_back(answer(options=QueryOptions(explain=True)))["results"][0]
    explanation = first["explanation"]
    assert isinstance(explanation, dict)
    assert [part["part"] for part in explanation["parts"]] == ["whole", *(f"fragment_{n}" for n in range(1, 5))]
    assert [axis["axis"] for axis in explanation["axes"]] == ["excitement", "calmness", "sadness"]
