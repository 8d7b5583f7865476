"""The page in a real browser, on a server of its own, as people use it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from emoretrieve.server.keys import make_key
from emoretrieve_cli.main import main
from tests.browser import browser, complaints, emulate, needs_browser, requested, until
from tests.cli.conftest import copy_sparse
from tests.emoretrieve.server.conftest import Served, serving
from tests.emoretrieve.server.legibility import FAINT, NAMELESS_ROLES, SMALL

pytestmark = needs_browser

REAL = Path(__file__).parents[4] / "shared" / "real_media"

SHOWN = "[...document.querySelectorAll('.card[data-id]')].map(card => card.dataset.id)"
IDLE = "!document.body.hasAttribute('aria-busy')"
SAID = "document.getElementById('status').textContent"

DROP = """
const [input, target] = arguments;
const data = new DataTransfer();
data.items.add(input.files[0]);
for (const name of ["dragenter", "dragover", "drop"])
  target.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
"""


# What people see who have asked something: a question, cards, everything that can be unfolded, a chip and a player.
UNFOLDED = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.fixture(scope="module")
def works(media: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few real paintings and tracks where they are there, and the drawn ones beside them."""
    folder = tmp_path_factory.mktemp("works")
    shutil.copytree(media, folder / "drawn")
    rng = np.random.default_rng(8)
    for number, tint in enumerate(rng.uniform(0.2, 1, (8, 3))):  # so that there is more than one page
        Image.fromarray((255 * tint * rng.uniform(0, 1, (48, 48, 3))).astype(np.uint8)).save(folder / f"{number}.png")
    if REAL.is_dir():
        tracks = [sorted((REAL / "music" / mood).iterdir())[0] for mood in ("calm", "energetic")]
        for file in (*sorted((REAL / "paintings").glob("Katsushika*.png"))[:4], *tracks):
            shutil.copy(file, folder / file.name)
    return folder


