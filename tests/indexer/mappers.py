"""Mappers for tests of captions that exist already: one that works by itself, one that asks a model which pretends."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception import Coloured, registry
from emoretrieve.perception.registry import Opening


@dataclass
class LengthMapper:
    """A colour from the length of each caption; whoever says "nothing" cannot be coloured."""

    asked: list[str] = field(default_factory=list)

    @property
    def signature(self) -> Mapping[str, str]:
        return {"name": "length"}

    def colour(self, captions: Captions) -> EmotionProfile:
        self.asked.append(captions.whole)
        if captions.whole == "nothing":
            raise PerceptionError("Nothing was felt.", kind="bad_colours", answer="I cannot.")
        return EmotionProfile.of([(len(part) % 256, 20, 30) for part in captions.parts])

    def colour_text(self, text: str) -> Rgb:
        return Rgb(len(text) % 256, 20, 30)


@dataclass
class PretendingMapper:
    """Answers after a while, many at once; "gone" ends the run, "nothing" fails until it is forgotten."""

    asked: list[str] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    at_once: int = 0
    most_at_once: int = 0
    exclusive: bool = False
    concurrency: int = 4

    @property
    def signature(self) -> Mapping[str, str]:
        return {"name": "pretending"}

    async def colour_captions(self, captions: Captions) -> Coloured:
        text = captions.whole
        self.asked.append(text)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.02)
        self.at_once -= 1
        if text == "gone":
            raise PerceptionError("The server is gone; start it again.", kind="server_gone")
        if text in self.failed:
            raise PerceptionError("The model names no colours.", kind="bad_colours", answer="No.")
        spread = tuple((1.0, 2.0, 3.0) for _ in captions.parts)
        return Coloured(EmotionProfile.of([(len(part) % 256, 1, 2) for part in captions.parts]), spread)

    async def colour_words(self, text: str) -> Rgb:
        return Rgb(len(text) % 256, 1, 2)

    def forget(self, captions: Captions) -> None:
        self.failed.discard(captions.whole)

    async def aclose(self) -> None:
        """Nothing is held."""


@dataclass
class Mappers:
    """The mappers that are registered for one test."""

    length: LengthMapper = field(default_factory=LengthMapper)
    pretending: PretendingMapper = field(default_factory=PretendingMapper)


_open: list[Mappers] = []


def open_length(_opening: Opening) -> LengthMapper:
    return _open[-1].length


def open_pretending(_opening: Opening) -> PretendingMapper:
    return _open[-1].pretending


def register(monkeypatch: pytest.MonkeyPatch) -> Mappers:
    """Make the mappers `length` and `pretending` known under their names."""
    mappers = Mappers()
    monkeypatch.setattr(f"{__name__}._open", [mappers])
    for name in ("length", "pretending"):
        monkeypatch.setitem(registry._MAPPERS, name, f"{__name__}:open_{name}")
    return mappers
