"""Who has a key for reading only can do everything that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emoretrieve.errors import StoreError
from emoretrieve.library import Library
from emoretrieve.secret import Secret
from emoretrieve.store.server.settings import ServerSettings
from emoretrieve_cli.main import main
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.samples import assorted

WRITER, READER = "w" * 32, "r" * 32


@pytest.fixture
def fake() -> Iterator[FakeQdrant]:
    """A server with a collection that nothing was computed of."""
    with FakeQdrant(key=WRITER) as fake:
        fake.read_only_key = READER
        with Library.open(collection="art", server=ServerSettings(fake.url, Secret(WRITER)), create=True) as library:
            library.store.upsert(assorted(210))
        yield fake


@pytest.mark.parametrize(
    "words",
    [
        ["query", "--text", "calm and quiet"],
        ["list"],
        ["status"],
        ["export", "kept.jsonl"],
        ["show", assorted(1)[0].id],
    ],
    ids=lambda words: words[0],
)
def test_a_reader_may_ask(words: list[str], fake: FakeQdrant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QDRANT_API_KEY", READER)
    assert main([*words, "--collection", "art", "--qdrant-url", fake.url, "--data", str(tmp_path)]) == 0


def test_a_reader_is_refused_by_what_changes_something(fake: FakeQdrant) -> None:
    with (
        Library.open(collection="art", server=ServerSettings(fake.url, Secret(READER))) as library,
        pytest.raises(StoreError) as caught,
    ):
        library.store.delete([assorted(1)[0].id])
    assert caught.value.kind == "read_only_key"
