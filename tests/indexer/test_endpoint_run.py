"""From files to a collection through the real endpoint perception and a real HTTP server that only acts as a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from emoretrieve.errors import PerceptionError
from emoretrieve.library import Library
from emoretrieve.perception import PerceptionSettings
from emoretrieve_indexer import IndexSettings, index

pytest.importorskip("httpx", reason="needs the extra 'endpoint'")

from tests.emoretrieve.perception.endpoint.fake_server import FakeServer, fake_server

PARTS = 5
COLOURS = "RGB: (1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12), (13, 14, 15)"


@dataclass(frozen=True)
class Servers:
    captions: FakeServer
    colours: FakeServer

    @property
    def questions(self) -> int:
        return len(self.captions.questions) + len(self.colours.questions)


@pytest.fixture
def servers() -> Iterator[Servers]:
    with fake_server() as captions, fake_server(text=COLOURS, dialect="") as colours:
        yield Servers(captions, colours)


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name in ("one", "two"):
        Image.fromarray(rng.integers(0, 256, (60, 80, 3), dtype=np.uint8)).save(folder / f"{name}.png")
    soundfile.write(folder / "hum.wav", 0.1 * rng.standard_normal(32_000), 16_000)
    return folder


def _library(tmp_path: Path, servers: Servers, collection: str = "default") -> Library:
    urls = {"url": servers.captions.url, "colour.url": servers.colours.url}
    options = {**urls, "model": "tiny", "outage_s": "0", "retries": "0"}
    perception = PerceptionSettings("endpoint", options=options)
    return Library.open(tmp_path / "data", collection, create=True, perception=perception)


def test_files_are_described_by_a_server_once(tmp_path: Path, servers: Servers, media: Path) -> None:
    with _library(tmp_path, servers) as library:
        report = index(library, [media], IndexSettings(workers=1))
        assert report.failed == ()
        assert report.indexed == 3
        assert {item.captions.whole for item in library.items()} == {"Soft rain on a quiet lake."}
    assert servers.questions == 3 * PARTS + 1  # equal captions have one colour
    assert report.costs.models["image"].total.prompt_tokens > 2 * PARTS * 256
    with _library(tmp_path, servers, "other") as library:
        assert index(library, [media], IndexSettings(workers=1)).indexed == 3
    assert servers.questions == 3 * PARTS + 1


def test_a_query_by_an_indexed_file_asks_nothing(tmp_path: Path, servers: Servers, media: Path) -> None:
    with _library(tmp_path, servers) as library:
        index(library, [media], IndexSettings(workers=1))
        asked = servers.questions
        assert len(library.query(media / "hum.wav").results) == 2
    assert servers.questions == asked


def test_a_server_that_is_not_there_ends_the_run_with_its_sentence(tmp_path: Path, media: Path) -> None:
    with fake_server() as gone:
        pass
    with _library(tmp_path, Servers(gone, gone)) as library:
        with pytest.raises(PerceptionError) as caught:
            index(library, [media], IndexSettings(workers=1))
        assert caught.value.kind == "server_gone"
        assert library.count() == 0
