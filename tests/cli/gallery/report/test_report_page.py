"""The report is one safe page that says what the evaluation says and draws what was gathered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("altair", reason="needs the extra 'report'")
pytest.importorskip("vl_convert", reason="needs the extra 'report'")

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.evaluation.evaluation import EvaluationOptions, evaluate
from emoretrieve.evaluation.result_table import ResultTable
from emoretrieve.evaluation.tables import tables
from emoretrieve.item import Item
from emoretrieve.report.gathering import Report, ReportOptions, Subject, gather
from emoretrieve_cli.gallery.report.charts import charts
from emoretrieve_cli.gallery.report.page import render_report
from tests.cli.answers import item
from tests.cli.gallery.test_page import Page
from tests.emoretrieve.search.collection import random_items, store_of

QUICK = ReportOptions(EvaluationOptions(draws=20), pairs=2)
ITEMS = [*random_items("audio", 6, 1), *random_items("image", 5, 1)]


def gathered(items: Sequence[Item], options: ReportOptions = QUICK) -> Report:
    with store_of(items) as store:
        return gather(Subject(store, "mine", "2026-01-02T03:04:05+00:00"), options)


@pytest.fixture(scope="module")
def report() -> Report:
    return gathered(ITEMS)


@pytest.fixture(scope="module")
def html(report: Report) -> str:
    return render_report(report)


def cells(html: str) -> Iterator[list[list[str]]]:
    """The tables of the page, row by row, the first row its columns."""
    for table in re.findall(r"<table>.*?</table>", html, re.DOTALL):
        rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
        yield [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]


def written(table: ResultTable) -> list[list[str]]:
    return [list(table.columns), *map(list, table.rows)]


def test_every_table_of_the_evaluation_is_in_it(html: str) -> None:
    with store_of(ITEMS) as store:
        wanted = tables(evaluate(store, QUICK.evaluation))
    there = list(cells(html))
    assert len(wanted) == 7
    assert [table.title for table in wanted if written(table) not in there] == []
    assert [table.title for table in wanted if f"<caption>{table.title}</caption>" not in html] == []


def test_nothing_is_fetched_and_nothing_runs(html: str) -> None:
    page = Page(html)
    addresses = [value for _, attributes in page.elements for value in attributes.values() if value and "://" in value]
    assert addresses == []
    assert "//" not in re.sub(r"data:[^\"]+", "", html)
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "link", "iframe", "object", "use", "image"})
    assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on")]
    (policy,) = [one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_every_chart_is_told_in_words(html: str) -> None:
    page = Page(html)
    drawn = page.all("svg")
    identifiers = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert len(drawn) == 5
    assert all(one["role"] == "img" for one in drawn)
    assert {one[key] for one in drawn for key in ("aria-labelledby", "aria-describedby")} <= identifiers
    assert len(identifiers) == len([1 for _, attributes in page.elements if "id" in attributes])
    assert "Songs are round, pictures square." in page.text


def test_the_marks_of_a_map_are_the_colours_of_the_items_in_their_places(report: Report) -> None:
    drawings = charts(report).maps
    for drawing, found in zip(drawings, report.maps, strict=True):
        rows = values(drawing.specification)
        marks = [row for row in rows if "items" in row]
        assert [[row["x"], row["y"]] for row in marks] == pytest.approx(found.marks.places, abs=1e-5)
        wanted = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in found.marks.colours.tolist()]
        assert [row["colour"] for row in marks] == wanted
        shapes = re.findall(r'fill="(#[0-9a-f]{6})"', drawing.svg())
        assert shapes == [row["colour"] for row in marks]


def test_the_bars_of_a_spread_are_its_counts(report: Report) -> None:
    for drawing, found in zip(charts(report).spreads, report.spreads, strict=True):
        bars = [row for row in values(drawing.specification) if "pairs" in row]
        for row in found.rows:
            mine = [bar for bar in bars if bar["row"] == row.name]
            assert [bar["pairs"] for bar in mine] == [count for count in row.counts.tolist() if count]
            heights = np.array([bar["y2"] - bar["y"] for bar in mine])
            assert heights / heights.max() == pytest.approx(row.counts[row.counts > 0] / row.counts.max())
        assert drawing.svg().count("<path") >= len(bars)


def values(specification: object) -> list[dict[str, Any]]:
    """All rows of data in a specification of Vega-Lite, in the order of its layers."""
    found: list[dict[str, Any]] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            found.extend(node.get("data", {}).get("values", []))
            for key, value in node.items():
                if key != "data":
                    walk(value)
        elif isinstance(node, list):
            for one in node:
                walk(one)

    walk(specification)
    return found


def test_many_items_are_drawn_as_hexagons_that_count_all_of_them() -> None:
    many = gathered(random_items("audio", 1_200, 2))
    (drawing,) = charts(many).maps
    marks = [row for row in values(drawing.specification) if "items" in row]
    assert sum(row["items"] for row in marks) == 1_200 - many.maps[0].unfelt
    assert len(marks) < 700
    page = render_report(many)
    assert "a hexagon stands for all that lie in it" in page
    assert "240 of them" in page
    assert len(page) < 1_000_000


def test_pairs_have_their_pictures_players_and_colours(media: Path) -> None:
    songs = [item(media / name, modality="audio") for name in ("hum.wav", "tune.wav")]
    page = Page(render_report(gathered([*songs, item(media / "mist.png"), item(media / "night.png")])))
    sources = [str(one["src"]).partition(";")[0] for one in page.all("img") + page.all("audio")]
    assert sources == ["data:image/jpeg"] * 2 + ["data:audio/wav"] * 2
    assert "The best pairs" in page.text
    assert "The worst pairs" in page.text


def test_a_file_that_is_gone_is_told_in_its_place() -> None:
    gone = [item(f"/nowhere/{name}", modality="audio") for name in ("a.wav", "b.wav")]
    page = Page(render_report(gathered([*gone, item("/nowhere/c.png"), item("/nowhere/d.png")])))
    assert page.text.count("The file is no longer where it was.") == 4


def test_values_are_escaped() -> None:
    nasty = "</title><script>alert('x')</script>&\"\n\x1b[31m"
    songs = [item(f"/{number}.wav", modality="audio", metadata={"title": nasty}, caption=nasty) for number in range(2)]
    text = render_report(gathered([*songs, item("/a.png", metadata={"title": nasty}), item("/b.png")]), nasty)
    page = Page(text)
    assert page.all("script") == []
    assert "<script>alert('x')</script>" in page.text
    assert "\x1b" not in text


def test_one_modality_says_that_there_are_no_pairs() -> None:
    page = Page(render_report(gathered(random_items("image", 4, 1))))
    assert "Pairs are of a song and a picture, and need two of each" in page.text
    assert len(page.all("svg")) == 2
    assert "The best pairs" not in page.text


def test_one_item_has_a_map_and_reasons() -> None:
    page = Page(render_report(gathered(random_items("image", 1, 1))))
    assert "0 songs and 1 picture" in page.text
    assert "Too few items" in page.text
    assert len(page.all("svg")) == 1


def test_items_in_which_nothing_was_felt_are_counted() -> None:
    nothing = EmotionProfile.uniform(Rgb(0, 0, 0))
    page = Page(render_report(gathered([item(f"/{number}.png", profile=nothing) for number in range(3)])))
    assert "3 pictures, in none of which anything was felt" in page.text
    assert "3 of 3 pictures" in page.text


def test_the_collection_is_introduced(html: str) -> None:
    text = Page(html).text
    for words in (
        "6 songs and 5 pictures",
        "mine",
        "2 January 2026",
        "described by lite",
        "dated 1800 to 1805 (6 of 6 songs)",
    ):
        assert words in text


def test_tables_of_eight_columns_take_the_whole_width(html: str) -> None:
    wide = re.findall(r'<figure class="wide">\s*<div[^>]*>\s*<table>\s*<caption>([^<]*)', html)
    assert {f"Pairs, {measure} scores, match aligned" for measure in ("plain", "centred", "whitened")} <= set(wide)
    assert "Directions" not in wide
