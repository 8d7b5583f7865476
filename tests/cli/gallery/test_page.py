"""The gallery is one safe file with everything in it."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from emoretrieve.emotion import EmotionProfile
from emoretrieve.errors import SourceError
from emoretrieve_cli.gallery import write_gallery
from emoretrieve_cli.gallery.exhibit import Scale
from emoretrieve_cli.gallery.page import render
from tests.cli.answers import answer, item

_VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """Reads a page strictly: every element is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_the_page_holds_its_pictures_and_sounds(media: Path) -> None:
    song = item(media / "hum.wav", modality="audio")
    page = Page(render(answer(song, item(media / "mist.png"), item(media / "tune.wav", modality="audio"))))
    sources = [str(element["src"]) for element in page.all("img") + page.all("audio")]
    assert [source.partition(";")[0] for source in sources] == ["data:image/jpeg", "data:audio/wav", "data:audio/wav"]


def test_the_page_asks_the_network_for_nothing(media: Path) -> None:
    text = render(answer(item(media / "hum.wav", modality="audio"), item(media / "mist.png")))
    assert "http:" not in text
    assert "https:" not in text
    assert "<script" not in text


def test_every_result_stands_beside_its_chance_level(media: Path) -> None:
    text = Page(render(answer(item(media / "hum.wav", modality="audio"), item(media / "mist.png")))).text
    for expected in ("score 0.9790", "chance 0.9100", "z +1.90", "p 0.010", "most alike in calmness (fragment 2)"):
        assert expected in text


def test_values_are_escaped() -> None:
    nasty = "</style><script>alert('x')</script>&\"\n\x1b[31m\u202e\udcff"
    found = item(f"/{nasty}.png", metadata={"title": nasty, "artist": nasty}, caption=nasty)
    page = Page(render(answer(found, found)))
    assert page.all("script") == []
    assert "<script>alert('x')</script>" in page.text
    assert "\x1b" not in page.text
    assert "\u202e" not in page.text


def test_people_who_do_not_see_are_told_the_same(media: Path) -> None:
    page = Page(render(answer(item(media / "hum.wav", modality="audio"), item(media / "mist.png"))))
    assert page.all("html")[0]["lang"] == "en"
    assert all(image["alt"] for image in page.all("img"))
    assert all(player["aria-label"] for player in page.all("audio"))
    strips = [element["aria-label"] for element in page.all("div") if element.get("role") == "img"]
    assert all("whole: excitement 20, calmness 200, sadness 60" in str(label) for label in strips)
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


def test_a_part_without_feeling_is_told_and_not_painted_black() -> None:
    silent = item("/silent.wav", modality="audio", profile=EmotionProfile.of([(0, 0, 0)] * 5))
    assert 'class="unfelt" title="whole: nothing felt"' in render(answer(silent))


def test_a_file_that_is_gone_is_told() -> None:
    assert "no longer where it was" in Page(render(answer(item("/gone.wav", modality="audio"), item("/gone.png")))).text


def test_an_answer_without_results_is_a_page_too(media: Path) -> None:
    assert "There was nothing to search: no item" in Page(render(answer(item(media / "mist.png")))).text


def test_both_light_and_dark_are_there(media: Path) -> None:
    assert "prefers-color-scheme: dark" in render(answer(item(media / "mist.png")))


def test_text_is_readable_on_its_ground(media: Path) -> None:
    text = render(answer(item(media / "mist.png")))
    for scheme in text.split("prefers-color-scheme: dark")[:2]:
        colours = dict(re.findall(r"--(wall|card|ink|soft): (#\w{6})", scheme))
        for ground in ("wall", "card"):
            assert contrast(colours["ink"], colours[ground]) >= 7
            assert contrast(colours["soft"], colours[ground]) >= 4.5


def test_a_page_is_written_whole_or_not_at_all(media: Path, tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(SourceError) as caught:
        write_gallery(answer(item(media / "mist.png")), tmp_path / "page.html")
    assert caught.value.kind == "not_writable"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_page_replaces_the_old_one_with_the_usual_rights(media: Path, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text("<!DOCTYPE html>old")
    write_gallery(answer(item(media / "mist.png")), file)
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")
    mask = os.umask(0)
    os.umask(mask)
    assert file.stat().st_mode & 0o777 == 0o666 & ~mask


def test_the_scale_holds_every_score_and_chance_level(media: Path) -> None:
    results = answer(item(media / "hum.wav"), item(media / "mist.png"), item(media / "night.png")).results
    scale = Scale.of(results)
    assert 0 < scale.percent(0.91) < scale.percent(results[-1].score) < scale.percent(results[0].score) < 100


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance of `#rrggbb`."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_page_below_a_file_is_refused(media: Path) -> None:
    with pytest.raises(SourceError) as caught:
        write_gallery(answer(item(media / "mist.png")), media / "mist.png" / "page.html")
    assert caught.value.kind == "not_writable"
