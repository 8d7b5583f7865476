"""Queries over HTTP answer as the command line does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from emoretrieve import wire
from emoretrieve.item import hash_file, item_id
from tests.cli.conftest import copy_sparse

QUERY = "/v1/collections/default/query"


def ask(client: httpx.Client, **asked: object) -> wire.Answer:
    answer = client.post(QUERY, json=asked)
    assert answer.status_code == 200, answer.text
    return wire.Answer.model_validate_json(answer.content, strict=True, extra="forbid")


def upload(client: httpx.Client, *paths: Path, **choices: object) -> wire.Answer:
    files = [("file", (path.name, path.read_bytes())) for path in paths]
    answer = client.post(f"{QUERY}/upload", files=files, data={"choices": json.dumps(choices)})
    assert answer.status_code == 200, answer.text
    return wire.Answer.model_validate_json(answer.content, strict=True, extra="forbid")


def ids(answer: wire.Answer) -> list[str]:
    return [result.id for result in answer.results]


@pytest.fixture(scope="module")
def library_copy(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same collection for the command line: the server holds its own."""
    copy = tmp_path_factory.mktemp("cli") / "home"
    return shutil.copytree(filled_home, copy, copy_function=copy_sparse)


def command_line(data: Path, *words: str) -> dict[str, object]:
    command = [sys.executable, "-m", "emoretrieve_cli.main", *words, "--json", "--data", str(data)]
    answer: dict[str, object] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return answer


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"text": "a quiet evening"}, ["query", "--text", "a quiet evening"]),
        (
            {"rgb": [220, 40, 30], "to": "audio", "match": "concat", "explain": True},
            ["query", "--rgb", "220,40,30", "--to", "audio", "--match", "concat", "--explain"],
        ),
        (
            {"text": "calm", "rescore": {"name": "captions", "alpha": 0.3}, "filters": ["year=1800..1950"]},
            ["query", "--text", "calm", "--rescore", "captions", "--alpha", "0.3", "--filter", "year=1800..1950"],
        ),
        (
            {"item": "{hum}", "words": "wild and joyful", "to": "any", "explain": False},
            ["query", "{hum}", "--text", "wild and joyful", "--to", "any"],
        ),
        (
            {"text": "wild", "group_by": "artist", "weights": [1, 0, 0, 0, 0], "max_p": 1},
            ["query", "--text", "wild", "--group-by", "artist", "--weights", "1,0,0,0,0", "--max-p", "1"],
        ),
    ],
)
def test_a_query_is_answered_as_the_command_line_answers_it(
    client: httpx.Client, library_copy: Path, media: Path, asked: dict[str, object], words: list[str]
) -> None:
    hum = item_id(hash_file(media / "hum.wav"))
    asked = {key: hum if value == "{hum}" else value for key, value in asked.items()}
    answer = client.post(QUERY, json=asked).json()
    answer.pop("next_cursor", None)
    assert answer == command_line(library_copy, *(word.format(hum=hum) for word in words))


