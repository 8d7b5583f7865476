"""From media to captions to emotion colours.

A perception is a named pair: a captioner (media -> text) and an emotion mapper (text -> colours), with a signature
that says which models, prompts and parameters made a description. A collection keeps the signature of what filled it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.media import MediaFile


@dataclass(frozen=True, slots=True)
class Description:
    """What a captioner says about one file."""

    captions: Captions
    coverage: float
    """Share of the sound or picture that was looked at, 0..1."""


class Captioner(Protocol):
    """Describes a file: the whole and its four fragments."""

    @property
    def signature(self) -> Mapping[str, str]: ...

    def caption(self, media: MediaFile) -> Description:
        """Raise MediaError where the file cannot be decoded, PerceptionError where it cannot be described."""
        ...


class EmotionMapper(Protocol):
    """Maps captions to emotion colours."""

    @property
    def signature(self) -> Mapping[str, str]: ...

    def colour(self, captions: Captions) -> EmotionProfile:
        """Raise PerceptionError where the captions cannot be coloured; never make a colour up."""
        ...

    def colour_text(self, text: str) -> Rgb:
        """The colour of a query in words, (0, 0, 0) where it says nothing of emotion."""
        ...


@dataclass(frozen=True, slots=True)
class PerceptionSettings:
    """What makes a perception: enough to open the same one again in another process."""

    name: str = "lite"
    use_descriptions: bool = False
    """Let titles, artists and tags into the captions (part of the signature)."""


@dataclass(frozen=True, slots=True)
class Perception:
    """A captioner and a mapper under one name."""

    settings: PerceptionSettings
    captioner: Captioner
    mapper: EmotionMapper

    @property
    def signature(self) -> dict[str, str]:
        """Models, prompts and parameters, flat: `{"perception": ..., "captioner.<key>": ..., "mapper.<key>": ...}`."""
        return {
            "perception": self.settings.name,
            "use_descriptions": str(self.settings.use_descriptions).lower(),
            **{f"captioner.{key}": value for key, value in self.captioner.signature.items()},
            **{f"mapper.{key}": value for key, value in self.mapper.signature.items()},
        }

    def describe(self, media: MediaFile) -> tuple[Description, EmotionProfile]:
        """Caption a file and colour the captions."""
        description = self.captioner.caption(media)
        return description, self.mapper.colour(description.captions)


def open_perception(settings: PerceptionSettings) -> Perception:
    """Make the perception of this name ready; raises PerceptionError for an unknown one."""
    if settings.name == "lite":
        from emoretrieve.perception.lexicon import LexiconMapper
        from emoretrieve.perception.lite import LiteCaptioner

        return Perception(settings, LiteCaptioner(settings.use_descriptions), LexiconMapper())
    raise PerceptionError(
        f"There is no perception called '{settings.name}'; the one that is built in is 'lite'.",
        kind="unknown_perception",
    )
