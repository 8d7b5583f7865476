"""Errors are one sentence or one JSON object, and exit codes say what happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from emoretrieve.errors import QueryError, StoreError
from emoretrieve_cli.failure import explain
from emoretrieve_cli.main import COMMANDS, cli
from emoretrieve_cli.options import PlaceCommand
from tests.cli.conftest import Run

EMORETRIEVE = [sys.executable, "-m", "emoretrieve_cli.main"]


@pytest.mark.parametrize(
    "words", [["nonsense"], ["query"], ["list", "--limit", "0"], ["index", ""], ["show", "a", "--nonsense"]]
)
def test_a_wrong_command_line_is_one_sentence_and_2(run: Run, words: list[str]) -> None:
    outcome = run(*words)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert outcome.err.startswith("Error: ")
    assert "--help" in outcome.err


def test_a_wrong_command_line_with_json_is_an_object_on_stdout(run: Run) -> None:
    outcome = run("list", "--nonsense", "--json")
    assert outcome.code == 2
    assert outcome.json["kind"] == "usage"
    assert outcome.err == ""


def test_json_after_the_end_of_options_is_a_file_name(run: Run) -> None:
    outcome = run("show", "--", "--json")
    assert outcome.code == 1
    assert "--json" in outcome.err


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["--weights", "1,2"], "bad_weights"),
        (["--match", "fragment:9"], "bad_match"),
        (["--filter", "year"], "bad_filter"),
        (["--max-p", "7"], "bad_max_p"),
        (["--rescore", "captions", "--alpha", "2"], "bad_alpha"),
        (["--rescore", "captions", "--shortlist", "0"], "bad_shortlist"),
        (["--match", "whole", "--weights", "1,1,1,1,1"], "bad_weights"),
    ],
)
def test_a_wrong_value_of_an_option_is_2_and_keeps_its_kind(run: Run, words: list[str], kind: str) -> None:
    outcome = run("query", "--text", "calm", *words, "--json")
    assert outcome.code == 2
    assert outcome.json["kind"] == kind


def test_a_failure_is_one_sentence_on_stderr_and_1(run: Run) -> None:
    outcome = run("list")
    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1


def test_a_failure_with_json_is_an_object_on_stdout_and_1(run: Run) -> None:
    outcome = run("list", "--json")
    assert outcome.code == 1
    assert outcome.json["kind"] == "no_collection"
    assert outcome.err == ""


def test_no_arguments_print_the_help_and_2(run: Run) -> None:
    outcome = run()
    assert outcome.code == 2
    assert "Usage: emoretrieve" in outcome.err


def test_version_is_printed(run: Run) -> None:
    assert run("--version").out == "emoretrieve, version 0.1.0\n"


def test_an_error_of_the_library_keeps_its_kind() -> None:
    failure = explain(StoreError("It is held.", kind="locked"))
    assert (failure.message, failure.kind, failure.exit_code) == ("It is held.", "locked", 1)


def test_a_query_for_what_is_not_there_is_no_wrong_usage() -> None:
    assert explain(QueryError("It is not there.", kind="not_indexed")).exit_code == 1


def test_an_unexpected_exception_is_one_sentence_that_says_how_to_see_more() -> None:
    failure = explain(ZeroDivisionError("division by zero"))
    assert failure.kind == "internal_error"
    assert "EMORETRIEVE_DEBUG=1" in failure.message
    assert "\n" not in failure.message


def test_debug_prints_the_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMORETRIEVE_DEBUG", "1")
    assert "Traceback" in run("list").err


def test_an_error_of_the_system_names_the_file() -> None:
    failure = explain(PermissionError(13, "Permission denied", "/root/x"))
    assert "Permission denied" in failure.message
    assert "/root/x" in failure.message


@pytest.mark.parametrize("name", COMMANDS)
def test_the_overview_says_what_the_command_says(name: str) -> None:
    command = cli.get_command(None, name)  # type: ignore[arg-type]  # the context is not looked at
    assert command is not None
    assert command.name == name
    assert command.get_short_help_str(limit=200) == COMMANDS[name]
    context = cli.make_context("x", ["x"])
    for one in command.commands.values() if isinstance(command, click.Group) else [command]:
        options = {option for parameter in one.get_params(context) for option in parameter.opts}
        assert {"--data", "--json"} <= options
        assert isinstance(one, PlaceCommand) or "--collection" in options


def test_a_reader_that_leaves_is_no_error(filled: Path) -> None:
    process = subprocess.Popen(
        [*EMORETRIEVE, "list", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141
    assert filled.is_dir()


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("words", [["list"], ["list", "--json"]])
def test_a_full_disk_behind_stdout_is_a_failure_without_a_traceback(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*EMORETRIEVE, *words], stdout=full, stderr=subprocess.PIPE, env=os.environ)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


@pytest.mark.usefixtures("filled")
def test_without_a_stdout_a_command_still_does_its_work(media: Path) -> None:
    command = f'"{sys.executable}" -m emoretrieve_cli.main delete "{media / "mist.png"}" --yes >&-'
    assert subprocess.run(command, shell=True, env=os.environ).returncode == 0


def test_ctrl_c_is_one_line_and_130(tmp_path: Path) -> None:
    pipe = tmp_path / "never.jsonl"
    os.mkfifo(pipe)
    process = subprocess.Popen([*EMORETRIEVE, "import", pipe], stderr=subprocess.PIPE, env=os.environ)
    writer = os.open(pipe, os.O_WRONLY)  # returns when the command has begun to read
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    os.close(writer)
    assert process.returncode == 130
    assert error.decode().strip() == "Interrupted."


def test_letters_that_the_terminal_lacks_are_escaped(filled: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*EMORETRIEVE, "query", "--text", "a quiet evening"], capture_output=True, env=environment)
    assert done.returncode == 0
    assert b"Mist over the lake" in done.stdout
    assert filled.is_dir()
