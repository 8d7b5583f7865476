"""The blind page of a study in a real browser: one participant's way from the consent to the file of answers."""

from __future__ import annotations

import json
import time
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import browser, complaints, needs_browser, requested, until
from tests.cli.commands.test_study import add_sounds
from tests.cli.conftest import Run

RATED = [("p01", 1), ("p02", 1), ("p03", 1)]


def downloaded(folder: Path) -> Path:
    """The one JSON file there, as soon as the browser has written it."""
    deadline = time.monotonic() + 60
    while not (found := list(folder.glob("*.json"))):
        assert time.monotonic() < deadline, "nothing was saved"
        time.sleep(0.05)
    return found[0]


@needs_browser
def test_a_participant_clicks_through_the_pairs_and_the_saved_file_is_scored(
    run: Run, filled: Path, tmp_path: Path
) -> None:
    assert filled
    add_sounds(run, tmp_path)
    page, key = tmp_path / "page.html", tmp_path / "key.json"
    assert run("study", "make", page, key, "--seed", "7", "--repeats", "1").code == 0
    with browser() as driver:
        downloads = {"behavior": "allow", "downloadPath": str(tmp_path / "saved")}
        driver.execute_cdp_cmd("Browser.setDownloadBehavior", downloads)
        driver.get(page.as_uri())
        assert not driver.find_element(By.ID, "begin").is_enabled()
        driver.find_element(By.ID, "consent").click()
        driver.find_element(By.ID, "begin").send_keys(Keys.ENTER)
        for number in range(1, 5):
            until(driver, f"document.getElementById('pair-title').textContent === 'Pair {number} of 4'")
            for choice in driver.find_elements(By.CSS_SELECTOR, f"input[value='{number}']"):
                choice.send_keys(Keys.SPACE)
            driver.find_element(By.ID, "next").send_keys(Keys.ENTER)
        until(driver, "document.getElementById('summary').textContent === 'You have rated every pair.'")
        driver.find_element(By.ID, "save-json").click()
        saved = downloaded(tmp_path / "saved")
        assert [url for url in requested(driver) if not url.startswith(("file:", "data:", "blob:"))] == []
        assert complaints(driver) == []
    answers = json.loads(saved.read_text())["answers"]
    assert sorted((one["pair"], one["occasion"]) for one in answers if one["occasion"] == 1) == RATED
    assert [one["feeling"] for one in answers] == [1, 2, 3, 4]
    score = run("study", "score", key, saved, "--json")
    assert score.code == 0, score
    assert score.json["participants"] == 1
