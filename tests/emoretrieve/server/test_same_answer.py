"""Whoever asks a server gets the answer of the command line, and that of the store itself when the server has ended."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from mcp import Client as McpClient
from mcp import StdioServerParameters

from emoretrieve.client import Client
from emoretrieve.wire import Answer, Result
from emoretrieve_cli.main import main
from tests.emoretrieve.server.conftest import serving

PYTHON_M = ("-m", "emoretrieve_cli.main")


def by_command(capsys: pytest.CaptureFixture[str], *words: str) -> list[Result]:
    capsys.readouterr()
    assert main(["query", *words, "--to", "image", "--explain", "--json"]) == 0, capsys.readouterr().err
    return Answer.model_validate_json(capsys.readouterr().out).results


def by_curl(url: str, id: str) -> list[Result]:
    asked = json.dumps({"item": id, "to": "image", "explain": True})
    path = f"{url}/v1/collections/default/query"
    command = ["curl", "-fsS", "-H", "content-type: application/json", path, "-d", asked]
    return Answer.model_validate_json(subprocess.run(command, capture_output=True, check=True).stdout).results


def by_tool(url: str, id: str) -> list[Result]:
    """Through `emoretrieve mcp --server`, started by the SDK's own client."""
    words = [*PYTHON_M, "mcp", "--server", url]
    answers: list[Answer] = []

    async def ask() -> None:
        async with McpClient(StdioServerParameters(command=sys.executable, args=words, env=dict(os.environ))) as host:
            result = await host.call_tool("search_by_item", {"item": id, "to": "image"})
            answers.append(Answer.model_validate(result.structured_content))

    anyio.run(ask)
    return answers[0].results


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_client_curl_and_mcp_rank_as_the_command_does_and_as_the_store_itself(
    home: Path, media: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    song = str(media / "hum.wav")
    with serving(home) as served:
        through = by_command(capsys, song, "--server", served.url)
        with Client(served.url) as client:
            (id,) = [item.id for item in client.items(modality="audio") if song in item.paths]
            assert client.query(item=id, to="image", explain=True).results == through
            assert client.query_files(song, to="image", explain=True).results == through
        assert by_curl(served.url, id) == through
        assert by_tool(served.url, id) == [result.model_copy(update={"explanation": None}) for result in through]
        served.end()
    assert len(through) == 4
    assert by_command(capsys, song, "--data", str(home)) == through
