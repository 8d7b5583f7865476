"""The report as Markdown, read by a parser of CommonMark."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from emoretrieve.errors import SourceError
from emoretrieve.report.gathering import Report
from emoretrieve.report.tables import report_tables
from emoretrieve_cli.gallery.report.markdown import escaped, render_markdown, write_report_markdown
from tests.cli.answers import item
from tests.emoretrieve.report.test_gathering import PICTURES, SONGS, gathered

PARSER = MarkdownIt().enable("table")


def headings(text: str) -> list[str]:
    tokens = PARSER.parse(text)
    return [tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"]


@pytest.fixture
def report() -> Report:
    return gathered(*SONGS, *PICTURES)


def test_every_table_is_a_table_with_all_its_rows(report: Report) -> None:
    tokens = PARSER.parse(render_markdown(report))
    wanted = report_tables(report)
    assert sum(token.type == "table_open" for token in tokens) == len(wanted) + 2
    rows = sum(len(table.rows) for table in wanted) + len(report.shown.best) + len(report.shown.worst)
    assert sum(token.type == "tr_open" for token in tokens) == rows + len(wanted) + 2
    assert [table.title for table in wanted if table.title not in headings(render_markdown(report))] == []


def test_it_says_what_the_page_says(report: Report) -> None:
    text = render_markdown(report, "A title")
    assert headings(text)[:6] == [
        "A title",
        "Between three emotions",
        "Where they differ most",
        "What chance would give",
        "The best pairs",
        "The worst pairs",
    ]
    assert "random pair of a song and a picture" in text


@pytest.mark.parametrize("text", ["*a* _b_ `c`", "<b>x</b> &amp; [y](z)", "a | b", "# no ~~heading~~", "back\\slash"])
def test_names_mean_themselves(text: str) -> None:
    (paragraph,) = [token for token in PARSER.parse(f"x {escaped(text)}") if token.type == "inline"]
    assert paragraph.children is not None
    assert "".join(child.content for child in paragraph.children) == f"x {text}"


def test_a_title_of_two_lines_stays_one_heading(report: Report) -> None:
    assert headings(render_markdown(report, "a\n# b"))[:2] == ["a\\\\n\\# b", "Between three emotions"]


def test_a_bar_in_a_title_stays_in_its_cell() -> None:
    songs = [item(f"/{number}.wav", modality="audio", metadata={"title": "a | b"}) for number in range(2)]
    text = render_markdown(gathered(*songs, item("/a.png"), item("/b.png")))
    (line,) = {line for line in text.splitlines() if line.startswith("| 1 |")}
    cells = [token.content for token in PARSER.parse(f"|a|b|c|d|e|\n|-|-|-|-|-|\n{line}") if token.type == "inline"]
    assert cells[6].replace("\\|", "|") == "a | b"


def test_it_replaces_its_own_kind_and_nothing_else(report: Report, tmp_path: Path) -> None:
    file = tmp_path / "report.md"
    write_report_markdown(report, file)
    write_report_markdown(report, file, "again")
    assert "# again" in file.read_text()
    file.write_text("# My notes\n")
    with pytest.raises(SourceError, match="no report in Markdown") as caught:
        write_report_markdown(report, file)
    assert caught.value.kind == "not_writable"
    assert file.read_text() == "# My notes\n"
    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]
