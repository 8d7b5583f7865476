"""Files that appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from emoretrieve import files
from emoretrieve.files import replacing


def test_what_was_written_replaces_the_file(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("old")
    with replacing(file) as partial:
        partial.write_text("new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("list.txt", "new")]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("old")
    with pytest.raises(FileNotFoundError), replacing(file) as partial:
        partial.unlink(missing_ok=False)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("list.txt", "old")]


def test_the_longest_name_a_file_can_have_is_written(tmp_path: Path) -> None:
    file = tmp_path / ("x" * 250 + ".html")
    with replacing(file) as partial:
        partial.write_text("new")
    assert file.read_text() == "new"


@pytest.mark.parametrize("at_once", [True, False])
def test_two_folders_change_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool) -> None:
    """Also where the system cannot do it in one step."""
    if not at_once:
        monkeypatch.setattr(files, "_exchanged_at_once", lambda *_: False)
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "who").write_text(name)
    files.exchange(tmp_path / "one", tmp_path / "other")
    assert [(tmp_path / name / "who").read_text() for name in ("one", "other")] == ["other", "one"]
    assert len(list(tmp_path.iterdir())) == 2
