"""What importing costs, and what there is to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

import emoretrieve

HEAVY = [
    *("numpy", "pandas", "pyarrow", "PIL", "soundfile", "soxr", "scipy", "mutagen", "rich", "librosa", "torch"),
    *("transformers", "qdrant_client", "qdrant_edge"),
]


def loaded(code: str, modules: list[str]) -> list[str]:
    """Which of the modules a fresh interpreter has loaded after running the code."""
    script = f"import sys\n{code}\nprint(*(name for name in {modules!r} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return run.stdout.split()


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded("import emoretrieve", HEAVY) == []


def test_importing_the_library_loads_no_decoder_and_no_table() -> None:
    allowed = ["numpy", "qdrant_edge"]
    assert loaded("from emoretrieve import Library", [name for name in HEAVY if name not in allowed]) == []


@pytest.mark.parametrize("name", emoretrieve.__all__)
def test_every_exported_name_is_there(name: str) -> None:
    assert getattr(emoretrieve, name) is not None


def test_the_exported_names_are_sorted_and_complete() -> None:
    assert emoretrieve.__all__ == [
        *("Answer", "Captions", "EmoretrieveError", "EmotionProfile", "Item", "Library"),
        *("QueryOptions", "Result", "Rgb", "__version__"),
    ]


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Librari"):
        _ = emoretrieve.Librari
