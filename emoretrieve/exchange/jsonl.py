"""Exports as JSON lines: the header is the first line, then one line an item; `.gz` is compressed."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from emoretrieve.exchange.format import Header, Row, not_an_export, parse_header

MAX_LINE_BYTES = 16 * 2**20
"""No row comes near; it bounds the memory that a file of something else can take."""


def write(file: Path, header: Header, batches: Iterable[Sequence[Row]]) -> None:
    """ASCII throughout, so that no line separator of Unicode ends a row."""
    with file.open("wb") as raw, _packed(raw, file) as out:
        out.write(header.to_json().encode() + b"\n")
        for batch in batches:
            out.write(b"".join(json.dumps(row).encode() + b"\n" for row in batch))


def read_header(file: Path) -> Header:
    return parse_header(next(_lines(file), b""), file)


def read_rows(file: Path) -> Iterator[tuple[int, object]]:
    """The header is line 1, so rows are numbered from 2, as editors number lines."""
    lines = enumerate(_lines(file), start=1)
    next(lines, None)
    for number, line in lines:
        if line.strip():
            yield number, _parse(line)


def _parse(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):  # JSONDecodeError, UnicodeDecodeError; brackets without end
        return None  # refused by whoever checks the row, with its number


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as raw, _unpacked(raw, file) as lines:
            while line := lines.readline(MAX_LINE_BYTES):
                yield line
    except (OSError, EOFError, zlib.error) as exc:  # BadGzipFile is an OSError
        raise not_an_export(file, str(exc)) from exc


@contextmanager
def _packed(raw: BinaryIO, file: Path) -> Iterator[BinaryIO]:
    if file.suffix != ".gz":
        yield raw
        return
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) as packed:
        yield cast(BinaryIO, packed)


def _unpacked(raw: BinaryIO, file: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if file.suffix == ".gz" else raw
