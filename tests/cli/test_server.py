"""Every command against a Qdrant server (the stand-in of the store's tests), as a person runs it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from emoretrieve_cli.main import main
from tests.cli.conftest import Outcome, Run
from tests.emoretrieve.store.fake_qdrant import FakeQdrant

KEY = "the-key-that-nobody-sees"


@pytest.fixture(scope="module")
def server(media: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeQdrant]:
    """A server with the media indexed, for tests that leave its collection `default` as it is."""
    with FakeQdrant() as fake:
        data = tmp_path_factory.mktemp("data")
        words = ["index", str(media), "--data", str(data), "--qdrant-url", fake.url, "--workers", "1", "--json"]
        assert main(words) == 0
        yield fake


@pytest.fixture
def ask(run: Run, server: FakeQdrant, home: Path) -> Run:
    """Run a command on the server; nothing may come into being in the data folder."""

    def run_there(*words: str | Path) -> Outcome:
        outcome = run(*words, "--qdrant-url", server.url)
        assert not (home / "collections").exists()
        return outcome

    return run_there


def test_an_answer_is_that_of_the_embedded_collection(ask: Run, run: Run, media: Path, filled_home: Path) -> None:
    for words in (
        ["query", media / "hum.wav", "--to", "any"],
        ["query", "--text", "calm"],
        ["list"],
        ["list", "--modality", "audio"],
    ):
        there = ask(*words, "--json")
        here = run(*words, "--json", "--data", filled_home)
        assert (there.code, there.json) == (here.code, here.json)
        assert there.code == 0


def test_a_report_is_that_of_the_embedded_collection(ask: Run, run: Run, filled_home: Path, tmp_path: Path) -> None:
    there, here = tmp_path / "there.md", tmp_path / "here.md"
    assert ask("report", "--markdown", there, "--draws", "20").code == 0
    assert run("report", "--markdown", here, "--draws", "20", "--data", filled_home).code == 0
    assert "- collection made: " in there.read_text(encoding="utf-8")
    assert there.read_text(encoding="utf-8") == here.read_text(encoding="utf-8")


def test_indexing_again_describes_nothing_again(ask: Run, media: Path) -> None:
    report = ask("index", media, "--json").json
    assert (report["indexed"], report["unchanged"]) == (0, 7)


def test_one_item_is_shown_without_a_server_having_its_file(ask: Run, media: Path) -> None:
    assert ask("show", media / "hum.wav", "--json").json["modality"] == "audio"


def test_status_names_the_server(ask: Run, server: FakeQdrant) -> None:
    status = ask("status", "--json").json
    assert (status["server"], status["data"]) == (server.url, None)
    assert server.url in ask("status").out


def test_doctor_asks_the_server(ask: Run, server: FakeQdrant) -> None:
    outcome = ask("doctor")
    assert (outcome.code, f"{server.url}, 1 collections" in outcome.out) == (0, True)


def test_doctor_tells_of_a_server_that_is_not_there(run: Run, free_url: str) -> None:
    outcome = run("doctor", "--qdrant-url", free_url, "--qdrant-option", "retries=0")
    assert outcome.code == 1
    assert "BROKEN  qdrant server" in outcome.out


@pytest.fixture
def free_url() -> str:
    with FakeQdrant() as gone:
        return gone.url


def test_items_are_exported_imported_and_deleted(ask: Run, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    assert ask("export", file, "--json").json["exported"] == 7
    assert ask("import", file, "--collection", "copy", "--json").json["imported"] == 7
    items = ask("list", "--collection", "copy", "--json").json["items"]
    assert items == ask("list", "--json").json["items"]
    assert isinstance(items, list)
    assert ask("delete", items[0]["id"], "--yes", "--collection", "copy", "--json").json == {"deleted": 1}
    assert ask("delete", "--all", "--yes", "--collection", "copy").code == 0
    assert ask("list", "--collection", "copy", "--json").json["kind"] == "no_collection"


def test_a_collection_is_recoloured_into_another_and_in_place(ask: Run) -> None:
    assert ask("recolour", "--into", "again", "--json").json["recoloured"] == 7
    assert ask("recolour", "--collection", "again", "--json").json["recoloured"] == 7
    assert ask("delete", "--all", "--yes", "--collection", "again").code == 0


def test_the_environment_names_the_server_and_its_key(run: Run, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeQdrant(key=KEY) as fake:
        monkeypatch.setenv("QDRANT_URL", fake.url)
        refused = run("status", "--json")
        assert (refused.code, refused.json["kind"]) == (1, "refused_key")
        monkeypatch.setenv("QDRANT_API_KEY", KEY)
        assert run("index", media / "hum.wav", "--workers", "1").code == 0
        assert "hum.wav" in run("list").out
        assert run("list", "--qdrant-url", "", "--json").json["kind"] == "no_collection"


def test_the_key_is_in_nothing_that_is_printed_or_kept(
    run: Run, media: Path, monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(KEY)
    monkeypatch.setenv("EMORETRIEVE_DEBUG", "1")
    outcomes = []
    with FakeQdrant(key=KEY) as fake:
        server = ("--qdrant-url", fake.url, "--qdrant-option", f"api_key_file={tmp_path / 'key'}")
        for words in (
            ["index", media / "hum.wav", "--workers", "1"],
            ["status"],
            ["doctor"],
            ["query", "--text", "calm"],
        ):
            outcomes.append(run(*words, *server))
        fake.fail("GET /collections", times=99, status=500, error=f"no, {KEY}")
        outcomes.append(run("list", *server))
        assert "***" in outcomes[-1].err
        fake.faults.clear()
        fake.fail("GET /", times=99, cut=True)
        outcomes.append(run("list", *server, "--qdrant-option", "retries=0"))
    assert [outcome.code for outcome in outcomes] == [0, 0, 0, 0, 1, 1]
    assert KEY not in "".join(outcome.out + outcome.err for outcome in outcomes)
    assert all(KEY.encode() not in file.read_bytes() for file in home.rglob("*") if file.is_file())
    assert KEY not in json.dumps([one.body for one in fake.requests])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--qdrant-url", "nonsense"], "is no URL such as"),
        (["--qdrant-option", "timeout_s=1"], "none is named"),
        (["--qdrant-url", "http://h", "--qdrant-option", "timeout_s"], "KEY=VALUE"),
        (["--qdrant-url", "http://h", "--qdrant-option", "api_key=secret"], "There is no option 'api_key'"),
    ],
)
def test_a_command_line_that_names_no_server_is_a_usage_error(run: Run, words: list[str], said: str) -> None:
    outcome = run("list", *words)
    assert outcome.code == 2
    assert said in outcome.err


def test_a_folder_on_the_command_line_counts_more_than_a_server_in_the_environment(
    run: Run, filled_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody who names a folder shall remove what is on a server."""
    with FakeQdrant() as fake:
        monkeypatch.setenv("QDRANT_URL", fake.url)
        assert run("status", "--data", filled_home, "--json").json["server"] is None
        monkeypatch.setenv("EMORETRIEVE_HOME", str(tmp_path))
        assert run("status", "--json").json["server"] == fake.url
        assert run("status", "--data", filled_home, "--qdrant-url", fake.url, "--json").json["server"] == fake.url
