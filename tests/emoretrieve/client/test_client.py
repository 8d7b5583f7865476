"""The clients against a real server on loopback."""

from __future__ import annotations

import asyncio
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from emoretrieve.client import AsyncClient, Client, ClientSettings, read_settings
from emoretrieve.client.choices import PairChoices, QueryChoices
from emoretrieve.errors import EmoretrieveError, QueryError, RequestError, SourceError
from emoretrieve.wire import Answer, PairAsked, QueryAsked
from tests.emoretrieve.server.conftest import Served, serving


@pytest.fixture
def library(shared: Served) -> Iterator[Client]:
    with Client(shared.url) as client:
        yield client


def ids(answer: Answer) -> list[str]:
    return [result.id for result in answer.results]


def test_queries_by_item_words_and_colour_find_what_the_api_finds(library: Client) -> None:
    song = next(library.items(modality="audio"))
    assert {one.modality for one in library.query(item=song.id).results} == {"image"}
    assert library.query(text="a quiet evening", limit=2).query.limit == 2
    once, five_times = library.query(rgb=(220, 40, 30), to="audio"), library.query(rgb=[(220, 40, 30)] * 5, to="audio")
    assert once.results == five_times.results


def test_a_file_is_streamed_and_found_as_the_item_that_it_is(library: Client, media: Path) -> None:
    by_file = library.query_files(media / "hum.wav", limit=4, explain=True)
    song = next(item for item in library.items() if item.paths[0].endswith("hum.wav"))
    assert by_file.results == library.query(item=song.id, limit=4, explain=True).results


def test_a_query_may_say_all_that_the_api_takes() -> None:
    given = set(QueryChoices.__annotations__) | {"item", "text", "rgb", "cursor"}
    assert given == set(QueryAsked.model_fields)
    assert {"from_filters", *PairChoices.__annotations__} == set(PairAsked.model_fields)


def test_pages_follow_one_another_until_the_last(library: Client) -> None:
    whole = library.query(text="calm", to="any", limit=7)
    pages = [library.query(text="calm", to="any", limit=3)]
    while (following := library.next_page(pages[-1])) is not None:
        pages.append(following)
    assert [id for page in pages for id in ids(page)] == ids(whole)
    assert [item.id for item in library.items(page=2)] == sorted(item.id for item in library.items(page=100))


def test_everything_else_is_answered_in_its_shape(library: Client) -> None:
    picture = next(library.items(modality="image"))
    song = next(library.items(modality="audio"))
    assert library.item(picture.id) == picture
    assert library.thumbnail(picture.id, size=32)[:2] == b"\xff\xd8"
    assert library.audio(song.id, first=0, last=3) == b"RIFF"
    assert len(library.pair(method="greedy", draws=10).pairs) == 3
    assert sum(value.count for value in library.facets("artist").values) == 3
    assert [one.name for one in library.collections().collections] == ["default"]
    assert library.collection().items.image == 4
    assert library.health().status == "ok"
    assert library.costs().requests > 0


def test_files_and_paths_are_added_by_jobs_and_items_deleted(home: Path, media: Path) -> None:
    with serving(home, "--allow", str(media)) as served, Client(served.url) as client:
        seen: list[str] = []
        before = client.collection().items.audio
        song = next(client.items(modality="audio"))
        assert client.delete(song.id) == 1
        assert client.collection().items.audio == before - 1
        job = client.wait(client.add_paths(str(media)).id, every_s=0.05, on_progress=lambda job: seen.append(job.state))
        assert (job.state, seen[-1]) == ("done", "done")
        assert client.collection().items.audio == before
        again = client.wait(client.add_files(media / "hum.wav").id, every_s=0.05)
        assert again.state == "done"
        assert {one.id for one in client.jobs()} == {job.id, again.id}


