"""Reports from the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

QUICK = ("--draws", "20")


@pytest.mark.usefixtures("filled")
def test_the_page_and_the_markdown_are_written_and_their_sizes_told(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="needs the extra 'report'")
    html, markdown = tmp_path / "r.html", tmp_path / "r.md"
    outcome = run("report", "--html", html, "--markdown", markdown, "--title", "My own", *QUICK, "--json")
    assert outcome.json == {
        "files": [{"file": str(file), "bytes": file.stat().st_size} for file in (html, markdown)],
        "items": {"audio": 3, "image": 4},
        "pairs_shown": 3,
        "evaluated": True,
    }
    assert '<h1 dir="auto">My own</h1>' in html.read_text(encoding="utf-8")
    assert "# My own" in markdown.read_text(encoding="utf-8")
    shown = run("report", "--html", html, *QUICK)
    assert (shown.code, len(shown.out.splitlines())) == (0, 1)


@pytest.mark.usefixtures("filled")
def test_the_numbers_are_those_of_evaluate(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "r.md"
    (tmp_path / "t.csv").write_text("item,label\nhum.wav,calm\nmist.png,calm\n")
    run("sync", "--as", "again")
    words = ["--truth", tmp_path / "t.csv", "--against", "again", "--match", "concat", *QUICK]
    assert run("report", "--markdown", file, *words).code == 0
    evaluation = run("evaluate", "--markdown", tmp_path / "e.md", *words)
    assert evaluation.code == 0
    tables = (tmp_path / "e.md").read_text(encoding="utf-8").split("\n## ")[1:]
    report = file.read_text(encoding="utf-8")
    assert any(table.startswith("Truth:") for table in tables)
    assert [table for table in tables if table.strip() not in report] == []


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        ([], "usage", 2),
        (["--html", "{tmp}/a", "--markdown", "{tmp}/a"], "usage", 2),
        (["--markdown", "{tmp}"], "usage", 2),
        (["--markdown", "/nowhere/at/all.md"], "not_writable", 1),
        (["--markdown", "{tmp}/notes.md"], "not_writable", 1),
        (["--markdown", "{tmp}/r.md", "--pairs", "51"], "usage", 2),
        (["--markdown", "{tmp}/r.md", "--collection", "nobody"], "no_collection", 1),
        (["--markdown", "{tmp}/r.md", "--match", "vibes"], "bad_match", 2),
        (["--markdown", "{tmp}/r.md", "--truth", "/nowhere.csv"], "not_found", 1),
    ],
)
def test_what_makes_no_sense_is_told_in_one_sentence(
    run: Run, tmp_path: Path, words: list[str], kind: str, code: int
) -> None:
    (tmp_path / "notes.md").write_text("mine")
    outcome = run("report", *(word.format(tmp=tmp_path) for word in words), "--json")
    assert (outcome.json["kind"], outcome.code) == (kind, code)
    assert {path.name for path in tmp_path.iterdir()} == {"notes.md", "home"}
    assert (tmp_path / "notes.md").read_text() == "mine"


@pytest.mark.usefixtures("filled")
def test_a_page_replaces_nothing_but_a_page(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="needs the extra 'report'")
    (tmp_path / "notes.txt").write_text("mine")
    outcome = run("report", "--html", tmp_path / "notes.txt", "--json")
    assert outcome.json["kind"] == "not_writable"
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.usefixtures("filled")
def test_a_page_without_its_libraries_names_the_extra_before_anything_is_computed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "emoretrieve_cli.gallery.charts.drawing", raising=False)
    monkeypatch.setitem(sys.modules, "altair", None)
    outcome = run("report", "--html", tmp_path / "r.html", "--collection", "nobody", "--json")
    assert outcome.json["kind"] == "missing_dependency"
    assert "pip install 'emoretrieve[report]'" in str(outcome.json["error"])
    assert run("report", "--markdown", tmp_path / "r.md", *QUICK).code == 0


def test_an_empty_collection_is_refused(run: Run, media: Path, tmp_path: Path) -> None:
    run("index", media / "hum.wav")
    run("delete", media / "hum.wav", "--yes")
    outcome = run("report", "--markdown", tmp_path / "r.md", "--json")
    assert (outcome.json["kind"], outcome.code) == ("nothing_to_report", 1)
    assert not (tmp_path / "r.md").exists()


def test_one_item_is_reported(run: Run, media: Path, tmp_path: Path) -> None:
    run("index", media / "hum.wav")
    outcome = run("report", "--markdown", tmp_path / "r.md", "--json")
    assert (outcome.json["evaluated"], outcome.json["pairs_shown"]) == (False, 0)
    assert "so index more" in (tmp_path / "r.md").read_text()
