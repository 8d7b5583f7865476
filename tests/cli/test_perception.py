"""Choosing a perception on the command line: flags before the file, the file before what is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

URL = "http://127.0.0.1:9/v1"


@pytest.fixture
def picture(media: Path) -> Path:
    return media / "mist.png"


def options_of(home: Path) -> dict[str, str]:
    """What the collection remembers."""
    from emoretrieve.library import Library

    with Library.open(home) as library:
        return dict(library.settings.options)


@pytest.fixture
def served(run: Run, media: Path) -> None:
    """A collection of models behind servers, without items: a limit of 0 asks nobody."""
    pytest.importorskip("httpx", reason="the extra endpoint is not installed")
    outcome = run("index", media, "--limit", "0", "--perception", "endpoint", "--set", f"url={URL}", "--json")
    assert outcome.code == 0


@pytest.mark.usefixtures("served")
def test_the_next_run_needs_no_repetition(run: Run, media: Path) -> None:
    assert run("index", media, "--limit", "0", "--json").json["failed"] == []


@pytest.mark.usefixtures("served")
def test_a_flag_counts_before_the_file_and_the_file_before_the_memory(
    run: Run, media: Path, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "servers.toml"
    file.write_text("perception = 'endpoint'\n[options]\nconcurrency = 3\nretries = 3\n")
    words = ["index", media, "--limit", "0", "--config", file, "--set", "retries=4"]
    assert run(*words).code == 0
    assert options_of(home) == {"url": URL, "concurrency": "3", "retries": "4"}


@pytest.mark.usefixtures("served")
def test_readout_and_samples_are_short_for_options(run: Run, media: Path, home: Path) -> None:
    assert run("index", media, "--limit", "0", "--readout", "logits", "--samples", "1", "--json").code == 0
    assert options_of(home) == {"url": URL, "colour.readout": "logits", "colour.samples": "1"}


@pytest.mark.usefixtures("served")
def test_another_mapper_than_that_of_the_file_leaves_its_options_out(run: Run, media: Path, tmp_path: Path) -> None:
    file = tmp_path / "servers.toml"
    file.write_text(f"perception = 'endpoint'\n[options]\nurl = '{URL}'\n[options.colour]\nsamples = 3\n")
    words = ["index", media, "--limit", "0", "--config", file, "--mapper", "lexicon", "--collection", "other"]
    assert run(*words).code == 0


@pytest.mark.usefixtures("filled")
def test_a_named_file_for_another_perception_is_refused(run: Run, picture: Path, tmp_path: Path) -> None:
    pytest.importorskip("httpx", reason="the extra endpoint is not installed")
    file = tmp_path / "servers.toml"
    file.write_text(f"perception = 'endpoint'\n[options]\nurl = '{URL}'\n")
    assert run("index", picture, "--config", file, "--json").json["kind"] == "other_perception"


@pytest.mark.usefixtures("filled")
def test_a_file_in_the_background_for_another_perception_is_passed_over(
    run: Run, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "servers.toml"
    file.write_text(f"perception = 'endpoint'\n[options]\nurl = '{URL}'\n")
    monkeypatch.setenv("EMORETRIEVE_CONFIG", str(file))
    assert run("index", picture, "--json").json["unchanged"] == 1
    assert run("query", "--text", "calm", "--json").code == 0


def test_a_file_in_the_background_chooses_the_perception_of_a_new_collection(
    run: Run, media: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("httpx", reason="the extra endpoint is not installed")
    file = tmp_path / "servers.toml"
    file.write_text(f"perception = 'endpoint'\n[options]\nurl = '{URL}'\n")
    monkeypatch.setenv("EMORETRIEVE_CONFIG", str(file))
    assert run("index", media, "--limit", "0").code == 0
    assert options_of(home) == {"url": URL}


@pytest.mark.parametrize("words", [["--set", "samples"], ["--set", "=3"], ["--readout", "sung"], ["--samples", "0"]])
def test_what_cannot_be_read_is_a_wrong_command_line(run: Run, picture: Path, home: Path, words: list[str]) -> None:
    outcome = run("index", picture, *words, "--json")
    assert (outcome.code, outcome.json["kind"]) == (2, "usage")
    assert not home.exists()


@pytest.mark.parametrize("command", ["index", "query", "show"])
def test_an_option_that_nobody_reads_is_a_wrong_command_line(
    run: Run, media: Path, filled: Path, tmp_path: Path, command: str
) -> None:
    new = tmp_path / "new.png"
    new.write_bytes((media / "mist.png").read_bytes() + b"\n")
    outcome = run(command, new, "--set", "modle=x", "--json")
    assert (outcome.code, outcome.json["kind"]) == (2, "bad_option")
    assert filled.is_dir()


def test_a_key_is_refused_not_shown_and_leaves_nothing_behind(run: Run, picture: Path, home: Path) -> None:
    outcome = run("index", picture, "--perception", "qwen", "--set", "api_key=sk-hush")
    assert outcome.code == 2
    assert "EMORETRIEVE_API_KEY" in outcome.err
    assert "hush" not in outcome.err
    assert not home.exists()


def test_a_key_in_a_file_is_refused_and_not_shown(run: Run, picture: Path, tmp_path: Path) -> None:
    file = tmp_path / "servers.toml"
    file.write_text("perception = 'qwen'\n[options.audio]\napi_key = 'sk-hush'\n")
    outcome = run("index", picture, "--config", file)
    assert outcome.code == 2
    assert "hush" not in outcome.err


def test_an_unknown_mapper_is_told(run: Run, picture: Path, home: Path) -> None:
    outcome = run("index", picture, "--mapper", "psychic", "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "unknown_perception")
    assert not home.exists()
