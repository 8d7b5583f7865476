"""The page of an answer: what was asked on top, a card for every result below."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from emoretrieve.search.answer import Answer
from emoretrieve_cli.gallery.exhibit import Card, Exhibit, Scale
from emoretrieve_cli.gallery.media import Embedder
from emoretrieve_cli.output_file import is_page, write_text
from emoretrieve_cli.terminal.answer import nothing_found, reranking_sentence


def write_gallery(answer: Answer, file: Path) -> None:
    """Write the page; it appears whole or not at all, and replaces nothing but another page.

    Raises SourceError (`not_writable`).
    """
    write_page(render(answer), file)


def write_page(html: str, file: Path) -> None:
    """Write a page whole or not at all, in the place of nothing but another page; SourceError (`not_writable`)."""
    write_text(html, file, is_page, "HTML page")


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
