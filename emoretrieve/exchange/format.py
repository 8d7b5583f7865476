"""What a file format of exports offers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from emoretrieve.errors import SourceError
from emoretrieve.store import Embedding

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
    embeddings: Mapping[str, Embedding] = field(default_factory=dict)
    """What made the vectors that rows hold beside their items, by the name of the vectors."""

    def to_json(self) -> str:
        """One line of ASCII."""
        header: dict[str, object] = {
            "emoretrieve_export": VERSION,
            "items": self.items,
            "signature": dict(self.signature),
        }
        if self.embeddings:
            header["embeddings"] = {
                name: {
                    "dimension": of.dimension,
                    "signature": dict(of.signature),
                    **({"numbers": list(of.numbers)} if of.numbers else {}),
                }
                for name, of in self.embeddings.items()
            }
        return json.dumps(header)


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
        case {"emoretrieve_export": 1, "items": int(items), "signature": dict(signature)} if _are_texts(signature):
            return Header(signature, items, _embeddings(header.get("embeddings", {}), file))
        case {"emoretrieve_export": int(version)} if version != VERSION:
            raise SourceError(
                f"'{file}' is an export of version {version} and this program reads version {VERSION}; "
                "export the collection again with a matching release.",
                kind="other_version",
            )
    raise not_an_export(file)


def _embeddings(stored: object, file: Path) -> dict[str, Embedding]:
    if not isinstance(stored, dict):
        raise not_an_export(file)
    found = {}
    for name, embedding in stored.items():
        match embedding:
            case {"dimension": int(dimension), "signature": dict(signature)} if _are_texts(signature):
                numbers = embedding.get("numbers", [])
                if not isinstance(numbers, list) or not all(isinstance(number, str) for number in numbers):
                    raise not_an_export(file, f"it does not say what stands beside the vectors '{name}'")
                found[name] = Embedding(name, dimension, signature, numbers=tuple(numbers))
            case _:
                raise not_an_export(file, f"it does not say what made the vectors '{name}'")
    return found


def _are_texts(values: Mapping[object, object]) -> bool:
    return all(isinstance(value, str) for value in values.values())


def not_an_export(file: Path, reason: str = "") -> SourceError:
    """The error for a file that holds something else."""
    detail = f" ({reason})" if reason else ""
    return SourceError(
        f"'{file}' is not a collection that emoretrieve exported{detail}; write one with 'emoretrieve export'.",
        kind="not_an_export",
    )