def test_the_asynchronous_client_answers_as_the_other(shared: Served, library: Client, media: Path) -> None:
    async def talk() -> None:
        async with AsyncClient(shared.url) as client:
            by_words, by_file = await asyncio.gather(
                client.query(text="calm", to="any"), client.query_files(media / "hum.wav")
            )
            assert by_words == library.query(text="calm", to="any")
            assert by_file == library.query_files(media / "hum.wav")
            assert [item async for item in client.items(page=3)] == list(library.items())
            assert (await client.next_page(await client.query(text="calm", limit=1))) is not None
            with pytest.raises(EmoretrieveError, match="speaks of"):
                await client.query(text="the of")

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({"text": "the of"}, "no_emotion_words"),
        ({"item": "nonsense"}, "not_indexed"),
        ({"text": "a", "match": "b"}, "bad_match"),
    ],
)
def test_what_the_server_refuses_keeps_its_sentence_and_kind(library: Client, asked: dict[str, Any], kind: str) -> None:
    with pytest.raises(EmoretrieveError) as raised:
        library.query(**asked)
    assert raised.value.kind == kind
    assert str(raised.value).endswith(".")


def test_what_makes_no_sense_is_refused_before_it_is_sent() -> None:
    with Client("http://127.0.0.1:9") as client:
        with pytest.raises(QueryError, match="name one of"):
            client.query()
        with pytest.raises(QueryError, match="limit"):
            client.query(text="calm", limit=0)
        with pytest.raises(SourceError, match="nothing"):
            client.query_files("/nothing.wav")


def test_a_wrong_key_is_told_and_no_key_shows_in_a_settings_text() -> None:
    settings = ClientSettings("http://127.0.0.1:1", "secret")
    assert "secret" not in repr(settings)
    with pytest.raises(RequestError, match="no URL"):
        ClientSettings("127.0.0.1:8000")
    with pytest.raises(RequestError, match="characters"):
        ClientSettings("http://127.0.0.1:1", "two words")


def test_a_key_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc\n")
    assert read_settings("http://a/", {"EMORETRIEVE_SERVER_KEY": "xyz"}).key == "xyz"
    assert read_settings("http://a/", {"EMORETRIEVE_SERVER_KEY_FILE": str(tmp_path / "key")}).key == "abc"
    with pytest.raises(RequestError, match="cannot be read"):
        read_settings("http://a", {"EMORETRIEVE_SERVER_KEY_FILE": str(tmp_path / "none")})


class _Answers(http.server.BaseHTTPRequestHandler):
    """Gives the answers of its server one after another."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        server: Any = self.server
        server.asked += 1
        status, headers, body = server.answers.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def answering(*answers: tuple[int, dict[str, str], bytes]) -> Iterator[Any]:
    server: Any = http.server.HTTPServer(("127.0.0.1", 0), _Answers)
    server.answers, server.asked = list(answers), 0
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def problem(status: int, kind: str) -> bytes:
    about = {
        "type": "",
        "title": "",
        "status": status,
        "detail": "Why.",
        "instance": "",
        "kind": kind,
        "request_id": "",
    }
    return json.dumps(about).encode()


def test_a_server_without_room_is_asked_again_as_often_as_told() -> None:
    full = (503, {"retry-after": "0"}, problem(503, "overloaded"))
    with answering(full, full, (422, {}, problem(422, "bad_match"))) as server:
        with Client(f"http://127.0.0.1:{server.server_port}") as client, pytest.raises(RequestError) as raised:
            client.query(text="calm")
        assert (raised.value.kind, server.asked) == ("bad_match", 3)
    with answering(full, full) as server:
        settings = ClientSettings(f"http://127.0.0.1:{server.server_port}", retries=1)
        with Client(settings) as client, pytest.raises(RequestError) as raised:
            client.query(text="calm")
        assert (raised.value.kind, server.asked) == ("overloaded", 2)


def test_something_else_behind_the_url_is_told() -> None:
    for answer in ((200, {}, b"<html>"), (404, {}, b"<html>"), (302, {"location": "http://127.0.0.1:9"}, b"")):
        with answering(answer) as server:
            with Client(f"http://127.0.0.1:{server.server_port}") as client, pytest.raises(RequestError) as raised:
                client.query(text="calm")
            assert raised.value.kind == "serve_garbage"


def test_no_server_is_one_sentence() -> None:
    with Client(ClientSettings("http://127.0.0.1:9", retries=0)) as client, pytest.raises(RequestError) as raised:
        client.health()
    assert raised.value.kind == "serve_unreachable"
