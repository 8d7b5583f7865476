"""The built-in captioner: measured attributes of sound and picture, said in words; no model, no download."""

from __future__ import annotations

from collections.abc import Mapping

from emoretrieve.item import Captions, Metadata
from emoretrieve.media import MediaFile
from emoretrieve.perception import Description
from emoretrieve.perception.registry import Opening
from emoretrieve.perception.said import said_by

VERSION = "1"
"""Raise it whenever a constant or a word of the captions changes: collections made with another one do not mix."""


class LiteCaptioner:
    """Describes sound and pictures by what can be measured in them."""

    def __init__(self, use_descriptions: bool = False) -> None:
        self._use_descriptions = use_descriptions

    @property
    def signature(self) -> Mapping[str, str]:
        return {"name": "lite", "version": VERSION}

    def caption(self, media: MediaFile) -> Description:
        """Describe a file; raises MediaError where it cannot be decoded."""
        if media.modality == "audio":
            from emoretrieve.perception.lite.sound import caption_sound as describe
        else:
            from emoretrieve.perception.lite.picture import caption_picture as describe
        description = describe(media)
        if not self._use_descriptions:
            return description
        return Description(_with_descriptions(description.captions, media.metadata), description.coverage)


def open_captioner(opening: Opening) -> LiteCaptioner:
    """The captioner of these settings."""
    return LiteCaptioner(opening.settings.use_descriptions)


def _with_descriptions(captions: Captions, metadata: Metadata) -> Captions:
    """The captions with one sentence more about what the file says of itself."""
    said = said_by(metadata)
    if not said:
        return captions
    first, second, third, fourth = (f"{caption} Described as {said}." for caption in captions.fragments)
    return Captions(f"{captions.whole} Described as {said}.", (first, second, third, fourth))
