"""The options of a role are read and checked once."""

from __future__ import annotations

from pathlib import Path

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint.settings import OPTIONS, EndpointSettings, read_settings
from emoretrieve.perception.options import Options


def settings(**given: str) -> EndpointSettings:
    return read_settings("image", Options(given, "image"))


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
        ("https://models.example/llm/v1", "https://models.example/llm/v1"),
        (" http://[::1]:8000/v1 ", "http://[::1]:8000/v1"),
    ],
)
def test_a_url_is_used_without_its_last_slash_and_with_the_usual_path(given: str, used: str) -> None:
    assert settings(url=given).url == used


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8000",
        "ftp://example/v1",
        "http://",
        "http://me:hunter2@example/v1",
        "http://example/v1?key=hunter2",
        "http://example/v1#hunter2",
        "http://exam ple:port/hunter2",
        "http://example/hunter2\x7f",
    ],
)
def test_what_is_no_plain_url_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(PerceptionError) as caught:
        settings(url=url)
    assert caught.value.kind == "bad_option"
    assert "image.url" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_missing_url_is_named_when_it_is_needed() -> None:
    with pytest.raises(PerceptionError, match=r"image\.url") as caught:
        settings().require_url()
    assert caught.value.kind == "bad_option"


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost:1/v1", True),
        ("http://127.0.0.9:1/v1", True),
        ("http://[::1]:1/v1", True),
        ("http://127.example/v1", False),
        ("http://10.0.0.1/v1", False),
    ],
)
def test_servers_on_this_machine_are_told_from_others(url: str, loopback: bool) -> None:
    assert settings(url=url).is_loopback is loopback


@pytest.mark.parametrize("given", [{"concurrency": "0"}, {"timeout_s": "soon"}, {"retries": "-1"}, {"outage_s": "nan"}])
def test_numbers_that_make_no_sense_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(PerceptionError) as caught:
        settings(**given)
    assert caught.value.kind == "bad_option"


def test_every_option_has_a_meaning_and_every_number_its_default_in_it() -> None:
    standing = settings()
    for name in ("concurrency", "timeout_s", "connect_timeout_s", "retries", "outage_s"):
        assert OPTIONS[name].endswith(f"({getattr(standing, name):g}).")
    assert set(OPTIONS) > {"url", "model", "key_env"}


def test_settings_do_not_show_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMORETRIEVE_API_KEY", "secret-key")
    assert "secret" not in repr(settings(url="http://example/v1"))


def test_the_document_lists_every_option_with_its_meaning() -> None:
    document = (Path(__file__).parents[4] / "docs" / "endpoint.md").read_text()
    rows = [line for line in document.splitlines() if line.startswith("| `")]
    assert [row for name, meaning in OPTIONS.items() if (row := f"| `{name}` | {meaning} |") not in rows] == []
