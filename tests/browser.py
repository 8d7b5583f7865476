"""A real browser for the tests of pages: Debian's Chromium, which is there without a download."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_DRIVER = shutil.which("chromedriver")
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # tests may run as root
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--window-size=1280,900",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)

needs_browser = pytest.mark.skipif(
    not (_CHROMIUM and _DRIVER), reason="needs chromium and chromedriver (Debian: apt-get install chromium-driver)"
)


@contextmanager
def browser() -> Iterator[webdriver.Chrome]:
    """A browser with a profile of its own, in which somebody wishes for less motion."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(_CHROMIUM)
    for option in _OPTIONS:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    os.environ.setdefault("NO_PROXY", "127.0.0.1,localhost")  # of the way to the driver
    driver = webdriver.Chrome(options=options, service=Service(_DRIVER))
    try:
        emulate(driver)
        yield driver
    finally:
        driver.quit()


def emulate(driver: webdriver.Chrome, *, width: int = 1280, dark: bool = False) -> None:
    """Another screen: its width in pixels, and light or dark."""
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    features = {"prefers-color-scheme": "dark" if dark else "light", "prefers-reduced-motion": "reduce"}
    media = [{"name": name, "value": value} for name, value in features.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})


def until(driver: webdriver.Chrome, script: str, seconds: float = 60) -> Any:  # as JavaScript has it
    """The value of an expression, as soon as it is true there."""

    def value(driver: webdriver.Chrome) -> Any:
        return driver.execute_script(f"return ({script})")

    return WebDriverWait(driver, seconds).until(value, f"never: {script}")


def complaints(driver: webdriver.Chrome) -> list[str]:
    """What the console says that is no plain note."""
    found: list[str] = [
        str(entry["message"]) for entry in _log(driver, "browser") if entry["level"] in ("WARNING", "SEVERE")
    ]
    return found


def requested(driver: webdriver.Chrome) -> list[str]:
    """The URLs of everything that the browser has asked for since it was last asked."""
    events = (json.loads(entry["message"])["message"] for entry in _log(driver, "performance"))
    return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]


def _log(driver: webdriver.Chrome, kind: str) -> list[dict[str, Any]]:  # as JSON has it
    entries: list[dict[str, Any]] = driver.get_log(kind)  # type: ignore[no-untyped-call]  # selenium's
    return entries
