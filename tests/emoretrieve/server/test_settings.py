"""Settings and statuses are as the documents say."""

from __future__ import annotations

import re
from dataclasses import fields
from http import HTTPStatus
from pathlib import Path

import pytest

from emoretrieve.errors import MediaError, QueryError, RequestError, StoreError
from emoretrieve.server.problems import STATUS_OF_KIND, status_of
from emoretrieve.server.settings import ServeSettings, options, read_settings

DOCS = Path(__file__).parents[3] / "docs"


def settings_table() -> str:
    """The table of docs/http.md."""
    defaults = {one.name: one.default for one in fields(ServeSettings)}
    rows = [f"| `{name}` | {shown(defaults[name])} | {about} |" for name, about in options().items()]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def shown(default: object) -> str:
    return "" if default in ("", ()) else f"`{default}`"


def status_table() -> str:
    """The table of docs/errors.md, but for the rows of the classes."""
    kinds: dict[int, list[str]] = {}
    for kind, status in STATUS_OF_KIND.items():
        kinds.setdefault(status, []).append(f"`{kind}`")
    rows = [f"| {status} {HTTPStatus(status).phrase} | {', '.join(kinds[status])} |" for status in sorted(kinds)]
    return "\n".join(["| status | kinds |", "|---|---|", *rows])


def test_the_page_lists_the_settings_with_their_defaults() -> None:
    assert settings_table() in (DOCS / "http.md").read_text()


def test_the_page_lists_the_statuses_of_the_kinds() -> None:
    assert status_table() in (DOCS / "errors.md").read_text()


def test_every_kind_with_a_status_of_its_own_is_one() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", (DOCS / "errors.md").read_text(), re.MULTILINE))
    assert STATUS_OF_KIND.keys() <= documented


def test_an_error_without_a_status_of_its_own_has_that_of_its_class() -> None:
    errors = (StoreError("x", kind="corrupt"), QueryError("x", kind="bad_match"), MediaError("x"), RequestError("x"))
    assert [status_of(error) for error in errors] == [500, 422, 422, 400]


def test_what_is_given_counts_before_the_environment_and_that_before_the_default(tmp_path: Path) -> None:
    environment = {"EMORETRIEVE_SERVE_PORT": "9000", "EMORETRIEVE_SERVE_THREADS": "7"}
    settings = read_settings(tmp_path, {"port": "9001", "allow": str(tmp_path)}, environment=environment)
    assert (settings.port, settings.threads, settings.workers) == (9001, 7, 2)
    assert settings.allow == (tmp_path.resolve(),)


@pytest.mark.parametrize(
    "given",
    [
        {"port": "99999"},
        {"threads": "0"},
        {"upload_mb": "many"},
        {"rate": "-1"},
        {"nonsense": "1"},
        {"gateways": "gateway.example"},
        {"allow": "/nowhere"},
    ],
)
def test_a_setting_that_makes_no_sense_is_told(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(RequestError) as caught:
        read_settings(tmp_path, given, environment={})
    assert caught.value.kind == "bad_setting"
