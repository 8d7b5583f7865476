"""The page of an answer: what was asked on top, a card for every result below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from emoretrieve.errors import SourceError
from emoretrieve.files import replacing
from emoretrieve.search.answer import Answer
from emoretrieve_cli.gallery.exhibit import Card, Exhibit, Scale
from emoretrieve_cli.gallery.media import Embedder
from emoretrieve_cli.terminal.answer import nothing_found, reranking_sentence


def write_gallery(answer: Answer, file: Path) -> None:
    """Write the page; it appears whole or not at all, and replaces nothing but another page.

    Raises SourceError (`not_writable`).
    """
    write_page(render(answer), file)


def write_page(html: str, file: Path) -> None:
    """Write a page whole or not at all, in the place of nothing but another page; SourceError (`not_writable`)."""
    write_text(html, file, is_page, "HTML page")


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


@contextmanager
def _writing(file: Path, what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(f"The {what} '{file}' cannot be written: {error.strerror}.", kind="not_writable") from error


def is_page(file: Path) -> bool:
    """Whether a file may give way to a page: a page itself, or a file without content."""
    if not file.is_file():
        return False
    with file.open("rb") as there:
        start = there.read(1024).lstrip().lower()
    return not start or start.startswith((b"<!doctype html", b"<html"))


def render(answer: Answer) -> str:
    """The page as HTML."""
    embedder, scale = Embedder(), Scale.of(answer.results)
    query = Exhibit.of_query(answer.query, embedder)
    cards = [Card.of(result, scale, embedder) for result in answer.results]
    again = None if answer.reranking is None else reranking_sentence(answer.reranking)
    return (
        environment()
        .get_template("page.html")
        .render(answer=answer, query=query, cards=cards, again=again, nothing=nothing_found(answer))
    )


def environment() -> Environment:
    """Every value is escaped, and one that is missing is an error."""
    return Environment(
        loader=PackageLoader("emoretrieve_cli", "gallery/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
