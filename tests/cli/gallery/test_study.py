"""The page of a study keeps its secret, and asks the network for nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile
from PIL import Image

from emoretrieve.errors import QueryError
from emoretrieve.evaluation.human.design import KINDS, FittedOptions, StudyOptions
from emoretrieve.evaluation.human.key import StudyKey
from emoretrieve.evaluation.human.selection import ChosenPair
from emoretrieve.pairing.options import PairOptions
from emoretrieve.pairing.pairing import pair
from emoretrieve.store.local import LocalStore
from emoretrieve_cli.gallery import study
from emoretrieve_cli.gallery.study import Shelf, StudyPage
from tests.cli.answers import item
from tests.cli.gallery.test_page import Page, contrast

FITTED = FittedOptions(each=1, repeats=1, seed=5)
NASTY = "</script><script>alert('x')</script>"


def chosen(media: Path) -> list[ChosenPair]:
    songs = [item(media / name, modality="audio") for name in ("hum.wav", "tune.wav", "drums.wav")]
    names = ("mist.png", "night.png", "sunny.png")
    pictures = [item(media / name, metadata={"title": "Secret title"}) for name in names]
    return [ChosenPair(kind, song, picture, 0.5) for kind, song, picture in zip(KINDS, songs, pictures, strict=True)]


def key(pairs: list[ChosenPair]) -> StudyKey:
    store = LocalStore.in_memory({"perception": "lite"})
    store.upsert([one for both in pairs for one in (both.song, both.picture)])
    options = PairOptions(draws=3)
    return StudyKey.of(StudyOptions(options), FITTED, pair(store, options), pairs)


def rendered(pairs: list[ChosenPair], consent: str | None = None) -> str:
    return StudyPage.of(key(pairs), pairs, Shelf(), consent).render()


@pytest.fixture(scope="module")
def text(media: Path) -> str:
    return rendered(chosen(media))


def data(text: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = json.loads(
        text.split('<script type="application/json" id="study">')[1].split("</script>")[0]
    )
    return found


def test_the_page_is_the_same_whichever_pairs_are_the_best(media: Path, text: str) -> None:
    pairs = chosen(media)
    for turn in (1, 2):
        kinds = [*KINDS[turn:], *KINDS[:turn]]
        turned = [replace(one, kind=kind, score=0.1 * turn) for one, kind in zip(pairs, kinds, strict=True)]
        assert rendered(turned) == text


def test_nothing_names_an_item_or_its_score(media: Path, text: str) -> None:
    visible = re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
    for both in chosen(media):
        for one in (both.song, both.picture):
            assert one.id not in visible
            assert Path(one.paths[0]).stem not in visible
    for word in ("Secret title", str(media), "0.5", "hungarian", "aligned"):
        assert word not in visible


def test_what_is_embedded_carries_no_tags(text: str, tmp_path: Path) -> None:
    for one in data(text)["pairs"]:
        (tmp_path / "sound.mp3").write_bytes(base64.b64decode(one["sound"].partition(",")[2]))
        with soundfile.SoundFile(tmp_path / "sound.mp3") as sound:
            assert sound.frames > 0
            assert sound.copy_metadata() == {}
        (tmp_path / "picture.jpg").write_bytes(base64.b64decode(one["picture"].partition(",")[2]))
        with Image.open(tmp_path / "picture.jpg") as picture:
            assert not picture.getexif()
            assert "comment" not in picture.info


def test_the_page_asks_the_network_for_nothing_and_runs_its_own_script_only(text: str) -> None:
    assert "http:" not in text
    assert "https:" not in text
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    rules = policy[1].replace("&#39;", "'")
    assert rules.startswith("default-src 'none';")
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in rules


def test_every_question_can_be_answered_by_keyboard_and_is_read_aloud(text: str) -> None:
    page = Page(text.replace("</style>\n<style>", ""))
    radios = [field for field in page.all("input") if field.get("type") == "radio"]
    assert len(radios) == 2 * 7
    assert len(page.all("fieldset")) == 2
    assert len([words for words in page.words if words == ", entirely alike"]) == 1
    labels = {str(label.get("for")) for label in page.all("label")}
    named = [field for field in page.all("input") + page.all("textarea") if field.get("type") != "radio"]
    assert all(field["id"] in labels for field in named)
    assert page.all("img")[0]["alt"] == "The picture of this pair"
    assert page.all("audio")[0]["aria-label"] == "The song of this pair"
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


def test_the_script_finds_everything_that_it_looks_for(text: str) -> None:
    script = text.rpartition("<script>")[2]
    looked_for = set(re.findall(r'\bat\("([\w-]+)"\)', script))
    assert looked_for <= set(re.findall(r'\bid="([\w-]+)"', text))


def test_a_caution_is_readable_in_light_and_dark(text: str) -> None:
    for scheme in text.split("prefers-color-scheme: dark")[:2]:
        colours = dict(re.findall(r"--(wall|card|ink|soft): (#\w{6})", scheme))
        assert contrast(colours["wall"], colours["ink"]) >= 7


def test_the_consent_is_escaped(media: Path) -> None:
    page = Page(rendered(chosen(media), NASTY))
    assert NASTY in page.text
    assert len(page.all("script")) == 2


def test_what_cannot_be_read_cannot_be_shown(tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    shelf = Shelf()
    assert not shelf.can_show(item(tmp_path / "broken.wav", modality="audio"))
    assert not shelf.can_show(item(tmp_path / "broken.png"))
    assert not shelf.can_show(item(tmp_path / "gone.png"))


def test_a_page_that_would_be_too_large_is_refused(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "BUDGET_BYTES", 1_000)
    with pytest.raises(QueryError, match="ask for fewer") as caught:
        rendered(chosen(media))
    assert caught.value.kind == "study_too_large"
