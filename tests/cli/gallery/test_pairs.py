"""The page of pairs is one safe file like that of an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from emoretrieve.item import Item
from emoretrieve.pairing.options import PairOptions
from emoretrieve.pairing.pairing import Pairing, pair
from emoretrieve.store.local import LocalStore
from emoretrieve_cli.gallery.pairs import render_pairs
from tests.cli.answers import item
from tests.cli.gallery.test_page import Page


def pairing(*items: Item) -> Pairing:
    store = LocalStore.in_memory({"perception": "lite"})
    store.upsert(list(items))
    with store:
        return pair(store, PairOptions(draws=10))


@pytest.fixture
def page(media: Path) -> Page:
    songs = [item(media / name, modality="audio") for name in ("hum.wav", "tune.wav", "drums.wav")]
    return Page(render_pairs(pairing(*songs, item(media / "mist.png"), item(media / "night.png")), 10))


def test_every_pair_has_its_picture_its_player_and_the_colours_of_both(page: Page) -> None:
    sources = [str(element["src"]).partition(";")[0] for element in page.all("img") + page.all("audio")]
    assert sources == ["data:image/jpeg"] * 2 + ["data:audio/wav"] * 2
    strips = [element["aria-label"] for element in page.all("div") if element.get("role") == "img"]
    assert len(strips) == 4


def test_the_score_stands_beside_that_of_a_random_pair(page: Page) -> None:
    assert "random 1:1 1.0000 standard deviation of the mean 0.0000" in page.text
    assert "score 1.0000 a random pair 1.0000" in page.text
    assert "Without a partner: 1 song." in page.text


def test_no_more_pairs_than_asked_for_are_shown(media: Path) -> None:
    of = pairing(item(media / "hum.wav", modality="audio"), item(media / "tune.wav", modality="audio"), item("/a.png"))
    assert len(Page(render_pairs(of, 1)).all("article")) == 1


def test_values_are_escaped_and_nothing_is_fetched() -> None:
    nasty = "</style><script>alert('x')</script>&\"\n\x1b[31m"
    of = pairing(item("/a.wav", modality="audio", caption=nasty), item(f"/{nasty}.png", metadata={"title": nasty}))
    page = Page(render_pairs(of, 10))
    assert page.all("script") == []
    assert "<script>alert('x')</script>" in page.text
    assert "http:" not in render_pairs(of, 10)
