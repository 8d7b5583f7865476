"""What a file format of exports offers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from emoretrieve.errors import SourceError

VERSION = 1
"""Of the rows and the header; another number is refused."""

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Header:
    """What stands once in a file."""

    signature: Mapping[str, str]
    """Of the perception that described the items."""
    items: int
    """How many rows follow; a file with fewer was cut short."""

    def to_json(self) -> str:
        """One line of ASCII."""
        return json.dumps({"emoretrieve_export": VERSION, "items": self.items, "signature": dict(self.signature)})


class FileFormat(Protocol):
    """Writes and reads files of one format; foreign errors become SourceError (`not_an_export`)."""

    def write(self, file: Path, header: Header, batches: Iterable[Sequence[Row]]) -> None: ...

    def read_header(self, file: Path) -> Header: ...

    def read_rows(self, file: Path) -> Iterator[tuple[int, object]]:
        """Each row with its number in the file, for messages."""
        ...


def parse_header(text: str | bytes, file: Path) -> Header:
    """Read what `Header.to_json` wrote; raises SourceError for anything else."""
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as exc:  # JSONDecodeError, UnicodeDecodeError; brackets without end
        raise not_an_export(file) from exc
    match header:
        case {"emoretrieve_export": 1, "items": int(items), "signature": dict(signature)} if all(
            isinstance(value, str) for value in signature.values()
        ):
            return Header(signature, items)
        case {"emoretrieve_export": int(version)} if version != VERSION:
            raise SourceError(
                f"'{file}' is an export of version {version} and this program reads version {VERSION}; "
                "export the collection again with a matching release.",
                kind="other_version",
            )
    raise not_an_export(file)


def not_an_export(file: Path, reason: str = "") -> SourceError:
    """The error for a file that holds something else."""
    detail = f" ({reason})" if reason else ""
    return SourceError(
        f"'{file}' is not a collection that emoretrieve exported{detail}; write one with 'emoretrieve export'.",
        kind="not_an_export",
    )
