"""Manifests of all three formats give the same rows, and bad ones say what is wrong with them."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from emoretrieve.errors import SourceError
from emoretrieve_indexer.manifest import MAX_TEXT, BadRow, Row, check_manifest, clean_metadata, read_rows

_ROWS = [
    {"file_name": "a.png", "title": "Lion", "year": 1494, "tempo": 68.5},
    {"file_name": "b/c.png", "title": None, "year": None, "tempo": 70.0},
]
_WANTED = [
    Row("a.png", {"title": "Lion", "year": 1494, "tempo": 68.5}),
    Row("b/c.png", {"tempo": 70.0}),
]


def _csv(folder: Path, text: str) -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _jsonl(folder: Path, *lines: str) -> Path:
    path = folder / "list.jsonl"
    path.write_text("\n".join(lines))
    return path


def test_csv_rows_have_numbers_as_numbers_and_no_missing_values(tmp_path: Path) -> None:
    path = _csv(tmp_path, "file_name,title,year,tempo\na.png,Lion,1494,68.5\nb/c.png,,,70.0\n")
    assert list(read_rows(path)) == _WANTED


def test_jsonl_rows_are_the_same(tmp_path: Path) -> None:
    assert list(read_rows(_jsonl(tmp_path, *(json.dumps(row) for row in _ROWS), ""))) == _WANTED


def test_parquet_rows_are_the_same(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "list.parquet"
    pq.write_table(pa.Table.from_pylist(_ROWS), path)
    assert list(read_rows(path)) == _WANTED


def test_a_csv_year_is_a_number_also_beside_a_year_that_is_none(tmp_path: Path) -> None:
    path = _csv(tmp_path, "file_name,year\na.png,1894\nb.png,1475-85\n")
    assert [row.metadata for row in read_rows(path) if isinstance(row, Row)] == [{"year": 1894}, {"year": "1475-85"}]


@pytest.mark.parametrize("title", ["None", "NA", "nan"])
def test_csv_titles_that_mean_nothing_elsewhere_are_titles(tmp_path: Path, title: str) -> None:
    [row] = read_rows(_csv(tmp_path, f"file_name,title\na.png,{title}\n"))
    assert row == Row("a.png", {"title": title})


@pytest.mark.parametrize("text", ["007", "1_000", "", "0x10"])
def test_csv_values_that_are_no_plain_numbers_stay_as_they_are(tmp_path: Path, text: str) -> None:
    [row] = read_rows(_csv(tmp_path, f"file_name,code\na.png,{text}\n"))
    assert row == Row("a.png", {"code": text} if text else {})


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("file_name\na.png\n", encoding="utf-8-sig")
    assert list(read_rows(path)) == [Row("a.png", {})]


def test_a_file_name_of_digits_stays_text(tmp_path: Path) -> None:
    assert list(read_rows(_csv(tmp_path, "file_name\n12\n"))) == [Row("12", {})]


def test_a_row_without_a_file_name_is_a_bad_row(tmp_path: Path) -> None:
    rows = list(read_rows(_csv(tmp_path, "file_name,title\na.png,x\n,y\n")))
    assert rows[1] == BadRow("Row 2 has no file_name.")


def test_a_broken_line_of_jsonl_costs_only_itself(tmp_path: Path) -> None:
    rows = list(read_rows(_jsonl(tmp_path, '{"file_name": "a.png"}', "{oops", '{"file_name": "b.png"}')))
    assert rows == [Row("a.png", {}), BadRow("Line 2 is no JSON object."), Row("b.png", {})]


@pytest.mark.parametrize("name", ["a\0b.png", "a\ud800.png"])
def test_a_name_that_no_file_can_have_is_a_bad_row(tmp_path: Path, name: str) -> None:
    [row] = read_rows(_jsonl(tmp_path, json.dumps({"file_name": name})))
    assert isinstance(row, BadRow)


def test_a_header_without_rows_is_an_empty_manifest(tmp_path: Path) -> None:
    assert list(read_rows(_csv(tmp_path, "file_name,title\n"))) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("no_column.csv", b"path,title\na.png,x\n"),
        ("empty.csv", b""),
        ("empty.jsonl", b""),
        ("no_column.jsonl", b'{"path": "a.png"}'),
        ("binary.csv", b"\xff\xfe\x00\x01file_name"),
        ("text.parquet", b"file_name\na.png\n"),
        ("binary.jsonl", b"\xff\xfe\xfa"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError, match=name) as raised:
        check_manifest(path)
    assert raised.value.kind == "bad_manifest"


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("german.csv", b"file_name;height\na.png;1,5\nb.png;2\nc.png;3,5,5\n", "separates its columns by semicolons"),
        ("german.csv", b'"height";"file_name"\n"2";"a.png"\n', "save it as comma-separated UTF-8"),
        ("latin.csv", "file_name,title\na.png,Müller\n".encode("latin-1"), "save it as comma-separated UTF-8"),
        ("excel.csv", "file_name,title\na.png,x\n".encode("utf-16"), "save it as comma-separated UTF-8"),
        ("latin.jsonl", '{"file_name": "Müller"}'.encode("latin-1"), "save it as UTF-8"),
    ],
)
def test_what_other_programs_write_is_refused_with_a_hint(tmp_path: Path, name: str, data: bytes, fault: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError, match=fault):
        check_manifest(tmp_path / name)


@pytest.mark.parametrize("name", ["text.parquet", "empty.csv", "rows.csv", "gone.csv"])
def test_a_reason_is_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.parquet").write_bytes(b"file_name\na.png\n")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "rows.csv").write_text("file_name\na.png\nb.png,1\n")
    with pytest.raises(SourceError, match=r"[a-z0-9]\.$"):
        list(read_rows(tmp_path / name))


def test_metadata_values_are_storable() -> None:
    values = {
        "text": "x" * (MAX_TEXT + 1),
        "surrogate": "a\ud800",
        "big": 2**70,
        "flag": True,
        "day": datetime.date(1889, 6, 1),
        "nan": float("nan"),
        "infinite": float("inf"),
        "nothing": None,
        "empty": "",
        "nested": [1, 2],
        "": "no name",
        "file_name": "a.png",
    }
    assert clean_metadata(values.items()) == {
        "text": "x" * MAX_TEXT,
        "surrogate": "a?",
        "big": str(2**70),
        "flag": "true",
        "day": "1889-06-01",
    }
