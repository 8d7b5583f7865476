"""Collections as files: all that is needed to rebuild one elsewhere without describing anything again.

The ending of the file's name says its format: `.parquet`, `.jsonl` or `.jsonl.gz`. A file holds a header (the
signature of the perception that described the items, and their number) and one row an item (`exchange.rows`). Vectors
of the schema are not in it, because they follow from the integers of the profiles; those of embedders are.

Beside them stand the readers of tables that people keep: any table (`table`), of captions (`caption_table`) and of
colours (`colour_table`); `study` knows the names of the study's columns and writes its tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from emoretrieve.errors import SourceError
from emoretrieve.exchange import jsonl, parquet
from emoretrieve.exchange.content import Content, contents_of, write_contents
from emoretrieve.exchange.format import FileFormat, Header, Row
from emoretrieve.exchange.rows import from_row, numbers_from_row, to_row, vectors_from_row, vectors_to_row
from emoretrieve.files import replacing
from emoretrieve.item import Item, Location
from emoretrieve.search.null import refresh
from emoretrieve.store import Store
from emoretrieve.store.place import place_of
from emoretrieve.store.server.settings import ServerSettings

__all__ = ["export_items", "import_items"]

_BATCH = 4_000
_FORMATS: dict[str, FileFormat] = {".parquet": parquet, ".jsonl": jsonl, ".jsonl.gz": jsonl}


def export_items(store: Store, file: Path) -> int:
    """Write all items of a collection to a file, by ascending id; the number of items.

    The file appears whole or not at all, replacing the old one. Raises SourceError for a name of unknown ending
    (`unknown_format`) and a file that cannot be written (`not_writable`).
    """
    file_format = _format_of(file)
    header = Header(store.signature, store.count(), store.embeddings)
    with _writing(file) as partial:
        file_format.write(partial, header, (_rows(store, batch) for batch in store.scan(batch=_BATCH)))
    return header.items


def import_items(file: Path, data: Path, collection: str = "default", server: ServerSettings | None = None) -> int:
    """Write all items of a file to a collection, made with the file's signature if it is new; the number of items.

    With a `server` the collection is there. All rows are checked first: a file with a bad one changes nothing.
    Importing twice is importing once. An item that is there already keeps the locations it has beside the file's.

    Raises SourceError for a file that is not a whole export (`not_found`, `unreadable_file`, `unknown_format`,
    `not_an_export`, `other_version`, `bad_row`, `cut_short`) and StoreError as `Place.open` does, such as
    `other_perception` for a collection of another signature, and `other_embedder`.
    """
    file_format = _format_of(file)
    header = _check(file, file_format)
    with place_of(data, server).open(collection, signature=header.signature, create=True) as store:
        for embedding in header.embeddings.values():
            store.add_embedding(embedding)
        for batch in _batches(_contents(file, file_format, header)):
            write_contents(store, _with_known_locations(store, batch))
        store.flush()
        refresh(store)
    return header.items


def _format_of(file: Path) -> FileFormat:
    for ending, file_format in _FORMATS.items():
        if file.name.endswith(ending):
            return file_format
    raise SourceError(
        f"'{file}' says no format of a collection; let the name end in {', '.join(_FORMATS)}.",
        kind="unknown_format",
    )


@contextmanager
def _writing(file: Path) -> Iterator[Path]:
    try:
        with replacing(file) as partial:
            yield partial
    except OSError as exc:
        reason = os.strerror(exc.errno) if exc.errno else exc  # pyarrow's own words name the partial file
        raise SourceError(f"'{file}' cannot be written: {reason}.", kind="not_writable") from exc


def _check(file: Path, file_format: FileFormat) -> Header:
    """Read the file through once."""
    _open_once(file)
    header = file_format.read_header(file)
    rows = sum(1 for _ in _contents(file, file_format, header))
    if rows != header.items:
        raise SourceError(
            f"'{file}' says that it holds {header.items} items and holds {rows}; "
            "it may be cut short, export the collection again.",
            kind="cut_short",
        )
    return header


def _open_once(file: Path) -> None:
    """What fails from here on is the content's fault."""
    try:
        file.open("rb").close()
    except FileNotFoundError as exc:
        raise SourceError(f"There is no file '{file}'.", kind="not_found") from exc
    except OSError as exc:
        raise SourceError(f"'{file}' cannot be read: {exc.strerror or exc}.", kind="unreadable_file") from exc


def _rows(store: Store, items: Sequence[Item]) -> list[Row]:
    return [{**to_row(one.item), **vectors_to_row(one.embedded, one.numbers)} for one in contents_of(store, items)]


def _contents(file: Path, file_format: FileFormat, header: Header) -> Iterator[Content]:
    for number, row in file_format.read_rows(file):
        try:
            vectors = vectors_from_row(row, header.embeddings)
            yield Content(from_row(row), vectors, numbers_from_row(row, header.embeddings))
        except ValueError as exc:
            raise SourceError(
                f"Row {number} of '{file}' cannot be imported: {exc}. Nothing was imported.", kind="bad_row"
            ) from exc


def _batches(contents: Iterator[Content]) -> Iterator[list[Content]]:
    while batch := list(islice(contents, _BATCH)):
        yield batch


def _with_known_locations(store: Store, contents: Sequence[Content]) -> list[Content]:
    known = {item.id: item.locations for item in store.get([content.id for content in contents])}
    return [replace(content, item=_with_locations(content.item, known.get(content.id, ()))) for content in contents]


def _with_locations(item: Item, known: Sequence[Location]) -> Item:
    """The item at the known locations and at those of its own that are not among them."""
    merged = {at.path: at for at in (*item.locations, *known)}
    return replace(item, locations=tuple(merged.values()))
