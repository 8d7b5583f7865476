"""Describing a picture in words: look, measure, say.

    open_parts -> measure -> mood -> caption

Nothing but the pixels is looked at, and every constant is fixed, so a picture's captions do not depend on its name,
its tags or the other pictures. `docs/pictures.md` tells what is measured, from which sources, and how well it works.
"""

from __future__ import annotations

from emoretrieve.item import Captions
from emoretrieve.media import MediaFile
from emoretrieve.media.image import open_parts
from emoretrieve.perception import Description
from emoretrieve.perception.lite.picture_measures import measure
from emoretrieve.perception.lite.picture_words import caption_of


def caption_picture(media: MediaFile) -> Description:
    """Describe a picture and its quarters; raises MediaError where it cannot be decoded."""
    parts = open_parts(media.path)
    whole, first, second, third, fourth = (caption_of(measures) for measures in measure(parts.whole))
    return Description(Captions(whole, (first, second, third, fourth)), parts.coverage)
