"""Captions and colours that exist already: what stands in for a captioner and a mapper where files gave both.

`emoretrieve index --captions FILE [--colours FILE]` fills collections of this perception (`docs/captions.md`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.media import MediaFile
from emoretrieve.perception import Description
from emoretrieve.perception.registry import Opening

OPTIONS: Mapping[str, str] = {}
"""Nothing can be chosen about what is given."""


class GivenCaptioner:
    """Stands for captions that were read from files; it cannot describe anything itself."""

    @property
    def signature(self) -> Mapping[str, str]:
        return {"name": "captions"}

    def caption(self, media: MediaFile) -> Description:
        """Raise PerceptionError, always."""
        raise PerceptionError(
            f"The captions of this collection came from files, so '{media.path}' cannot be described for it; use an "
            "id or a name that 'emoretrieve list' shows, or --text WORDS.",
            kind="no_captioner",
        )


class GivenMapper:
    """Stands for colours that were read from files; it cannot colour anything itself."""

    @property
    def signature(self) -> Mapping[str, str]:
        return {"name": "given"}

    def colour(self, captions: Captions) -> EmotionProfile:
        """Raise PerceptionError, always."""
        _refuse(captions.whole)

    def colour_text(self, text: str) -> Rgb:
        """Raise PerceptionError, always."""
        _refuse(text)


def open_captioner(_opening: Opening) -> GivenCaptioner:
    """The captioner, which has no settings."""
    return GivenCaptioner()


def open_mapper(_opening: Opening) -> GivenMapper:
    """The mapper, which has no settings."""
    return GivenMapper()


def _refuse(text: str) -> NoReturn:
    beginning = text if len(text) <= 40 else f"{text[:39]}…"
    raise PerceptionError(
        f"The colours of this collection came from files, so '{beginning}' cannot be coloured for it; use an id or a "
        "name that 'emoretrieve list' shows, or give the collection a mapper with 'emoretrieve recolour --mapper "
        "lexicon'.",
        kind="no_mapper",
    )
