"""The command line as a person runs it: real media, the real perception and engine, a home of its own."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from emoretrieve_cli.main import main
from tests.cli.media import draw_media


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        value: dict[str, object] = json.loads(self.out)
        return value


Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and the terminal of the documentation: 80 columns, no colour asked for or forbidden."""
    folder = tmp_path / "home"
    monkeypatch.setenv("EMORETRIEVE_HOME", str(folder))
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "EMORETRIEVE_DEBUG", "EMORETRIEVE_CONFIG", "EMORETRIEVE_API_KEY", "QDRANT_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("QDRANT_URL", raising=False)  # that of the store's tests
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in this process."""

    def run_here(*words: str | Path) -> Outcome:
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run_here


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with four pictures and three sounds; do not change it."""
    return draw_media(tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory, media: Path) -> Path:
    """A data folder with the media indexed; do not change it."""
    folder = tmp_path_factory.mktemp("filled")
    assert main(["index", str(media), "--data", str(folder), "--workers", "1", "--json"]) == 0
    return folder


@pytest.fixture
def filled(filled_home: Path, home: Path) -> Path:
    """The test's own home with the media indexed."""
    shutil.copytree(filled_home, home, copy_function=copy_sparse)
    return home


def copy_sparse(source: str, target: str) -> None:
    """Copy a file and leave its empty blocks out: the engine's files are large and hold next to nothing."""
    empty = bytes(1 << 20)
    with Path(source).open("rb") as reading, Path(target).open("wb") as writing:
        while block := reading.read(len(empty)):
            if block == empty[: len(block)]:
                writing.seek(len(block), os.SEEK_CUR)
            else:
                writing.write(block)
        writing.truncate()
