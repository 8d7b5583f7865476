"""The tools as hosts reach them: the SDK's own client, over pipes and over HTTP."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from emoretrieve import wire
from emoretrieve.library import Library
from emoretrieve.mcp.backend import LibraryBackend
from emoretrieve.mcp.tools import create_server
from emoretrieve_cli.main import main
from tests.cli.media import draw_media

Conversation = Callable[[Client], Awaitable[None]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with four pictures and three sounds indexed."""
    folder = tmp_path_factory.mktemp("mcp")
    (folder / "media").mkdir()
    media = draw_media(folder / "media")
    assert main(["index", str(media), "--data", str(folder / "data"), "--workers", "1", "--json"]) == 0
    return folder / "data"


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    with Library.open(home) as library:
        yield library


def talk(library: Library, conversation: Conversation) -> None:
    """Let the SDK's client talk with the tools, in this process."""

    async def both() -> None:
        async with Client(create_server(LibraryBackend(library, "default"))) as client:
            await conversation(client)

    anyio.run(both)


def text_of(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


async def ask(client: Client, tool: str, **arguments: Any) -> wire.Answer:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text_of(result)
    return wire.Answer.model_validate(result.structured_content, extra="forbid")


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error, text_of(result)
    return text_of(result)


def command_line(home: Path, *words: str) -> wire.Answer:
    command = [sys.executable, "-m", "emoretrieve_cli.main", "query", *words, "--json", "--data", str(home)]
    return wire.Answer.model_validate_json(subprocess.run(command, capture_output=True, check=True).stdout)


@asynccontextmanager
async def over_pipes(home: Path) -> AsyncIterator[Client]:
    words = ["-m", "emoretrieve_cli.main", "mcp", "--data", str(home)]
    async with Client(StdioServerParameters(command=sys.executable, args=words, env=dict(os.environ))) as client:
        yield client


@asynccontextmanager
async def over_http(home: Path) -> AsyncIterator[Client]:
    command = [sys.executable, "-m", "emoretrieve_cli.main", "mcp", "--http", "--port", "0", "--data", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = re.search(r"http://\S+", process.stdout.readline())
        assert url is not None
        async with Client(url.group()) as client:
            yield client
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


@pytest.mark.parametrize("connected", [over_pipes, over_http])
def test_a_mood_is_answered_as_the_command_line_answers_it(connected: Any, home: Path) -> None:
    answers: list[wire.Answer] = []

    async def both() -> None:
        async with connected(home) as client:
            answers.append(await ask(client, "search_by_mood", text="a quiet evening", limit=3))

    anyio.run(both)
    told = answers[0].as_json()
    told.pop("next_cursor", None)
    assert told == command_line(home, "--text", "a quiet evening", "--limit", "3").as_json()


def test_every_tool_says_what_it_takes_and_gives_and_changes_nothing(library: Library) -> None:
    async def conversation(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {
            "search_by_mood",
            "search_by_item",
            "search_by_colour",
            "explain_match",
            "get_item",
            "list_facets",
            "collection_status",
        }
        for tool in tools.values():
            assert tool.description
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert tool.output_schema is not None
            undescribed = [
                name for name, schema in tool.input_schema["properties"].items() if "description" not in schema
            ]
            assert undescribed == []

    talk(library, conversation)


def test_an_item_and_a_colour_find_what_the_library_finds(library: Library) -> None:
    song = next(item for item in library.items() if item.modality == "audio")

    async def conversation(client: Client) -> None:
        by_item = await ask(client, "search_by_item", item=song.id)
        assert [one.id for one in by_item.results] == [one.item.id for one in library.query(song.id).results]
        by_colour = await ask(client, "search_by_colour", rgb=[220, 40, 30], to="audio")
        again = await ask(client, "search_by_colour", rgb=[220, 40, 30] * 5, to="audio")
        assert {one.modality for one in by_colour.results} == {"audio"}
        assert by_colour.results == again.results

    talk(library, conversation)


def test_the_next_page_begins_where_the_first_one_ended(library: Library) -> None:
    async def conversation(client: Client) -> None:
        everything = await ask(client, "search_by_mood", text="calm", to="any", limit=4)
        first = await ask(client, "search_by_mood", text="calm", to="any", limit=2)
        second = await ask(client, "search_by_mood", cursor=first.next_cursor)
        assert len(everything.results) == 4
        assert [one.id for one in (*first.results, *second.results)] == [one.id for one in everything.results]

    talk(library, conversation)


def test_an_explanation_has_the_rank_and_parts_that_add_up_to_the_score(library: Library) -> None:
    song = next(item for item in library.items() if item.modality == "audio")
    last = library.query(song.id).results[-1]

    async def conversation(client: Client) -> None:
        answer = await ask(client, "explain_match", item=song.id, result=last.item.id)
        (result,) = answer.results
        assert (result.id, result.rank) == (last.item.id, last.rank)
        assert result.explanation is not None
        assert sum(part.contribution for part in result.explanation.parts) == pytest.approx(result.score)

    talk(library, conversation)


def test_no_score_is_said_without_its_chance_level(library: Library) -> None:
    async def conversation(client: Client) -> None:
        said = text_of(await client.call_tool("search_by_mood", {"text": "calm"}))
        lines = [line for line in said.splitlines() if "score " in line]
        assert lines
        assert all(re.search(r"score \d\.\d{4}, chance \d\.\d{4}, z \S+, p ", line) for line in lines)

    talk(library, conversation)


def test_items_values_and_the_collection_are_told_as_they_are(library: Library) -> None:
    picture = next(item for item in library.items() if item.modality == "image")

    async def conversation(client: Client) -> None:
        item = wire.Item.model_validate((await client.call_tool("get_item", {"item": picture.id})).structured_content)
        assert item.captions.whole == picture.captions.whole
        facets = (await client.call_tool("list_facets", {"key": "mood"})).structured_content
        assert facets == json.loads(json.dumps(library.facets("mood").to_json()))
        status = (await client.call_tool("collection_status", {})).structured_content
        assert status == {"name": "default", **json.loads(json.dumps(library.status().to_json()))}

    talk(library, conversation)


@pytest.mark.parametrize(
    ("tool", "arguments", "kind"),
    [
        ("search_by_mood", {"text": "the of and"}, "no_emotion_words"),
        ("search_by_mood", {}, "bad_combination"),
        ("search_by_mood", {"text": "calm", "cursor": "x"}, "bad_combination"),
        ("search_by_mood", {"cursor": "nonsense"}, "bad_cursor"),
        ("search_by_mood", {"text": "calm", "match": "nonsense"}, "bad_match"),
        ("search_by_item", {"item": "nonsense"}, "not_indexed"),
        ("search_by_colour", {"rgb": [0, 0, 0]}, "bad_colour"),
        ("search_by_colour", {"rgb": [1, 2, 3, 4]}, "bad_colour"),
        ("search_by_colour", {"rgb": [256, 0, 0]}, "bad_request"),
        ("explain_match", {"item": "nonsense", "result": "nonsense"}, "not_indexed"),
    ],
)
def test_what_cannot_be_answered_gets_a_sentence_with_its_kind(
    library: Library, tool: str, arguments: dict[str, Any], kind: str
) -> None:
    async def conversation(client: Client) -> None:
        assert f"(kind: {kind})" in await refusal(client, tool, **arguments)

    talk(library, conversation)


def test_a_picture_that_is_not_the_items_match_is_not_explained(library: Library) -> None:
    song = next(item for item in library.items() if item.modality == "audio")

    async def conversation(client: Client) -> None:
        assert "not_a_match" in await refusal(client, "explain_match", item=song.id, result=song.id)

    talk(library, conversation)


def test_the_tools_listen_to_this_machine_only(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mcp", "--http", "--host", "0.0.0.0", "--data", str(home)]) == 2
    assert "this machine only" in capsys.readouterr().err
