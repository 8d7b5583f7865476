"""Items, collections, facets and media over HTTP."""

from __future__ import annotations

import io
from pathlib import Path

import httpx
import pytest
from PIL import Image

from emoretrieve import wire

ITEMS = "/v1/collections/default/items"


def listed(client: httpx.Client, collection: str = "default", **params: str | int) -> wire.Items:
    answer = client.get(f"/v1/collections/{collection}/items", params=params)
    assert answer.status_code == 200, answer.text
    return wire.Items.model_validate_json(answer.content, strict=True, extra="forbid")


def named(client: httpx.Client, name: str, collection: str = "default") -> wire.Item:
    return next(item for item in listed(client, collection).items if Path(item.paths[0]).name == name)


def test_items_are_listed_page_by_page_by_ascending_id(client: httpx.Client) -> None:
    whole = listed(client)
    page = listed(client, limit=3)
    found = page.items
    while page.next_cursor is not None:
        page = listed(client, limit=3, cursor=page.next_cursor)
        found = [*found, *page.items]
    assert found == whole.items
    assert [item.id for item in found] == sorted(item.id for item in found)
    assert len(found) == 7


def test_a_list_is_narrowed_by_modality_and_filters(client: httpx.Client) -> None:
    assert {item.modality for item in listed(client, modality="audio").items} == {"audio"}
    assert len(listed(client, filter="year=1800..1900").items) == 1


def test_an_item_is_shown_by_its_id(client: httpx.Client) -> None:
    item = named(client, "mist.png")
    answer = client.get(f"{ITEMS}/{item.id}")
    assert wire.Item.model_validate_json(answer.content, strict=True, extra="forbid") == item


def test_a_path_is_no_reference_to_an_item(client: httpx.Client, media: Path) -> None:
    for path in (media / "mist.png", Path("/etc/hostname")):
        answer = client.get(f"{ITEMS}/{str(path).replace('/', '%2F')}")
        assert answer.status_code == 404


def test_the_collection_tells_its_signature(client: httpx.Client) -> None:
    one = wire.Opened.model_validate_json(client.get("/v1/collections/default").content, strict=True, extra="forbid")
    assert one.signature["perception"] == "lite"
    assert (one.items.audio, one.items.image) == (3, 4)
    every = wire.Status.model_validate_json(client.get("/v1/collections").content, strict=True, extra="forbid")
    assert every.collections == [one]


def test_the_values_of_a_key_are_counted(client: httpx.Client) -> None:
    answer = client.get("/v1/collections/default/facets/artist", params={"modality": "image"})
    facets = wire.Facets.model_validate_json(answer.content, strict=True, extra="forbid")
    assert {facet.value: facet.count for facet in facets.values} == {"Anna Berg": 1, "Carl Dahl": 1}


def test_a_thumbnail_is_a_small_jpeg_that_is_not_sent_twice(client: httpx.Client) -> None:
    path = f"{ITEMS}/{named(client, 'sunny.png').id}/thumbnail"
    answer = client.get(path, params={"size": 32})
    assert answer.headers["content-type"] == "image/jpeg"
    assert max(Image.open(io.BytesIO(answer.content)).size) == 32
    again = client.get(path, params={"size": 32}, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-99", 206, 0, 99),
        ("bytes=100-", 206, 100, None),
        ("bytes=-50", 206, -50, None),
        ("lines=1", 200, 0, None),
    ],
)
def test_a_song_comes_in_ranges(
    client: httpx.Client, media: Path, asked: str, status: int, first: int, last: int | None
) -> None:
    whole = (media / "hum.wav").read_bytes()
    answer = client.get(f"{ITEMS}/{named(client, 'hum.wav').id}/audio", headers={"range": asked})
    assert answer.status_code == status
    assert answer.content == whole[first : None if last is None else last + 1]
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_range_beyond_the_end_is_416(client: httpx.Client) -> None:
    answer = client.get(f"{ITEMS}/{named(client, 'hum.wav').id}/audio", headers={"range": "bytes=99999999-"})
    assert (answer.status_code, answer.json()["kind"]) == (416, "bad_range")


def test_a_picture_is_not_played_and_a_song_not_shown(client: httpx.Client) -> None:
    assert client.get(f"{ITEMS}/{named(client, 'mist.png').id}/audio").json()["kind"] == "no_file_left"
    assert client.get(f"{ITEMS}/{named(client, 'hum.wav').id}/thumbnail").json()["kind"] == "no_file_left"


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/etc", "..", "{media}/../../etc", "{media}/*.png", "{link}/passwd", "/"]
)
def test_no_path_leads_out_of_the_allowed_folders(tmp_path: Path, client: httpx.Client, media: Path, path: str) -> None:
    link = tmp_path / "link"
    link.symlink_to("/etc")
    answer = client.post(f"{ITEMS}/paths", json={"paths": [path.format(media=media, link=link)]})
    assert (answer.status_code, answer.json()["kind"]) in ((403, "not_allowed"), (404, "not_found"))
