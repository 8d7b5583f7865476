"""The Python examples of the documents run as they stand, in order, beside a few of the sample files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from emoretrieve import Library

ROOT = Path(__file__).parents[1]
PICTURES = ("the_storm.jpg", "ink.png", "morning_fog.png", "circles.jpg")
SONGS = ("lament.flac", "still_water.flac")
MAKE = """
import sys
from pathlib import Path
from make_samples import make
from samples.catalogue import PICTURES, SONGS
for name, works in (("pictures", PICTURES), ("songs", SONGS)):
    make([work for work in works if work.file_name in sys.argv[2:]], Path(sys.argv[1], name))
"""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some of the sample pictures and songs."""
    folder = tmp_path_factory.mktemp("samples")
    subprocess.run([sys.executable, "-c", MAKE, str(folder), *PICTURES, *SONGS], cwd=ROOT / "examples", check=True)
    return folder


@pytest.fixture(autouse=True)
def demo(samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where `demo/pictures` and `demo/songs` hold the samples."""
    shutil.copytree(samples, tmp_path / "demo")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EMORETRIEVE_HOME", str(tmp_path / "demo" / "data"))


def run(document: str) -> dict[str, Any]:
    """Run the examples of a document in order; the names that they leave behind."""
    parsed = Sybil(parsers=[PythonCodeBlockParser()], path=str(ROOT)).parse(ROOT / document)
    for example in parsed.examples():
        example.evaluate()
    return parsed.namespace


def test_the_python_examples_of_the_readme_run() -> None:
    run("README.md")


def test_the_examples_of_the_api_index_find_and_delete() -> None:
    names = run("docs/api.md")
    assert names["report"].indexed == len(PICTURES) + len(SONGS)
    assert names["answer"].searched == len(PICTURES)
    assert len(names["answer"].results) == 1
    assert names["narrowed"].searched > 0
    with Library.open("demo/data") as library:
        assert library.count() == len(PICTURES) + len(SONGS) - 1
