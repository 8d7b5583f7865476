"""The page is made of files of the package, and its policy lets it load nothing else."""

from __future__ import annotations

import re
from importlib.resources import files

import httpx
import pytest

from emoretrieve import wire

FILES = sorted(file.name for file in (files("emoretrieve.server") / "page").iterdir())


def test_the_page_loads_only_what_this_server_has(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "//" not in policy
    for address in re.findall(r'(?:src|href)="([^"#]+)"', answer.text):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith((".js", ".css", ".html"))])
def test_no_file_of_the_page_names_another_host(client: httpx.Client, name: str) -> None:
    text = client.get(f"/page/{name}").text
    assert set(re.findall(r"\w+://[\w./]+", text)) <= {"http://www.w3.org/2000/svg"}
    for imported in re.findall(r'from "\./(.+?)"', text):
        assert imported in FILES


def test_a_file_that_is_as_it_was_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/page/page.css")
    again = client.get("/page/page.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/page/nothing.js", "/page/..%2fapp.py", "/page/%2e%2e/app.py", "/page/"])
def test_nothing_else_can_be_had_there(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["kind"]) == (404, "no_route")


def test_the_map_has_a_mark_for_every_item(client: httpx.Client) -> None:
    answer = client.get("/v1/collections/default/map", params={"modality": "image"})
    found = wire.EmotionMap.model_validate_json(answer.content, strict=True, extra="forbid")
    listed = client.get("/v1/collections/default/items", params={"modality": "image"}).json()["items"]
    assert [mark.id for mark in found.marks] == [item["id"] for item in listed]
    assert [list(mark.rgb) for mark in found.marks] == [item["profile"]["whole"] for item in listed]
    assert "Night · Carl Dahl" in {mark.title for mark in found.marks}
    assert (found.items, found.radius) == (4, None)


def test_the_map_can_be_narrowed(client: httpx.Client) -> None:
    answer = client.get("/v1/collections/default/map", params={"modality": "image", "filter": "artist=Carl Dahl"})
    assert [mark["title"] for mark in answer.json()["marks"]] == ["Night · Carl Dahl"]
