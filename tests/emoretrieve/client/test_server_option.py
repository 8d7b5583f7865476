"""Commands ask a running server for its collections by `--server`, and say what they say without one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emoretrieve.client import ClientSettings, RemoteStore
from emoretrieve.errors import StoreError
from emoretrieve.library import Library
from emoretrieve.store import EVERYTHING, Embedding, Equals, Where
from emoretrieve_cli.main import main
from tests.cli.conftest import copy_sparse
from tests.emoretrieve.server.conftest import Served, serving


@pytest.fixture(scope="module")
def copied(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection itself, for the same commands without a server."""
    copy = tmp_path_factory.mktemp("own") / "home"
    return shutil.copytree(filled_home, copy, copy_function=copy_sparse)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(list(words)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["query", "{media}/hum.wav", "--json", "--explain"],
        ["query", "--text", "a quiet evening", "--json", "--to", "any"],
        ["query", "--rgb", "220,40,30", "--match", "concat", "--json", "--filter", "year=1800..1950"],
        ["query", "--text", "calm", "--json", "--rescore", "captions"],
        ["query", "{media}/hum.wav", "--like", "{media}/mist.png", "--group-by", "artist", "--json"],
        ["query", "{media}/hum.wav"],
        ["pair", "--json", "--draws", "100"],
        ["evaluate", "--json", "--draws", "100"],
        ["facets", "mood", "--json"],
        ["list", "--json"],
        ["show", "{media}/mist.png", "--json"],
        ["export", "{out}/all.jsonl"],
    ],
)
def test_a_command_says_the_same_through_a_server(
    shared: Served, copied: Path, media: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    given = [word.format(media=media, out=tmp_path) for word in words]
    through = said(capsys, *given, "--server", shared.url)
    assert through == said(capsys, *given, "--data", str(copied))


def test_the_status_of_a_server_names_it_and_its_collections(
    shared: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    status: dict[str, Any] = json.loads(said(capsys, "status", "--json", "--server", shared.url))
    assert status["server"] == shared.url
    (only,) = status["collections"]
    assert (only["name"], only["items"]) == ("default", {"audio": 3, "image": 4})


def test_items_are_indexed_and_deleted_through_a_server(
    home: Path, media: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(home, "--allow", str(media)) as served:
        server = ["--server", served.url]
        assert "1 item removed" in said(capsys, "delete", str(media / "mist.png"), "--yes", *server)
        report = json.loads(said(capsys, "index", str(media), "--workers", "1", "--json", *server))
        assert (report["indexed"], report["unchanged"]) == (1, 6)
        made = json.loads(said(capsys, "index", str(media), "--workers", "1", "--json", "--collection", "new", *server))
        assert made["indexed"] == 7
    with Library.open(home, "new") as library:
        assert library.count() == 7


def test_files_outside_the_folders_of_the_server_are_not_indexed(
    home: Path, media: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(home) as served:
        assert main(["index", str(media), "--workers", "1", "--collection", "other", "--server", served.url]) == 1
        assert "--allow" in capsys.readouterr().err


def test_the_environment_names_the_server_and_a_folder_on_the_command_line_counts_more(
    shared: Served, copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EMORETRIEVE_SERVER", shared.url)
    assert json.loads(said(capsys, "status", "--json"))["server"] == shared.url
    assert json.loads(said(capsys, "status", "--json", "--data", str(copied)))["server"] is None


@pytest.mark.parametrize("words", [["optimise"], ["recolour"], ["snapshot", "list"], ["alias", "list"], ["serve"]])
def test_commands_that_hold_the_collections_take_no_server(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main([*words, "--server", "http://127.0.0.1:9"]) == 2
    assert "--server" in capsys.readouterr().err


def test_no_server_and_no_collection_are_one_sentence_each(
    shared: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", "--server", shared.url, "--collection", "none", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["kind"] == "no_collection"
    monkeypatch.setattr("emoretrieve.client.call._FIRST_WAIT_S", 0.001)
    assert main(["list", "--server", "http://127.0.0.1:9", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["kind"] == "serve_unreachable"


def test_a_key_with_the_role_read_reads_and_does_not_write(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = json.loads(said(capsys, "serve", "--make-key", "read", "--json"))
    (tmp_path / "keys").write_text(made["line"] + "\n")
    with serving(home, "--keys", str(tmp_path / "keys")) as served:
        assert main(["list", "--server", served.url, "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["kind"] == "no_key"
        monkeypatch.setenv("EMORETRIEVE_SERVER_KEY", made["key"])
        (first, *_) = json.loads(said(capsys, "list", "--server", served.url, "--json"))["items"]
        assert main(["delete", first["id"], "--yes", "--server", served.url, "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["kind"] == "wrong_role"


def test_a_store_behind_a_server_answers_as_the_store_itself(home: Path) -> None:
    own = home.parent / "own"
    shutil.copytree(home, own, copy_function=copy_sparse)
    rng = np.random.default_rng(5)
    embedding = Embedding("toy", 4, {"model": "toy"}, numbers=("kappa",))
    with serving(home) as served, Library.open(own) as library:
        remote, store = RemoteStore(ClientSettings(served.url), "default"), library.store
        ids = [item.id for item in library.items()]
        rows = {id: rng.normal(size=4) for id in ids}
        for one in (remote, store):
            one.add_embedding(embedding)
            assert one.set_vectors("toy", rows, {id: {"kappa": 2.0} for id in ids}) == 7
        some = Where("image", without=(Equals("path", library.get(ids[0]).paths[0]),))
        query = rng.normal(size=15)
        assert list(remote.scan(batch=2)) == list(store.scan(batch=2))
        assert remote.get(ids) == store.get(ids)
        assert remote.by_path(library.get(ids[0]).paths) == store.by_path(library.get(ids[0]).paths)
        assert (remote.count(some), remote.values("mood", some)) == (store.count(some), store.values("mood", some))
        for space in ("aligned", "concat"):
            found = remote.nearest(space, query, where=some, limit=3, exclude=ids[:1])
            assert found == store.nearest(space, query, where=some, limit=3, exclude=ids[:1])
        (had,), (has,) = list(remote.profiles()), list(store.profiles())
        assert had[0] == has[0]
        np.testing.assert_array_equal(had[1], has[1])
        np.testing.assert_array_equal(
            remote.moments("aligned", "audio").covariance, store.moments("aligned", "audio").covariance
        )
        np.testing.assert_array_equal(remote.vectors("toy", ids)[ids[2]], store.vectors("toy", ids)[ids[2]])
        assert remote.numbers("toy", ids) == store.numbers("toy", ids)
        assert remote.number_bounds("toy") == store.number_bounds("toy") == (2.0, 2.0)
        assert remote.count_vectors("toy", EVERYTHING) == 7
        hits = remote.nearest_vectors("toy", query[:4], limit=3)
        assert [hit.id for hit in hits] == [hit.id for hit in store.nearest_vectors("toy", query[:4], limit=3)]
        there, here = remote.search_vectors(ids[:1])[ids[0]], store.search_vectors(ids[:1])[ids[0]]
        np.testing.assert_array_equal(there["aligned"], here["aligned"])
        assert remote.embeddings["toy"].signature == store.embeddings["toy"].signature
        assert remote.signature == store.signature
        before = remote.version
        remote.remove_embedding("toy")
        assert "toy" not in remote.embeddings
        assert remote.delete(ids[:2]) == 2
        assert remote.version != before
        with pytest.raises(StoreError) as raised:
            remote.vectors("toy", ids)
        assert raised.value.kind == "no_embedding"
        remote.close()
