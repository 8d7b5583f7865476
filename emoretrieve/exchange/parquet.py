"""Exports as Parquet: one row an item, the header in the schema's metadata.

`metadata` is a JSON text, because its values have no common type.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emoretrieve.exchange.format import Header, Row, not_an_export, parse_header
from emoretrieve.exchange.rows import NUMBERS, VECTORS

if TYPE_CHECKING:
    import pyarrow as pa

_HEADER = b"emoretrieve"
_ROWS_AT_ONCE = 1_000


def write(file: Path, header: Header, batches: Iterable[Sequence[Row]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(with_vectors=bool(header.embeddings)).with_metadata({_HEADER: header.to_json().encode()})
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_pylist([_to_columns(row) for row in batch], schema))


def read_header(file: Path) -> Header:
    with _opened(file) as parquet:
        return parse_header((parquet.schema_arrow.metadata or {}).get(_HEADER, b""), file)


def read_rows(file: Path) -> Iterator[tuple[int, object]]:
    """Rows are numbered from 1."""
    number = 0
    with _opened(file) as parquet:
        for batch in parquet.iter_batches(_ROWS_AT_ONCE):
            for row in batch.to_pylist():
                number += 1
                yield number, _from_columns(row)


@contextmanager
def _opened(file: Path) -> Iterator[pa.parquet.ParquetFile]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file) as parquet:
            yield parquet
    except (pa.ArrowException, OSError) as exc:
        raise not_an_export(file, "no readable Parquet") from exc


def _schema(*, with_vectors: bool) -> pa.Schema:
    import pyarrow as pa

    colour, text = pa.list_(pa.uint8()), pa.string()
    schema = pa.schema(
        {
            "id": text,
            "sha256": text,
            "modality": text,
            "profile": pa.struct({"whole": colour, "fragments": pa.list_(colour)}),
            "captions": pa.struct({"whole": text, "fragments": pa.list_(text)}),
            "coverage": pa.float64(),
            "locations": pa.list_(pa.struct({"path": text, "size": pa.int64(), "mtime_ns": pa.int64()})),
            "metadata": text,
            "name": text,
            "spread": pa.list_(pa.list_(pa.float64())),
        }
    )
    if not with_vectors:
        return schema
    numbers = pa.field(NUMBERS, pa.map_(text, pa.map_(text, pa.float64())))
    return schema.append(pa.field(VECTORS, pa.map_(text, pa.list_(pa.float32())))).append(numbers)


def _to_columns(row: Row) -> dict[str, object]:
    return {**row, "metadata": json.dumps(row["metadata"])}


def _from_columns(row: dict[str, Any]) -> object:
    if row.get(VECTORS) is not None:
        row = {**row, VECTORS: dict(row[VECTORS])}  # a map comes as pairs
    if row.get(NUMBERS) is not None:
        row = {**row, NUMBERS: {name: dict(numbers) for name, numbers in row[NUMBERS]}}
    try:
        return {**row, "metadata": json.loads(str(row.get("metadata")))}
    except (ValueError, RecursionError):  # JSONDecodeError; brackets without end
        return {**row, "metadata": None}  # refused by whoever checks the row, with its number