def test_an_uploaded_file_is_answered_as_the_file_itself(
    client: httpx.Client, library_copy: Path, media: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new.wav"
    new.write_bytes((media / "tune.wav").read_bytes()[:20_000] + bytes(12_044))
    from_file = command_line(library_copy, "query", str(media / "hum.wav"))
    uploaded = upload(client, media / "hum.wav")
    assert ids(uploaded) == [result["id"] for result in from_file["results"]]  # type: ignore[attr-defined]


def test_a_file_that_is_not_indexed_is_described_and_called_as_the_client_calls_it(
    client: httpx.Client, media: Path, tmp_path: Path
) -> None:
    quieter = tmp_path / "quieter.png"
    from PIL import Image

    Image.open(media / "mist.png").rotate(90).save(quieter)
    answer = upload(client, quieter, to="any")
    assert answer.query.paths == ["quieter.png"]
    assert answer.query.captions.whole
    assert len(answer.results) == 7


def test_further_files_are_liked(client: httpx.Client, media: Path) -> None:
    answer = upload(client, media / "hum.wav", media / "mist.png", to="any")
    assert answer.query.liked is not None
    assert len(answer.query.liked) == 1
    assert len(answer.results) == 5


def test_words_beside_a_file_are_liked_as_well(client: httpx.Client, library_copy: Path, media: Path) -> None:
    answer = upload(client, media / "hum.wav", words="wild and joyful", to="image")
    words = [str(media / "hum.wav"), "--text", "wild and joyful", "--to", "image"]
    results: list[dict[str, object]] = command_line(library_copy, "query", *words)["results"]  # type: ignore[assignment]
    assert [(one.id, one.score, one.z) for one in answer.results] == [
        (one["id"], one["score"], one["z"]) for one in results
    ]
    assert (answer.query.modality, answer.query.words) == ("audio", "wild and joyful")
    assert answer.results[0].p_best is None


def test_the_pages_of_a_file_with_words_are_one_answer(client: httpx.Client, media: Path) -> None:
    whole = ids(upload(client, media / "hum.wav", words="wild", to="image"))
    answer = upload(client, media / "hum.wav", words="wild", to="image", limit=2)
    assert answer.next_cursor is not None
    following = ask(client, cursor=answer.next_cursor)
    assert ids(answer) + ids(following) == whole
    assert following.query.words == "wild"


def test_words_beside_a_file_that_say_nothing_are_told(client: httpx.Client, media: Path) -> None:
    files = [("file", ("hum.wav", (media / "hum.wav").read_bytes()))]
    answer = client.post(f"{QUERY}/upload", files=files, data={"choices": json.dumps({"words": "table"})})
    assert (answer.status_code, answer.json()["kind"]) == (422, "no_emotion_words")


def test_what_is_liked_and_disliked_steers(client: httpx.Client) -> None:
    everything = ids(ask(client, text="calm", to="any"))
    first, second, third = everything[:3]
    answer = ask(client, like=[first, second], unlike=[third], to="any")
    assert answer.query.id == first
    assert answer.query.liked == [second]
    assert answer.query.disliked == [third]
    assert set(ids(answer)) == set(everything[3:])


@pytest.mark.parametrize("choices", [{}, {"diverse": 0.5}, {"rescore": {"name": "captions"}}])
def test_the_pages_of_an_answer_are_the_answer(client: httpx.Client, choices: dict[str, object]) -> None:
    whole = ids(ask(client, text="calm", to="any", **choices))
    answer = ask(client, text="calm", to="any", limit=3, **choices)
    pages = ids(answer)
    while answer.next_cursor:
        answer = ask(client, cursor=answer.next_cursor)
        assert answer.results[0].rank == len(pages) + 1
        pages += ids(answer)
    assert pages == whole


def test_the_pages_of_an_upload_need_no_second_upload(client: httpx.Client, media: Path, tmp_path: Path) -> None:
    from PIL import Image

    turned = tmp_path / "turned.png"
    Image.open(media / "sunny.png").rotate(90).save(turned)
    whole = ids(upload(client, turned, to="any"))
    answer = upload(client, turned, to="any", limit=4)
    assert answer.next_cursor is not None
    following = ask(client, cursor=answer.next_cursor)
    assert ids(answer) + ids(following) == whole
    assert following.query.paths == ["turned.png"]


@pytest.mark.parametrize(
    ("asked", "status", "kind"),
    [
        ({"text": "table"}, 422, "no_emotion_words"),
        ({"item": "00000000-0000-0000-0000-000000000000"}, 404, "not_indexed"),
        ({"item": "/etc/hostname"}, 404, "not_indexed"),
        ({"rgb": [0, 0, 0]}, 422, "bad_colour"),
        ({"text": "calm", "match": "sideways"}, 422, "bad_match"),
        ({"text": "calm", "filters": ["year"]}, 422, "bad_filter"),
        ({"cursor": "nonsense"}, 400, "bad_cursor"),
        ({"text": "calm", "limit": 0}, 422, "bad_request"),
        ({"text": "calm", "limits": 3}, 422, "bad_request"),
        ({}, 422, "bad_request"),
    ],
)
def test_what_cannot_be_asked_is_a_documented_problem(
    client: httpx.Client, asked: dict[str, object], status: int, kind: str
) -> None:
    answer = client.post(QUERY, json=asked)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = wire.Problem.model_validate_json(answer.content, strict=True, extra="forbid")
    assert (answer.status_code, problem.status, problem.kind) == (status, status, kind)
    assert problem.request_id == answer.headers["x-request-id"]


def test_a_collection_that_is_not_there_is_404(client: httpx.Client) -> None:
    answer = client.post("/v1/collections/nowhere/query", json={"text": "calm"})
    assert (answer.status_code, answer.json()["kind"]) == (404, "no_collection")


def test_pairs_are_those_of_the_command_line(client: httpx.Client, library_copy: Path) -> None:
    answer = client.post("/v1/collections/default/pair", json={"from": "image", "method": "greedy", "draws": 50})
    wire.Pairing.model_validate_json(answer.content, strict=True, extra="forbid")
    words = ["pair", "--from", "image", "--method", "greedy", "--draws", "50"]
    assert answer.json() == command_line(library_copy, *words)
