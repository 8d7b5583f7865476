"""A perception for tests: instant, deterministic, and as ill-behaved as a file asks it to be.

A fake picture or sound is the signature of a real format followed by text. The text is what the captions say; a few
texts make the worker process misbehave as real decoders do.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.errors import MissingDependency, PerceptionError
from emoretrieve.item import Captions, hash_file
from emoretrieve.media import MediaFile
from emoretrieve.perception import Description, Perception, PerceptionSettings

PICTURE = b"\x89PNG\r\n\x1a\n"
SOUND = b"fLaC"


def picture(path: Path, text: str) -> Path:
    """Write a fake picture."""
    return _write(path, PICTURE + text.encode())


def sound(path: Path, text: str) -> Path:
    """Write a fake sound."""
    return _write(path, SOUND + text.encode())


def _write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _fail(_path: Path) -> None:
    raise PerceptionError("This file says that it cannot be described.")


def _meet(path: Path) -> None:
    """Wait until another process reads a file of the same folder, too."""
    path.with_suffix(".here").touch()
    deadline = time.monotonic() + 30
    while len(list(path.parent.glob("*.here"))) < 2:
        if time.monotonic() > deadline:
            raise PerceptionError("Nobody else came.")
        time.sleep(0.01)


_DEEDS: dict[str, Callable[[Path], object]] = {
    "killed": lambda _path: os.kill(os.getpid(), signal.SIGKILL),
    "segfault": lambda _path: os.kill(os.getpid(), signal.SIGSEGV),
    "exits": lambda _path: os._exit(7),
    "hangs": lambda _path: time.sleep(3_600),
    "slow": lambda _path: time.sleep(0.3),
    "fails": _fail,
    "bug": lambda _path: 1 // 0,
    "meets": _meet,
}


def misbehave(path: Path, text: str) -> None:
    """Do what the first word of a file's text says, where it is one of the deeds."""
    deed = _DEEDS.get(text.split(" ")[0])
    if deed:
        deed(path)


class FakeCaptioner:
    """Says what the file says, and under `use_descriptions` its title."""

    def __init__(self, use_descriptions: bool) -> None:
        self._use_descriptions = use_descriptions

    @property
    def signature(self) -> Mapping[str, str]:
        return {"name": "fake"}

    def caption(self, media: MediaFile) -> Description:
        text = media.path.read_bytes().split(b"\n")[-1].removeprefix(SOUND).decode("utf-8", "replace")
        misbehave(media.path, text)
        title = f", {media.metadata.get('title')}" if self._use_descriptions else ""
        return Description(Captions(f"{hash_file(media.path)[:8]}{title}", (text, text, text, text)), 0.5)


class FakeMapper:
    """A colour from the length of each caption."""

    @property
    def signature(self) -> Mapping[str, str]:
        return {"name": "fake"}

    def colour(self, captions: Captions) -> EmotionProfile:
        return EmotionProfile.of([tuple(self.colour_text(part)) for part in captions.parts])

    def colour_text(self, text: str) -> Rgb:
        return Rgb(len(text) % 256, 10, 20)


def open_fake(settings: PerceptionSettings) -> Perception:
    """Opens in worker processes too: they import it by name."""
    return Perception(settings, FakeCaptioner(settings.use_descriptions), FakeMapper())


def open_without_library(_settings: PerceptionSettings) -> Perception:
    """As a perception whose library is not installed."""
    raise MissingDependency("The library 'imaginary' is missing; install it.")


def open_and_die(_settings: PerceptionSettings) -> Perception:
    """As a perception whose library kills the process when it is loaded."""
    os._exit(3)