@pytest.fixture(scope="module")
def collection(works: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    assert main(["index", str(works), "--data", str(folder), "--workers", "1", "--json"]) == 0
    return folder


@pytest.fixture(scope="module")
def served(collection: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = shutil.copytree(
        collection, tmp_path_factory.mktemp("served") / "home", copy_function=copy_sparse
    )  # the command line reads the other one
    with serving(data) as served:
        yield served


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    with browser() as driver:
        yield driver


@pytest.fixture
def page(driver: webdriver.Chrome, served: Served) -> Iterator[webdriver.Chrome]:
    """The page, just opened; afterwards it has asked nobody else, and the console has nothing to complain of."""
    emulate(driver)
    requested(driver)
    driver.get(served.url)
    until(driver, "document.querySelectorAll('.mark[role=button]').length")
    yield driver
    asked = [url for url in requested(driver) if not url.startswith(("data:", "blob:"))]
    assert asked
    assert [url for url in asked if not url.startswith(served.url)] == []
    assert complaints(driver) == []


def command_line(data: Path, *words: str) -> list[str]:
    command = [sys.executable, "-m", "emoretrieve_cli.main", "query", *words, "--json", "--data", str(data)]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return [result["id"] for result in answer["results"]]


def element(page: webdriver.Chrome, selector: str) -> WebElement:
    return page.find_element(By.CSS_SELECTOR, selector)


def answered(page: webdriver.Chrome) -> list[str]:
    """The ids on the page, once the answer is there."""
    until(page, f"{IDLE} && {SAID}.includes('shown')")
    ids: list[str] = until(page, SHOWN)
    return ids


def drop(page: webdriver.Chrome, file: Path) -> None:
    """Drop a file onto the frame, as a hand with a mouse does."""
    page.execute_script(
        "const made = document.createElement('input'); made.type = 'file'; made.id = 'made'; document.body.append(made)"
    )
    made = element(page, "#made")
    made.send_keys(str(file))
    page.execute_script(DROP, made, element(page, "#drop"))
    page.execute_script("document.getElementById('made').remove()")


def song(works: Path) -> Path:
    return next(iter(sorted(works.glob("*.opus"))), works / "drawn" / "tune.wav")


def test_a_dropped_track_finds_the_pictures_of_the_command_line_with_their_chance(
    page: webdriver.Chrome, collection: Path, works: Path
) -> None:
    drop(page, song(works))
    shown = answered(page)
    assert shown == command_line(collection, str(song(works)), "--limit", "12")
    card = element(page, ".card[data-id]")
    names = [name.text for name in card.find_elements(By.CSS_SELECTOR, ".numbers dt")]
    values = [value.text for value in card.find_elements(By.CSS_SELECTOR, ".numbers dd")]
    assert names == ["score", "chance", "z", "p"]
    assert all(values)
    assert "–" not in values[:3]
    assert until(page, "[...document.querySelectorAll('.card .stage img')].filter(one => one.naturalWidth > 15).length")


def test_a_dropped_picture_finds_songs_and_one_of_them_plays_at_a_time(
    page: webdriver.Chrome, collection: Path, works: Path
) -> None:
    drop(page, works / "drawn" / "mist.png")
    shown = answered(page)
    assert shown == command_line(collection, str(works / "drawn" / "mist.png"), "--limit", "12")
    first, second = page.find_elements(By.CSS_SELECTOR, ".cards .play")[:2]
    first.click()
    until(page, "!document.getElementById('audio').paused && document.getElementById('audio').currentTime > 0.05")
    assert str(first.get_attribute("aria-label")).startswith("Pause ")
    second.click()
    until(
        page, f"document.getElementById('audio').src.includes('{shown[1]}') && !document.getElementById('audio').paused"
    )
    assert str(first.get_attribute("aria-label")).startswith("Play ")
    second.click()
    until(page, "document.getElementById('audio').paused")


def test_words_beside_a_song_count_with_it(page: webdriver.Chrome, collection: Path, works: Path) -> None:
    element(page, "#words").send_keys("wild and joyful")
    drop(page, song(works))
    wanted = command_line(collection, str(song(works)), "--text", "wild and joyful", "--limit", "12")
    assert answered(page) == wanted
    assert "with the words “wild and joyful”" in element(page, ".kicker").text


def test_the_keyboard_alone_asks_reads_steers_and_takes_back(page: webdriver.Chrome, collection: Path) -> None:
    """From the words to the results, a like, a filter and the map, with no mouse."""
    words = element(page, "#words")
    words.send_keys("calm", Keys.ENTER)
    shown = answered(page)
    assert shown == command_line(collection, "--text", "calm", "--limit", "12")
    assert page.switch_to.active_element.get_attribute("id") == "answer-title"
    for _ in range(12):
        page.switch_to.active_element.send_keys(Keys.TAB)
        if page.switch_to.active_element.text == "More like it":
            break
    page.switch_to.active_element.send_keys(Keys.ENTER)
    until(page, "document.querySelectorAll('.chips li').length === 1")
    assert answered(page) == command_line(collection, "--text", "calm", "--like", shown[0], "--limit", "12")
    element(page, ".chips button").send_keys(Keys.ENTER)
    until(page, "document.querySelectorAll('.chips li').length === 0")
    assert answered(page) == shown


def test_the_map_is_walked_with_arrows_and_leads_to_songs(page: webdriver.Chrome, collection: Path) -> None:
    mark = element(page, ".mark[tabindex='0']")
    page.execute_script("arguments[0].focus()", mark)
    labels = []
    for key in (Keys.ARROW_RIGHT, Keys.ARROW_UP, Keys.ARROW_LEFT, Keys.ARROW_DOWN, Keys.ARROW_DOWN):
        page.switch_to.active_element.send_keys(key)
        labels.append(str(page.switch_to.active_element.get_attribute("aria-label")))
    assert len(set(labels)) > 1
    assert all("excitement" in label for label in labels)
    label = labels[-1]
    page.switch_to.active_element.send_keys(Keys.ENTER)
    title = label.rsplit(":", 1)[0]
    until(page, f"document.querySelector('#beside h3').textContent === {json.dumps(title)}")
    page.find_elements(By.CSS_SELECTOR, "#beside .buttons button")[1].send_keys(Keys.ENTER)
    shown = answered(page)
    assert title in element(page, "#answer-title").text
    assert set(shown) == set(command_line(collection, "--text", "calm", "--to", "audio", "--limit", "12"))


def test_a_filter_narrows_a_colour(page: webdriver.Chrome, collection: Path) -> None:
    element(page, "#filters summary").click()
    until(page, "document.querySelectorAll('#facet-artist option').length > 1")
    element(page, "#facet-artist option[value*='Carl Dahl']").click()
    element(page, "#use-colour").click()
    wanted = command_line(collection, "--rgb", "120,150,190", "--filter", "artist=Carl Dahl")
    assert answered(page) == wanted


def test_more_is_shown_below_and_read_on_from_there(page: webdriver.Chrome, collection: Path) -> None:
    element(page, "input[name=to][value=any]").click()
    element(page, "#words").send_keys("calm", Keys.ENTER)
    assert len(answered(page)) == 12
    element(page, "#more").send_keys(Keys.ENTER)
    until(page, f"{SHOWN}.length > 12")
    assert until(page, SHOWN) == command_line(collection, "--text", "calm", "--to", "any", "--limit", "24")
    assert page.switch_to.active_element.text.startswith("13")


def test_what_the_server_refuses_is_told_in_its_words(page: webdriver.Chrome, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("no song")
    drop(page, tmp_path / "note.txt")
    until(
        page, "document.getElementById('problem').textContent.includes(\"'note.txt' is neither a sound nor a picture\")"
    )
    element(page, "#clear").click()
    element(page, "#words").send_keys("table", Keys.ENTER)
    until(page, "document.getElementById('problem').textContent.includes(\"No word of 'table'\")")
    assert [line for line in complaints(page) if "status of 415" not in line and "status of 422" not in line] == []


def test_a_recorded_song_is_a_question(page: webdriver.Chrome) -> None:
    element(page, "#record").click()
    until(page, "document.getElementById('record-note').textContent.includes('2 s')")
    element(page, "#record").click()
    assert answered(page)
    assert element(page, "#answer-title").text == "recording"


def fill(page: webdriver.Chrome) -> None:
    """Ask, like and play, so that everything of the page is there to be looked at."""
    element(page, "#words").send_keys("calm", Keys.ENTER)
    answered(page)
    element(page, ".card .buttons button").click()
    until(page, f"{IDLE} && document.querySelectorAll('.chips li').length === 1")
    element(page, "input[name=to][value=any]").click()
    until(page, f"{IDLE} && document.querySelectorAll('.cards .play').length")
    element(page, ".cards .play").click()
    page.execute_script(UNFOLDED)
    until(page, "!document.getElementById('playing').hidden && document.querySelectorAll('#facets select').length")


@pytest.mark.parametrize("dark", [False, True])
def test_all_text_and_all_edges_stand_out(page: webdriver.Chrome, dark: bool) -> None:
    """WCAG 2.2 AA, 1.4.3 and 1.4.11, computed by the browser that shows them."""
    emulate(page, dark=dark)
    fill(page)
    found: dict[str, list[str]] = page.execute_script(FAINT)
    assert found["faint"] == []
    assert len(found["looked"]) > 60


def test_everything_that_can_be_used_has_a_name_and_a_size(page: webdriver.Chrome) -> None:
    """As the browser tells them to a screen reader; 2.5.8 for sizes."""
    fill(page)
    nodes = page.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    used = [node for node in nodes if not node["ignored"] and node["role"]["value"] in NAMELESS_ROLES]
    assert len(used) > 40
    assert [node["role"] for node in used if not node.get("name", {}).get("value", "").strip()] == []
    assert page.execute_script(SMALL) == []
    assert page.execute_script("return getComputedStyle(document.querySelector('button')).transitionDuration") == "0s"


@pytest.mark.parametrize("width", [390, 320])
def test_a_phone_shows_it_without_scrolling_sideways(page: webdriver.Chrome, width: int) -> None:
    emulate(page, width=width)
    fill(page)
    assert page.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_a_key_is_asked_for_once_and_opens_pictures_and_songs(
    driver: webdriver.Chrome, collection: Path, tmp_path: Path
) -> None:
    key, line = make_key("read", "visitor")
    (tmp_path / "keys").write_text(line + "\n")
    emulate(driver)
    with serving(collection, "--keys", str(tmp_path / "keys")) as closed:
        driver.get(closed.url)
        until(driver, "document.getElementById('key').open")
        element(driver, "#key-text").send_keys("wrong", Keys.ENTER)
        until(driver, "document.getElementById('problem').textContent || document.getElementById('key').open")
        driver.get(closed.url)
        until(driver, "document.getElementById('key-problem').textContent.includes('none that is known here')")
        element(driver, "#key-text").send_keys(key, Keys.ENTER)
        until(driver, "document.querySelectorAll('.mark[role=button]').length")
        element(driver, "#words").send_keys("calm", Keys.ENTER)
        answered(driver)
        until(driver, "[...document.querySelectorAll('.card .stage img')].filter(one => one.naturalWidth > 15).length")
        element(driver, "input[name=to][value=audio]").click()
        until(driver, f"{IDLE} && document.querySelector('.cards .play')")
        element(driver, ".cards .play").click()
        until(driver, "document.getElementById('audio').currentTime > 0.05")
        assert driver.execute_script("return localStorage.length") == 0
        driver.execute_script("sessionStorage.clear()")
    complaints(driver)
