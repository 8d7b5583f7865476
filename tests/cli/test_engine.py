"""Where the work is done is said by two options that belong together."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_an_address_without_the_engine_is_a_misunderstanding(run: Run, media: Path) -> None:
    outcome = run("index", media, "--address", "127.0.0.1:6379")
    assert (outcome.code, "add --engine ray" in outcome.err) == (2, True)


def test_an_option_that_the_engine_does_not_know_is_refused(run: Run, media: Path) -> None:
    outcome = run("index", media, "--engine", "ray", "--set", "ray.audio.actor=2", "--json")
    assert (outcome.code, outcome.json["kind"]) == (2, "bad_option")


@pytest.mark.skipif(find_spec("ray") is None, reason="the extra 'ray' is not installed")
def test_a_cluster_that_does_not_answer_is_one_sentence(run: Run, media: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = run("index", media, "--engine", "ray", "--address", f"127.0.0.1:{port}", "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "no_cluster")
