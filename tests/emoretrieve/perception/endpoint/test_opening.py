"""The perception is opened from options; nothing is connected, nothing heavy loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception import PerceptionSettings, open_perception
from emoretrieve.perception.settings import ROLES
from tests.emoretrieve.perception.endpoint.fake_server import fake_server

URL = "http://127.0.0.1:8000/v1"


def opened(**options: str) -> dict[str, str]:
    """The signature of the perception with these options (`audio_url` for `audio.url`)."""
    named = {name.replace("_", ".", 1): value for name, value in options.items()}
    return open_perception(PerceptionSettings("endpoint", options=named)).signature


def test_one_url_serves_all_roles() -> None:
    signature = opened(url=URL)
    assert len({value for key, value in signature.items() if key.endswith("model")}) == len(ROLES)


def test_without_any_url_it_says_how_to_give_one() -> None:
    with pytest.raises(PerceptionError, match="--set url=") as caught:
        opened()
    assert caught.value.kind == "bad_option"


def test_whoever_has_no_sounds_needs_no_server_that_listens() -> None:
    assert opened(image_url=URL, colour_url=URL)["perception"] == "endpoint"


def test_colours_need_a_server() -> None:
    with pytest.raises(PerceptionError, match=r"colour\.url"):
        opened(image_url=URL)


def test_where_models_run_is_no_part_of_the_signature() -> None:
    here, there = opened(url=URL, concurrency="1"), opened(url="http://far.example/v1", concurrency="64")
    assert here == there


def test_another_model_is_another_signature() -> None:
    assert opened(url=URL) != opened(url=URL, colour_model="other")


def test_an_option_that_nobody_reads_is_refused() -> None:
    with pytest.raises(PerceptionError, match="retrys") as caught:
        opened(url=URL, retrys="3")
    assert caught.value.kind == "bad_option"


def test_the_options_are_read_without_loading_http_or_torch() -> None:
    code = (
        "import sys, emoretrieve.perception.endpoint as endpoint; endpoint.OPTIONS;"
        "print({'httpx', 'torch', 'transformers'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_what_is_kept_of_answers_and_failures_holds_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "sk-very-secret-0123456789"
    monkeypatch.setenv("EMORETRIEVE_API_KEY", key)
    with fake_server(models=("tiny",), dialect="", text=f"Your key {key} gives no colours.") as server:
        settings = PerceptionSettings("lite", mapper="endpoint", options={"url": server.url, "model": "tiny"})
        perception = open_perception(settings, tmp_path / "ledger")
        with pytest.raises(PerceptionError) as caught:
            perception.describer.colour_captions(Captions("rain", ("rain",) * 4)).result()
        perception.close()
    assert caught.value.kind == "bad_colours"
    assert "Your key ***" in str(caught.value.answer)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"Your key ***" in kept
    assert key.encode() not in kept
