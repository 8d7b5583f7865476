"""Which server, read from options and the environment; the key is shown nowhere."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from emoretrieve.errors import StoreError
from emoretrieve.store.server.settings import OPTIONS, ServerSettings, read_settings

KEY = "the-key-that-nobody-sees"
URL = "http://127.0.0.1:6333"


def read(url: str | None = None, options: dict[str, str] | None = None, **variables: str) -> ServerSettings:
    settings = read_settings(url, options, variables)
    assert settings is not None
    return settings


def refused(url: str | None = URL, options: dict[str, str] | None = None, **variables: str) -> str:
    with pytest.raises(StoreError) as caught:
        read_settings(url, options, variables)
    assert caught.value.kind == "bad_server_option"
    assert KEY not in str(caught.value)
    return str(caught.value)


def test_without_a_url_there_is_no_server() -> None:
    assert read_settings(None, {}, {"QDRANT_API_KEY": KEY}) is None


def test_the_environment_names_the_server_and_its_options() -> None:
    settings = read(QDRANT_URL=URL, QDRANT_API_KEY=KEY, QDRANT_TIMEOUT_S="7", QDRANT_SHARDS="3")
    assert (settings.url, settings.key.reveal(), settings.timeout_s, settings.shards) == (URL, KEY, 7, 3)


def test_options_come_before_the_environment() -> None:
    settings = read("https://q.example", {"timeout_s": "9"}, QDRANT_URL=URL, QDRANT_TIMEOUT_S="7")
    assert (settings.url, settings.timeout_s) == ("https://q.example:6333", 9)


def test_an_empty_url_means_no_server_in_spite_of_the_environment() -> None:
    assert read_settings("", {}, {"QDRANT_URL": URL}) is None


def test_the_key_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    assert read(URL, {"api_key_file": str(tmp_path / "key")}, QDRANT_API_KEY="other").key.reveal() == KEY


def test_a_key_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert str(tmp_path / "key") in refused(options={"api_key_file": str(tmp_path / "key")})


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:6333",
        "ftp://host",
        f"http://user:{KEY}@host",
        f"http://host?key={KEY}",
        f"http://host#{KEY}",
        "http://",
        "http://host:port",
        "http://host:0",
        "http://host:99999",
        "http://ho st",
        "http://[::1",
    ],
)
def test_what_is_no_plain_url_is_refused_without_being_repeated(url: str) -> None:
    assert "is no URL such as" in refused(url)


def test_a_path_of_the_url_stays_and_a_slash_at_its_end_goes() -> None:
    assert read("http://host:80/qdrant/").url == "http://host:80/qdrant"


@pytest.mark.parametrize(
    "options",
    [
        {"timeout_s": "0"},
        {"timeout_s": "soon"},
        {"retries": "-1"},
        {"grpc_port": "70000"},
        {"batch_points": "1e3"},
        {"replicas": "0"},
        {"tiemout_s": "1"},
    ],
    ids=str,
)
def test_a_bad_option_is_named(options: dict[str, str]) -> None:
    assert f"'{next(iter(options))}'" in refused(options=options)


def test_options_without_a_server_are_refused() -> None:
    assert "--qdrant-url" in refused(None, {"timeout_s": "1"})


def test_a_key_that_cannot_be_sent_is_refused() -> None:
    refused(QDRANT_API_KEY=f"{KEY} and more")


def test_certificates_and_grpc_do_not_go_together() -> None:
    refused(options={"ca_file": "ca.pem", "grpc_port": "6334"})


def test_the_key_is_in_no_text_and_no_file() -> None:
    settings = read(URL, QDRANT_API_KEY=KEY)
    assert KEY not in f"{settings} {settings!r} {settings.key}"
    with pytest.raises(TypeError):
        pickle.dumps(settings)


@pytest.mark.parametrize(
    ("url", "in_clear"),
    [("http://q.example", True), ("https://q.example", False), (URL, False), ("http://localhost:6333", False)],
)
def test_a_key_that_crosses_the_network_readable_is_noticed(url: str, in_clear: bool) -> None:
    assert read(url, QDRANT_API_KEY=KEY).sends_key_in_clear is in_clear
    assert not read(url).sends_key_in_clear


def test_without_the_library_the_install_line_is_told() -> None:
    code = (
        "import sys; sys.modules['qdrant_client'] = None\n"
        "from pathlib import Path\n"
        "from emoretrieve.store.place import place_of\n"
        "from emoretrieve.store.server.settings import ServerSettings\n"
        f"place_of(Path(), ServerSettings('{URL}'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "MissingDependency" in done.stderr
    assert "pip install 'emoretrieve[qdrant]'" in done.stderr


def test_the_document_lists_the_options_and_their_defaults() -> None:
    document = (Path(__file__).parents[4] / "docs" / "server.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (.+) \|$", document, re.MULTILINE)
    assert rows == [(name, f"QDRANT_{name.upper()}", meaning) for name, meaning in OPTIONS.items()]
    defaults = {field.name: field.default for field in fields(ServerSettings)}
    for name, meaning in OPTIONS.items():
        said = re.search(r"\((\d+)\)", meaning)
        assert said is None or float(said[1]) == defaults[name]
