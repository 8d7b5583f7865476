"""`index --captions`, `recolour` and `export --layout study` as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PARTS = ("whole", "fragment_1", "fragment_2", "fragment_3", "fragment_4")


def write(file: Path, *rows: dict[str, object]) -> Path:
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


def row(name: str, text: str, modality: str = "audio", **more: object) -> dict[str, object]:
    return {"name": name, "modality": modality, **dict.fromkeys(PARTS, text), **more}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write(
        tmp_path / "captions.jsonl",
        row("rain song", "A slow and sad song of rain."),
        row("dance", "A wild and joyful dance."),
        row("lake", "A calm and quiet lake.", "image"),
    )


@pytest.fixture
def colours(tmp_path: Path) -> Path:
    cells: dict[str, object] = {f"{part}_rgb": f"rgb({number}, 2, 3)" for number, part in enumerate(PARTS)}
    return write(tmp_path / "colours.jsonl", *(cells | {"name": name} for name in ("rain song", "dance", "lake")))


def test_captions_become_items_that_are_asked_shown_and_deleted_by_name(run: Run, table: Path) -> None:
    assert "3 indexed" in run("index", "--captions", table).out
    assert "lake" in run("query", "rain song").out
    shown = run("show", "rain song").out
    assert shown.startswith("rain song")
    assert "1 item removed" in run("delete", "rain song", "--yes").out
    assert run("show", "rain song").code == 1


def test_a_gallery_shows_items_without_media(run: Run, table: Path, tmp_path: Path) -> None:
    run("index", "--captions", table)
    run("query", "rain song", "--to", "any", "--html", tmp_path / "g.html")
    page = (tmp_path / "g.html").read_text()
    assert page.count("Only its captions are here.") == 3
    assert "<img" not in page


def test_bad_rows_are_listed_and_the_exit_code_is_3(run: Run, table: Path) -> None:
    write(table, row("a", "calm"), row("b", ""))
    outcome = run("index", "--captions", table)
    assert outcome.code == 3
    assert "'b' has no caption of its whole" in " ".join(outcome.out.split())


def test_a_file_that_is_no_table_makes_no_collection(run: Run, tmp_path: Path, home: Path) -> None:
    (tmp_path / "t.csv").write_text("a;b\n1;2\n")
    outcome = run("index", "--captions", tmp_path / "t.csv", "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "bad_captions")
    assert not home.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["{media}", "--captions", "{table}"], "not both"),
        (["--captions", "{table}", "--prune"], "--prune says nothing"),
        (["--captions", "{table}", "--workers", "2"], "--workers says nothing"),
        (["--captions", "{table}", "--colours", "{table}", "--mapper", "lexicon"], "not both"),
        (["--captions", "{table}", "--mapper", "given"], "--colours"),
        (["--colours", "{table}"], "--captions"),
        (["{media}", "--perception", "captions"], "--captions"),
        ([], "Missing argument"),
    ],
)
def test_options_that_make_no_sense_together_are_refused(
    run: Run, table: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    outcome = run("index", *(word.format(media=tmp_path, table=table) for word in words))
    assert outcome.code == 2
    assert says in outcome.err


def test_files_cannot_join_a_collection_of_captions(run: Run, table: Path, media: Path) -> None:
    run("index", "--captions", table)
    refused = run("index", media, "--json")
    assert (refused.code, refused.json["kind"]) == (1, "no_captioner")


def test_words_need_a_mapper_which_recolour_gives(run: Run, table: Path, colours: Path) -> None:
    run("index", "--captions", table, "--colours", colours)
    refused = run("query", "--text", "sad", "--json")
    assert (refused.code, refused.json["kind"]) == (1, "no_mapper")
    assert "3 items recoloured" in run("recolour", "--mapper", "lexicon").out
    assert run("query", "--text", "sad", "--to", "audio").out.split("\n1")[1].strip().startswith("rain song")


def test_recolour_leaves_the_collection_alone_with_into(run: Run, table: Path, colours: Path) -> None:
    run("index", "--captions", table, "--colours", colours)
    before = run("show", "lake", "--json").json
    assert run("recolour", "--mapper", "lexicon", "--into", "words").code == 0
    assert run("show", "lake", "--json").json == before
    assert run("show", "lake", "--json", "--collection", "words").json["profile"] != before["profile"]
    assert run("recolour", "--mapper", "lexicon", "--into", "default").code == 2
    assert run("recolour", "--mapper", "given").code == 1


def test_lite_collections_are_recoloured_too(run: Run, filled: Path) -> None:
    before = run("list", "--json").json
    assert run("recolour", "--json").json["recoloured"] == 7
    assert run("list", "--json").json == before
    assert filled.is_dir()


def test_exports_of_items_without_media_come_back(run: Run, table: Path, tmp_path: Path) -> None:
    run("index", "--captions", table)
    for name in ("all.jsonl", "all.parquet"):
        run("export", tmp_path / name)
        run("import", tmp_path / name, "--collection", name.replace(".", "-"))
        assert run("list", "--json", "--collection", name.replace(".", "-")).json == run("list", "--json").json


def test_the_studys_layout_holds_files_by_name_and_says_none_for_what_is_not_known(
    run: Run, filled: Path, tmp_path: Path
) -> None:
    outcome = run("export", "--layout", "study", tmp_path / "out")
    assert "audio_captions.csv, audio_rgb.csv, image_captions.csv, image_rgb.csv" in outcome.out
    table = (tmp_path / "out" / "image_captions.csv").read_text()
    assert "mist.png,Mist over the lake,Anna Berg,1890,None,None,None,None,Fragment 1," in table
    again = run("index", "--captions", tmp_path / "out" / "image_captions.csv", "--collection", "again", "--json")
    assert again.json["indexed"] == 4
    assert filled.is_dir()
