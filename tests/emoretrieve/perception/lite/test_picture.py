"""Captions of pictures, and the colours that the lexicon reads from them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from emoretrieve.emotion import AXES, EmotionProfile
from emoretrieve.errors import MediaError
from emoretrieve.media import MediaFile
from emoretrieve.media.image import open_parts
from emoretrieve.perception.lexicon import LexiconMapper
from emoretrieve.perception.lite.picture import caption_picture
from emoretrieve.perception.lite.picture_measures import measure
from emoretrieve.perception.lite.picture_words import caption_of
from tests.emoretrieve.perception.lite.picture_drawings import (
    DRAWINGS,
    PAINTINGS,
    carnival,
    darker,
    less_saturated,
    needs_paintings,
    night,
    seashore,
    with_less_contrast,
)

Change = Callable[[Image.Image], Image.Image]
Triples = NDArray[np.int64]

STATED: list[tuple[Change, str, int]] = [
    (darker, "sadness", +1),
    (darker, "excitement", -1),
    (less_saturated, "excitement", -1),
    (less_saturated, "sadness", +1),
    (with_less_contrast, "excitement", -1),
    (with_less_contrast, "calmness", +1),
]
"""What a change of a picture does to its colours, as docs/pictures.md states it."""


def profile_of(path: Path) -> EmotionProfile:
    return LexiconMapper().colour(caption_picture(MediaFile(path, "image", "png")).captions)


def saved(path: Path, image: Image.Image) -> Path:
    image.save(path, format="PNG")
    return path


@functools.cache
def squares() -> tuple[Image.Image, ...]:
    """The paintings, cut to the square."""
    return tuple(Image.fromarray(open_parts(path).whole) for path in sorted(PAINTINGS.glob("*.png")))


def colours_of(image: Image.Image) -> Triples:
    """The colours of the parts of a picture that is the square already, (5, 3)."""
    captions = [caption_of(measures) for measures in measure(np.asarray(image))]
    return np.array([tuple(LexiconMapper().colour_text(caption)) for caption in captions])


def moves(images: Iterable[Image.Image], change: Change, axis: str) -> Triples:
    """How far each part of each picture moves on an axis; pictures and parts that have nothing to change are left out.

    A grey picture cannot be less saturated, and an even part has no contrast and no feeling.
    """
    changed = [(image, change(image)) for image in images]
    pairs = [(colours_of(before), colours_of(after)) for before, after in changed if before != after]
    before, after = (np.concatenate(side) for side in zip(*pairs, strict=True))
    felt = before.any(axis=1) & after.any(axis=1)
    moved: Triples = (after - before)[felt, AXES.index(axis)]
    return moved


@pytest.mark.parametrize(("change", "axis", "direction"), STATED)
def test_changed_drawings_move_as_stated(change: Change, axis: str, direction: int) -> None:
    found = moves((draw() for draw in DRAWINGS.values()), change, axis)
    assert np.mean(found * direction > 0) >= 0.9, found


@needs_paintings
@pytest.mark.parametrize(("change", "axis", "direction"), STATED)
def test_changed_paintings_move_as_stated(change: Change, axis: str, direction: int) -> None:
    found = moves(squares(), change, axis)
    assert np.mean(found * direction > 0) >= 0.9, found


@needs_paintings
def test_paintings_have_distinct_colours() -> None:
    triples = np.concatenate([colours_of(square) for square in squares()])
    assert len(np.unique(triples, axis=0)) >= 0.9 * len(triples)


@pytest.mark.parametrize("image", [Image.new("RGB", (300, 200), "navy"), Image.new("RGB", (1, 1), "white")])
def test_an_even_picture_feels_like_nothing(tmp_path: Path, image: Image.Image) -> None:
    profile = profile_of(saved(tmp_path / "a.png", image))
    assert all(part.is_zero for part in profile.parts)


def test_an_even_quarter_feels_like_nothing_and_the_rest_does(tmp_path: Path) -> None:
    image = carnival()
    image.paste((90, 90, 90), (0, 0, 230, 230))
    profile = profile_of(saved(tmp_path / "a.png", image))
    assert [part.is_zero for part in profile.parts] == [False, True, False, False, False]


def test_lively_quiet_and_gloomy_pictures_are_told_apart(tmp_path: Path) -> None:
    lively, quiet, gloomy = (
        profile_of(saved(tmp_path / draw.__name__, draw())).whole for draw in (carnival, seashore, night)
    )
    assert lively.r > max(quiet.r, gloomy.r)
    assert quiet.g > lively.g
    assert gloomy.b > max(quiet.b, lively.b)


def test_a_name_and_tags_change_nothing(tmp_path: Path) -> None:
    named = MediaFile(saved(tmp_path / "a sad, sad day.png", seashore()), "image", "png", {"title": "Frenzy"})
    plain = MediaFile(saved(tmp_path / "1.png", seashore()), "image", "png")
    assert caption_picture(named) == caption_picture(plain)


def test_the_share_that_was_looked_at_is_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", seashore().resize((400, 200)))
    assert caption_picture(MediaFile(path, "image", "png")).coverage == pytest.approx(0.5)


def test_every_caption_is_whole_sentences(tmp_path: Path) -> None:
    for name, draw in DRAWINGS.items():
        captions = caption_picture(MediaFile(saved(tmp_path / name, draw()), "image", "png")).captions
        for caption in captions.parts:
            assert caption[0].isupper()
            assert caption.endswith(".")
            assert "  " not in caption


def test_a_broken_picture_is_a_media_error(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", carnival())
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(MediaError) as caught:
        caption_picture(MediaFile(path, "image", "png"))
    assert caught.value.kind == "truncated"
