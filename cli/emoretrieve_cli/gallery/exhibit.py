"""What the page shows, in the words and numbers that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Self

from emoretrieve.emotion import AXES, PARTS, EmotionProfile, Rgb
from emoretrieve.item import Captions, Item
from emoretrieve.search.answer import Result
from emoretrieve.search.options import Source
from emoretrieve.search.query import Query
from emoretrieve.search.rescoring import Rescored
from emoretrieve_cli.gallery.media import Embedder, Picture, Sound
from emoretrieve_cli.terminal.answer import p_text, query_name, why_sentence
from emoretrieve_cli.terminal.item import headline
from emoretrieve_cli.terminal.swatch import hex_code, in_words
from emoretrieve_cli.terminal.text import printable


@dataclass(frozen=True, slots=True)
class Swatch:
    """The colour of one part, with what it means for those who do not see it."""

    part: str
    colour: str
    felt: bool
    meaning: str
    caption: str

    @classmethod
    def of(cls, part: str, colour: Rgb, caption: str) -> Self:
        meaning = "nothing felt" if colour.is_zero else in_words(colour)
        return cls(part.replace("_", " "), hex_code(colour), not colour.is_zero, meaning, printable(caption))


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A picture, a song or words."""

    kind: Source
    name: str
    file_name: str | None
    link: str | None
    """To the file where it is on this machine."""
    picture: Picture | None
    sound: Sound | None
    swatches: tuple[Swatch, ...]
    """The whole, then the four fragments."""
    levels: tuple[tuple[str, int], ...]
    """Each axis with its level of the whole, 0..255."""

    @classmethod
    def of_query(cls, query: Query, embedder: Embedder) -> Self:
        name = item_name(query.item) if query.item else query_name(query)
        swatches = _swatches(query.profile, query.captions)
        return cls._of(query.modality, name, query.paths, embedder, swatches)

    @classmethod
    def of_result(cls, result: Result, embedder: Embedder) -> Self:
        return cls.of_item(result.item, embedder)

    @classmethod
    def of_item(cls, item: Item, embedder: Embedder) -> Self:
        return cls._of(item.modality, item_name(item), item.paths, embedder, _swatches(item.profile, item.captions))

    @classmethod
    def _of(
        cls, kind: Source, name: str, paths: Sequence[str], embedder: Embedder, colours: tuple[tuple[Swatch, ...], Rgb]
    ) -> Self:
        path = next((Path(path) for path in paths if Path(path).is_file()), None)
        swatches, whole = colours
        return cls(
            kind=kind,
            name=name,
            file_name=printable(PurePath(paths[0]).name) if paths else None,
            link=path.absolute().as_uri() if path else None,
            picture=embedder.picture(path) if path and kind == "image" else None,
            sound=embedder.sound(path) if path and kind == "audio" else None,
            swatches=swatches,
            levels=tuple(zip(AXES, whole, strict=True)),
        )


@dataclass(frozen=True, slots=True)
class Scale:
    """From the lowest to the highest of all scores and chance levels on the page."""

    low: float
    high: float

    @classmethod
    def of(cls, results: Sequence[Result]) -> Self:
        return cls.over([value for one in results for value in (one.score, one.chance) if value is not None])

    @classmethod
    def over(cls, values: Sequence[float]) -> Self:
        """From the lowest to the highest of these values."""
        low, high = min(values, default=0.0), max(values, default=1.0)
        margin = 0.06 * (high - low) or 0.01
        return cls(low - margin, high + margin)

    def percent(self, value: float) -> float:
        """How far along the scale a value lies."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)


@dataclass(frozen=True, slots=True)
class Again:
    """The numbers of the second stage; None where one is unknown."""

    similarity: str | None
    chance: str | None
    z: str | None
    blended: str

    @classmethod
    def of(cls, rescored: Rescored) -> Self:
        similarity, chance, z = rescored.similarity, rescored.chance, rescored.z
        return cls(
            None if similarity is None else f"{similarity:.4f}",
            None if chance is None else f"{chance:.4f}",
            None if z is None else f"{z:+.2f}",
            f"{rescored.blended:.4f}",
        )


@dataclass(frozen=True, slots=True)
class Card:
    """One result: the exhibit and how near it is."""

    rank: int
    exhibit: Exhibit
    why: str
    score: str
    chance: str | None
    z: str | None
    p: str | None
    score_percent: float
    chance_percent: float | None
    again: Again | None
    """The second score, where there is one."""

    @classmethod
    def of(cls, result: Result, scale: Scale, embedder: Embedder) -> Self:
        chance, z, p = result.chance, result.z, result.p_best
        return cls(
            rank=result.rank,
            exhibit=Exhibit.of_result(result, embedder),
            why=why_sentence(result.why),
            score=f"{result.score:.4f}",
            chance=None if chance is None else f"{chance:.4f}",
            z=None if z is None else f"{z:+.2f}",
            p=None if p is None else p_text(p),
            score_percent=scale.percent(result.score),
            chance_percent=None if chance is None else scale.percent(chance),
            again=None if result.rescored is None else Again.of(result.rescored),
        )


def item_name(item: Item) -> str:
    """Title and artist; else the name of the file as a title: without its ending, underscores as spaces."""
    if "title" in item.metadata or not item.paths:
        return headline(item)
    return printable(PurePath(item.paths[0]).stem.replace("_", " ")).strip()


def _swatches(profile: EmotionProfile, captions: Captions) -> tuple[tuple[Swatch, ...], Rgb]:
    rows = zip(PARTS, profile.parts, captions.parts, strict=True)
    return tuple(Swatch.of(part, colour, caption) for part, colour, caption in rows), profile.whole
