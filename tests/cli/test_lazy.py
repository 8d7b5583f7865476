"""Commands load what they need, and no more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "numpy",
    "pandas",
    "pyarrow",
    "PIL",
    "rich",
    "scipy",
    "soundfile",
    "soxr",
    "mutagen",
    "librosa",
    "torch",
    "altair",
    "vl_convert",
}


def loaded_by(*words: str) -> set[str]:
    """Top-level modules of a process that ran this command line."""
    code = "import sys; from emoretrieve_cli.main import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, env=os.environ)
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize(
    "words", [["--help"], ["index", "--help"], ["query", "--help"], ["report", "--help"], ["nonsense"]]
)
def test_help_imports_click_and_nothing_heavy(words: list[str]) -> None:
    loaded = loaded_by(*words)
    assert "click" in loaded
    assert not loaded & (HEAVY | {"qdrant_edge", "jinja2", "platformdirs"})


def test_a_query_for_an_indexed_song_imports_numpy_and_the_engine_and_nothing_heavier(
    filled: Path, media: Path
) -> None:
    loaded = loaded_by("query", str(media / "hum.wav"))
    assert {"numpy", "qdrant_edge"} <= loaded
    assert not loaded & ((HEAVY - {"numpy"}) | {"jinja2", "qdrant_client", "httpx", "grpc", "pydantic"})
    assert filled.is_dir()
