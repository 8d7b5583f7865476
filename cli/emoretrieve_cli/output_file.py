"""Files that commands write: whole or not at all, and in the place of nothing but their own kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from emoretrieve.errors import SourceError
from emoretrieve.files import replacing

REPORT_MARK = "<!-- made by emoretrieve report -->"


def write_text(text: str, file: Path, gives_way: Callable[[Path], bool], what: str) -> None:
    """Write a text whole or not at all; raises as `check_place` does."""
    data = text.encode("utf-8", "backslashreplace")
    check_place(file, gives_way, what)
    with _writing(file, what), replacing(file) as partial:
        partial.write_bytes(data)


def check_place(file: Path, gives_way: Callable[[Path], bool], what: str) -> None:
    """Raise SourceError (`not_writable`) where a text could not be written: something else is there, or no folder."""
    with _writing(file, what):
        if file.exists() and not gives_way(file):
            raise SourceError(f"'{file}' is there already and is no {what}; choose another name.", kind="not_writable")
        file.parent.stat()


def check_apart(one: tuple[str, Path | None], other: tuple[str, Path | None]) -> None:
    """Raise click.UsageError where two options, each with its file, name the same."""
    (option, file), (second, twin) = one, other
    if file is not None and twin is not None and file.resolve() == twin.resolve():
        raise click.UsageError(f"{option} and {second} both name '{file}'; give each a file of its own.")


def is_page(file: Path) -> bool:
    """Whether a file may give way to an HTML page: a page itself, or a file without content."""
    return _starts(file, "<!doctype html", "<html")


def is_evaluation(file: Path) -> bool:
    """Whether a file may give way to tables in Markdown: such tables, or a file without content."""
    return _starts(file, "# evaluation\n")


def is_report(file: Path) -> bool:
    """Whether a file may give way to a report in Markdown: one itself, or a file without content."""
    return _starts(file, REPORT_MARK)


def is_pair_table(file: Path) -> bool:
    """Whether a file may give way to a table of pairs, in either layout: one itself, or a file without content."""
    from emoretrieve.exchange.pair_table import COLUMNS

    return _starts(file, *(",".join(columns).lower() for columns in COLUMNS.values()))


def _starts(file: Path, *starts: str) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as there:
        text = there.read(1024).decode("utf-8", "replace").lstrip().lower()
    return not text or text.startswith(starts)


@contextmanager
def _writing(file: Path, what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(f"The {what} '{file}' cannot be written: {error.strerror}.", kind="not_writable") from error
