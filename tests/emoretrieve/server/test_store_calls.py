"""The store of a collection over HTTP: what it refuses, and what it never lets in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from emoretrieve.client import Client, ClientSettings, RemoteStore
from emoretrieve.store import Embedding
from emoretrieve_cli.main import main
from tests.cli.conftest import copy_sparse
from tests.emoretrieve.server.conftest import Served, serving


@pytest.fixture(scope="module")
def embedded(filled_home: Path, media: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server on a copy of the collection with room for two kinds of vectors: `toy` has numbers beside it."""
    home = tmp_path_factory.mktemp("embedded") / "home"
    shutil.copytree(filled_home, home, copy_function=copy_sparse)
    with serving(home, "--allow", str(media)) as served:
        with RemoteStore(ClientSettings(served.url), "default") as store:
            store.add_embedding(Embedding("toy", 4, {"model": "toy"}, numbers=("kappa", "A")))
            store.add_embedding(Embedding("plain", 4, {"model": "toy"}))
        with served.client() as client:
            yield client


Row = dict[str, Any]


def _asks(client: httpx.Client, kind: str, **call: object) -> httpx.Response:
    return client.post(f"/v1/collections/default/store/{kind}", json=call)


def _rows(client: httpx.Client) -> list[Row]:
    rows: list[Row] = _asks(client, "read", call="scan", where={}, batch=20).json()["answer"]
    return rows


@pytest.mark.parametrize(
    ("call", "status", "kind"),
    [
        ({"call": "scan", "where": {}, "batch": 5, "start": "zzz"}, 422, "bad_request"),
        (
            {"call": "nearest", "space": "aligned", "query": [1.0] * 14, "where": {}, "limit": 3},
            422,
            "bad_query_vector",
        ),
        ({"call": "nearest", "space": "aligned", "query": [1e308] * 15, "where": {}, "limit": 3}, 422, "bad_request"),
        ({"call": "nearest_vectors", "name": "toy", "query": [1.0], "where": {}, "limit": 3}, 422, "bad_query_vector"),
        (
            {"call": "nearest_vectors", "name": "plain", "query": [1.0] * 4, "where": {}, "limit": 3},
            422,
            "no_embedding",
        ),
        ({"call": "number_bounds", "name": "plain"}, 422, "no_embedding"),
        ({"call": "count_vectors", "name": "plain", "where": {}}, 422, "no_embedding"),
        ({"call": "vectors", "name": "toy", "ids": ["a"] * 1_001}, 422, "bad_request"),
        ({"call": "load_derived", "name": "../collection.json"}, 422, "bad_name"),
        ({"call": "delete", "ids": []}, 422, "bad_request"),
        (
            {"call": "count", "where": {"without": [{"key": "mood", "value": "calm"}] * 2_001}},
            400,
            "bad_filter",
        ),
    ],
)
def test_what_a_store_cannot_be_asked_is_refused_by_name(
    embedded: httpx.Client, call: dict[str, object], status: int, kind: str
) -> None:
    answer = embedded.post("/v1/collections/default/store/read", json=call)
    assert (answer.status_code, answer.json()["kind"]) == (status, kind)


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (
            {"call": "set_vectors", "name": "toy", "rows": {"a": [1.0]}, "numbers": {"a": {"kappa": 1.0, "A": 0.5}}},
            "bad_vector",
        ),
        ({"call": "set_vectors", "name": "plain", "rows": {"a": [0.0] * 4}}, "bad_vector"),
        (
            {
                "call": "add_embedding",
                "embedding": {"name": "odd", "dimension": 4, "signature": {}, "numbers": ['a.b"[]']},
            },
            "bad_name",
        ),
    ],
)
def test_what_a_store_cannot_hold_is_refused_by_name(
    embedded: httpx.Client, call: dict[str, object], kind: str
) -> None:
    answer = embedded.post("/v1/collections/default/store/write", json=call)
    assert (answer.status_code, answer.json()["kind"]) == (422, kind)


@pytest.mark.parametrize("path", ["/etc/passwd", "uploads/x.wav", "{media}/../x.wav", "{media}/\0"])
def test_an_item_is_not_written_with_a_file_from_elsewhere(embedded: httpx.Client, media: Path, path: str) -> None:
    row = _rows(embedded)[0]
    row["locations"] = [{"path": path.format(media=media), "size": 1, "mtime_ns": 1}]
    answer = _asks(embedded, "write", call="upsert", rows=[row])
    assert (answer.status_code, answer.json()["kind"]) == (403, "not_allowed")
    assert _rows(embedded)[0]["locations"] != row["locations"]


def test_an_item_keeps_the_files_that_it_has_where_it_is_written_again(home: Path) -> None:
    with serving(home) as served, served.client() as client:  # which allows no folder at all
        row = _rows(client)[0]
        assert _asks(client, "write", call="upsert", rows=[row]).status_code == 200
        assert _rows(client)[0] == row


def test_an_uploaded_file_goes_with_its_item_also_where_another_process_deletes_it(home: Path, media: Path) -> None:
    with serving(home) as served, Client(served.url) as client:
        new = home.parent / "new.png"
        new.write_bytes((media / "mist.png").read_bytes() + b"more")
        client.wait(client.add_files(new).id)
        (kept,) = [item for item in client.items() if "uploads" in item.paths[0]]
        with RemoteStore(ClientSettings(served.url), "default") as store:
            assert store.delete([kept.id]) == 1
        assert not Path(kept.paths[0]).exists()


def test_a_limit_beyond_all_items_means_all(shared: Served, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["query", "--text", "calm", "--to", "image", "--limit", "9999999999", "--json", "--server", shared.url]
    assert main(words) == 0
    assert len(json.loads(capsys.readouterr().out)["results"]) == 4


def test_the_collection_that_a_server_was_started_with_is_told_first(home: Path, media: Path) -> None:
    with serving(home, "--allow", str(media)) as served, Client(served.url, collection="atelier") as client:
        client.wait(client.add_paths(str(media / "mist.png")).id)
        assert [one.name for one in client.collections().collections] == ["default", "atelier"]
    with serving(home, "--collection", "atelier") as served, Client(served.url) as client:
        assert [one.name for one in client.collections().collections] == ["atelier", "default"]
