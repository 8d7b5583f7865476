"""Tables are read row by row, and every fault is one sentence."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from emoretrieve.errors import SourceError
from emoretrieve.table import BadRow, Row, Table


def table(file: Path, content: str | bytes) -> Table:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Table(file, "bad_captions")


def test_rows_of_a_csv_name_the_line_they_begin_in_and_leave_out_empty_cells(tmp_path: Path) -> None:
    rows = list(table(tmp_path / "t.csv", 'a,b\n1,"two\nlines"\n\n3,\n').rows())
    assert rows == [Row("line 2", {"a": "1", "b": "two\nlines"}), Row("line 5", {"a": "3"})]


def test_the_three_formats_hold_the_same_rows(tmp_path: Path) -> None:
    import pandas as pd

    rows = [{"a": "x", "b": "y"}, {"a": "z", "b": None}]
    pd.DataFrame(rows).to_parquet(tmp_path / "t.parquet")
    tables = [
        table(tmp_path / "t.csv", "a,b\nx,y\nz,\n"),
        table(tmp_path / "t.jsonl", "\n".join(map(json.dumps, rows))),
        Table(tmp_path / "t.parquet", "bad_captions"),
    ]
    read = [[dict(row.values) for row in one.rows() if isinstance(row, Row)] for one in tables]
    assert read == [[{"a": "x", "b": "y"}, {"a": "z"}]] * 3
    assert [list(one.columns()) for one in tables] == [["a", "b"]] * 3


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("t.csv", "name;whole\nx;y\n", "semicolons"),
        ("t.csv", "name\twhole\nx\ty\n", "tabs"),
        ("t.csv", "name,name\nx,y\n", "two columns 'name'"),
        ("t.csv", "name,whole\nx,caf\xe9\n".encode("latin-1"), "is not UTF-8 text; save it as comma-separated UTF-8"),
        ("t.jsonl", b'{"name": "\xff"}', "is not UTF-8 text; save it as UTF-8"),
        ("t.csv", 'name,whole\nx,y\nz,"never closed\n', "cannot be read from line 3 on: a quote is never closed"),
        ("t.jsonl", '[{"name": "x"}]', "holds no JSON object"),
        ("t.parquet", "no parquet", "cannot be read"),
        ("t.xlsx", "PK", ".csv, .jsonl, .parquet"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: str | bytes, says: str) -> None:
    broken = table(tmp_path / name, content)
    with pytest.raises(SourceError, match=says) as refused:
        [broken.columns(), list(broken.rows())]
    assert refused.value.kind == "bad_captions"
    assert str(broken.file) in str(refused.value)


def test_a_pipe_without_a_writer_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")
    with pytest.raises(SourceError, match="not a file"):
        Table(tmp_path / "t.csv", "bad_captions").columns()


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="check the path") as refused:
        Table(tmp_path / "none.csv", "bad_captions").columns()
    assert refused.value.kind == "not_found"


def test_a_bad_row_costs_only_itself(tmp_path: Path) -> None:
    assert [type(row) for row in table(tmp_path / "t.csv", "a,b\n1,2,3\n4,5\n").rows()] == [BadRow, Row]
    lines = '{"a": 1}\n[2]\n{"a": 3\n{"a": "\\ud800"}\n{"a": 4}\n'
    assert [type(row) for row in table(tmp_path / "t.jsonl", lines).rows()] == [Row, BadRow, BadRow, BadRow, Row]
