"""Captions that exist already become items, once, and every row is stored or listed with its reason."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image

from emoretrieve.errors import EmoretrieveError, PerceptionError, QueryError, SourceError
from emoretrieve.item import Item, hash_file, item_id, named_id
from emoretrieve.library import Library
from emoretrieve.perception import PerceptionSettings
from emoretrieve_indexer.captions import index_captions
from emoretrieve_indexer.report import IndexReport
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.sheets import Sheets
from tests.indexer.mappers import Mappers, register

PARTS = ("whole", "fragment_1", "fragment_2", "fragment_3", "fragment_4")


def row(name: str, text: str = "calm", modality: str = "audio", **more: object) -> dict[str, object]:
    return {"name": name, "modality": modality, **dict.fromkeys(PARTS, f"{text}"), **more}


def coloured(name: str, level: int = 7, **more: object) -> dict[str, object]:
    return {"name": name, **{f"{part}_rgb": [level, 8, 9] for part in PARTS}, **more}


class Bench:
    """A data folder, and tables to fill it from."""

    def __init__(self, folder: Path, mappers: Mappers) -> None:
        self.folder = folder
        self.mappers = mappers

    def table(self, name: str, *rows: Mapping[str, object]) -> Path:
        file = self.folder / f"{name}.jsonl"
        file.write_text("\n".join(map(json.dumps, rows)))
        return file

    def index(
        self, *rows: Mapping[str, object], mapper: str = "length", settings: IndexSettings | None = None
    ) -> IndexReport:
        with self.library(mapper) as library, Sheets([self.table("captions", *rows)], []) as sheets:
            return index_captions(library, sheets, settings)

    def index_with_colours(self, rows: list[dict[str, object]], colours: list[dict[str, object]]) -> IndexReport:
        tables = [self.table("captions", *rows)], [self.table("colours", *colours)]
        with self.library("given") as library, Sheets(*tables) as sheets:
            return index_captions(library, sheets)

    def library(self, mapper: str = "length") -> Library:
        settings = PerceptionSettings("captions", mapper=mapper)
        return Library.open(self.folder / "data", create=True, perception=settings)

    def items(self, mapper: str = "length") -> dict[str, Item]:
        with self.library(mapper) as library:
            return {item.name or Path(item.paths[0]).name: item for item in library.items()}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, register(monkeypatch))


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def failures(report: IndexReport) -> dict[str, str]:
    return {failure.path: failure.kind for failure in report.failed}


def test_a_row_becomes_an_item_without_media(bench: Bench) -> None:
    report = bench.index(row("x", year=1907, style="cubism", nothing=None))
    item = bench.items()["x"]
    assert (report.indexed, report.failed) == (1, ())
    assert item.id == named_id("audio", "x")
    assert (item.sha256, item.paths, item.coverage) == (None, (), 1.0)
    assert item.metadata == {"year": 1907, "style": "cubism"}
    assert item.captions.whole == "calm"
    assert tuple(item.profile.whole) == (4, 20, 30)


def test_indexing_twice_changes_and_colours_nothing(bench: Bench) -> None:
    rows = [row("x"), row("y", modality="image")]
    bench.index(*rows)
    asked = len(bench.mappers.length.asked)
    report = bench.index(*rows)
    assert (report.indexed, report.unchanged) == (0, 2)
    assert len(bench.mappers.length.asked) == asked


def test_a_changed_caption_and_a_changed_value_update_the_item(bench: Bench) -> None:
    bench.index(row("x"), row("y", year=1))
    report = bench.index(row("x", "quite calm"), row("y", year=2))
    items = bench.items()
    assert (report.indexed, report.unchanged) == (2, 0)
    assert items["x"].profile.whole.r == len("quite calm")
    assert items["y"].metadata["year"] == 2
    assert bench.mappers.length.asked == ["calm", "calm", "quite calm"]


def test_rows_of_one_name_with_other_captions_fail_and_neither_is_stored(bench: Bench) -> None:
    report = bench.index(row("x"), row("y"), row("x", "wild"))
    assert failures(report) == {"x": "bad_captions"}
    assert "line 3" in report.failed[0].error
    assert "line 1" in report.failed[0].error
    assert list(bench.items()) == ["y"]


def test_a_song_and_a_picture_may_have_one_name_and_are_told_apart_by_id(bench: Bench) -> None:
    bench.index(row("x"), row("x", "other", "image"), row("y"))
    with bench.library() as library:
        assert library.get("y").name == "y"
        with pytest.raises(QueryError, match=named_id("image", "x")) as refused:
            library.query("x")
        assert refused.value.kind == "ambiguous_name"
        assert library.query(named_id("image", "x")).query.item is not None
        assert library.delete(["y"]) == 1


def test_bad_rows_fail_only_their_items(bench: Bench) -> None:
    rows: list[dict[str, object]] = [
        row("x"),
        row("y", fragment_2=None),
        row("z", modality="video"),
        {"whole": "nameless"},
        row("nothing", "nothing"),
    ]
    report = bench.index(*rows)
    kinds = failures(report)
    assert kinds.pop(str(bench.folder / "captions.jsonl")) == "bad_captions"
    assert kinds == {"y": "bad_captions", "z": "bad_captions", "nothing": "bad_colours"}
    assert list(bench.items()) == ["x"]
    assert {failure.answer for failure in report.failed} == {None, "I cannot."}


def test_a_row_whose_file_is_there_becomes_an_item_of_its_bytes(bench: Bench) -> None:
    Image.new("RGB", (8, 8), "red").save(bench.folder / "red.png")
    rows = [
        {"file_name": "red.png", **row("", modality="image")},
        {"file_name": "gone.png", **row("gone", modality="image")},
    ]
    report = bench.index(*rows)
    items = bench.items()
    assert report.indexed == 2
    assert items["red.png"].id == item_id(hash_file(bench.folder / "red.png"))
    assert items["red.png"].paths == (str(bench.folder / "red.png"),)
    assert items["gone"].paths == ()
    assert bench.index(*rows).unchanged == 2


def test_a_file_that_is_other_than_the_table_says_fails(bench: Bench) -> None:
    Image.new("RGB", (8, 8), "red").save(bench.folder / "red.png")
    (bench.folder / "notes.txt").write_text("notes")
    (bench.folder / "copy.png").write_bytes((bench.folder / "red.png").read_bytes())
    report = bench.index(
        {"file_name": "red.png", **row("a", modality="audio")},
        {"file_name": "notes.txt", **row("b")},
        {"file_name": "copy.png", **row("c", modality="image")},
    )
    kinds = {Path(path).name: kind for path, kind in failures(report).items()}
    assert kinds == {"red.png": "bad_captions", "notes.txt": "not_media"}
    assert list(bench.items()) == ["copy.png"]


def test_equal_bytes_with_other_captions_are_refused(bench: Bench) -> None:
    for name in ("one.png", "two.png"):
        Image.new("RGB", (8, 8), "red").save(bench.folder / name)
    rows = [{"file_name": name, **row("", text, "image")} for name, text in (("one.png", "calm"), ("two.png", "wild"))]
    assert failures(bench.index(*rows)) == {str(bench.folder / "two.png"): "bad_captions"}
    rows[1] |= dict.fromkeys(PARTS, "calm")
    report = bench.index(*rows)
    assert report.failed == ()
    assert [len(item.paths) for item in bench.items().values()] == [2]


def test_given_colours_are_stored_as_they_are(bench: Bench) -> None:
    report = bench.index_with_colours([row("x"), row("y")], [coloured("x"), coloured("y", 200)])
    assert report.indexed == 2
    assert {name: item.profile.whole.r for name, item in bench.items("given").items()} == {"x": 7, "y": 200}
    again = bench.index_with_colours([row("x"), row("y")], [coloured("x"), coloured("y", 100)])
    assert (again.indexed, again.unchanged) == (1, 1)
    assert bench.items("given")["y"].profile.whole.r == 100


def test_every_item_and_every_colour_without_the_other_is_listed(bench: Bench) -> None:
    rows = [row("x"), row("bare"), row("far"), row("torn"), row("image", modality="image")]
    colours = [coloured("x"), coloured("far", 256), coloured("torn"), coloured("torn", 9), coloured("stray")]
    report = bench.index_with_colours(rows, [*colours, coloured("image", modality="audio")])
    assert sorted((failure.path, failure.kind) for failure in report.failed) == [
        ("bare", "no_colours"),
        ("far", "bad_colours_file"),
        ("image", "no_captions"),
        ("image", "no_colours"),
        ("stray", "no_captions"),
        ("torn", "bad_colours_file"),
    ]
    assert list(bench.items("given")) == ["x"]


@pytest.mark.parametrize(
    "content", ["", "name,whole,fragment_1,fragment_2,fragment_3,fragment_4\n", "name,whole\nx,y\n", "a,b\n1,2\n"]
)
def test_a_table_that_is_none_is_refused_whole(tmp_path: Path, content: str) -> None:
    file = tmp_path / "t.csv"
    file.write_text(content)
    with pytest.raises(SourceError) as refused:
        Sheets([file], [])
    assert refused.value.kind == "bad_captions"


def test_a_table_of_colours_without_rows_is_refused_whole(bench: Bench) -> None:
    colours = bench.folder / "colours.csv"
    colours.write_text(",".join(coloured("x")))
    with pytest.raises(SourceError, match="holds no colours") as refused:
        Sheets([bench.table("captions", row("x"))], [colours])
    assert refused.value.kind == "bad_colours_file"


def test_a_limit_counts_new_items_that_were_coloured(bench: Bench) -> None:
    rows = [row("n", "nothing"), *(row(f"x{number}", "a" * (number + 1)) for number in range(6))]
    for mapper in ("length", "pretending"):
        bench.folder = bench.folder / mapper
        bench.folder.mkdir()
        bench.mappers.pretending.failed.add("nothing")
        report = bench.index(*rows, mapper=mapper, settings=IndexSettings(limit=3))
        assert (report.indexed, failures(report)) == (3, {"n": "bad_colours"})
        assert bench.index(*rows, mapper=mapper, settings=IndexSettings(limit=3)).indexed == 3
        assert len(bench.items(mapper)) == 6


def test_a_dry_run_stores_and_colours_nothing(bench: Bench) -> None:
    report = bench.index(row("x"), settings=IndexSettings(dry_run=True))
    assert (report.indexed, bench.items(), bench.mappers.length.asked) == (1, {}, [])


def test_only_one_modality_is_indexed_where_that_is_asked(bench: Bench) -> None:
    report = bench.index(row("x"), row("y", modality="image"), settings=IndexSettings(modality="image"))
    assert (report.indexed, report.skipped, list(bench.items())) == (1, 1, ["y"])


def test_a_model_is_asked_about_many_items_at_once(bench: Bench) -> None:
    report = bench.index(*(row(f"x{number}", "a" * (number + 1)) for number in range(24)), mapper="pretending")
    mapper = bench.mappers.pretending
    assert report.indexed == 24
    assert 4 <= mapper.most_at_once <= 8
    assert bench.items("pretending")["x3"].spread == tuple((1.0, 2.0, 3.0) for _ in range(5))


def test_a_failure_that_ends_the_run_keeps_what_was_coloured(bench: Bench) -> None:
    rows = [
        *(row(f"x{number}", "a" * (number + 1)) for number in range(12)),
        row("gone", "gone"),
        row("later", "later"),
    ]
    with pytest.raises(PerceptionError, match="start it again"):
        bench.index(*rows, mapper="pretending")
    assert len(bench.items("pretending")) >= 8


def test_failed_captions_are_asked_about_again_on_request(bench: Bench) -> None:
    bench.mappers.pretending.failed.add("calm")
    assert bench.index(row("x"), mapper="pretending").indexed == 0
    assert bench.index(row("x"), mapper="pretending", settings=IndexSettings(retry_failed=True)).indexed == 1


def test_a_file_cannot_be_asked_about_unless_an_item_has_its_bytes(bench: Bench) -> None:
    bench.index(row("x"))
    Image.new("RGB", (8, 8), "red").save(bench.folder / "red.png")
    with bench.library() as library, pytest.raises(EmoretrieveError, match="came from files") as refused:
        library.query(bench.folder / "red.png")
    assert refused.value.kind == "no_captioner"
