"""Captions say what was measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from emoretrieve.perception.lexicon import LexiconMapper
from emoretrieve.perception.lite.picture_measures import Measures, measure
from emoretrieve.perception.lite.picture_words import FEATURELESS, caption_of
from tests.emoretrieve.perception.lite.picture_drawings import carnival, night, portrait, roses, seashore, street


def measures_of(image: Image.Image) -> Measures:
    return measure(np.asarray(image))[0]


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (night(), ["A dark picture", "mainly navy", "cool throughout", "most of the light is at the top"]),
        (seashore(), ["light picture", "pale blue", "Horizontal lines"]),
        (carnival(), ["yellow", "vivid", "contrast of light and dark is", "Diagonal and curved lines and crisp edges"]),
        (portrait(), ["dark picture", "dark brown", "some tan", "Left and right are much alike"]),
        (roses(), ["green", "red", "warm"]),
        (street(), ["Vertical lines", "rust", "silver"]),
    ],
    ids=["night", "seashore", "carnival", "portrait", "roses", "street"],
)
def test_a_drawing_is_recognised_in_its_caption(image: Image.Image, words: list[str]) -> None:
    caption = caption_of(measures_of(image))
    assert [word for word in words if word not in caption] == [], caption


def test_an_even_surface_is_featureless() -> None:
    assert caption_of(replace(measures_of(street()), even=True)) == FEATURELESS


def test_featureless_holds_no_word_of_emotion() -> None:
    assert LexiconMapper().colour_text(FEATURELESS).is_zero


def test_a_smooth_surface_has_no_lines() -> None:
    smooth = replace(measures_of(street()), detail=0.01)
    assert "The surface is smooth." in caption_of(smooth)
    assert "ines" not in caption_of(smooth).replace("mainly", "")


def test_a_grey_picture_is_without_hue() -> None:
    assert "It is almost without hue." in caption_of(replace(measures_of(street()), saturation=0.01))


def test_captions_end_with_the_mood() -> None:
    assert caption_of(measures_of(street())).split(". ")[-1].startswith("It feels ")
