"""From media to captions to emotion colours.

A perception is a named pair: a captioner (media -> text) and an emotion mapper (text -> colours), with a signature
that says which models, prompts and parameters made a description. A collection keeps the signature of what filled it.

Captioners and mappers come in two kinds. Most work by themselves, in any process (`Captioner`, `EmotionMapper`).
Others ask language models that one process holds for many items at once (`ModelCaptioner`, `ModelMapper`): their part
that needs no model, `prepare`, runs in any process, the rest in a `prompted.describer.Describer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from emoretrieve.emotion import EmotionProfile, Rgb, Spread
from emoretrieve.item import Captions, Modality
from emoretrieve.media import MediaFile
from emoretrieve.perception.settings import PerceptionChoice, PerceptionSettings, Role

if TYPE_CHECKING:
    from emoretrieve.perception.prompted.describer import Describer
    from emoretrieve.perception.prompted.excerpts import Excerpts
    from emoretrieve.perception.prompted.ledger import Answers, Ledger

__all__ = [
    "Captioner",
    "Coloured",
    "Described",
    "Description",
    "Embedder",
    "EmotionMapper",
    "ModelCaptioner",
    "ModelMapper",
    "Perception",
    "PerceptionChoice",
    "PerceptionSettings",
    "Prepared",
    "Role",
    "open_perception",
]


@dataclass(frozen=True, slots=True)
class Description:
    """What a captioner says about one file."""

    captions: Captions
    coverage: float
    """Share of the sound or picture that was looked at, 0..1; of parts that differ, the smallest."""


@dataclass(frozen=True, slots=True)
class Coloured:
    """What a mapper makes of captions."""

    profile: EmotionProfile
    spread: Spread | None = None
    """How far the samples lie apart whose median the profile is; None where there was one."""


@dataclass(frozen=True, slots=True)
class Described:
    """One file, described and coloured."""

    description: Description
    coloured: Coloured


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


class Embedder(Protocol):
    """Embeds media and words as vectors of one space, for rescoring."""

    @property
    def signature(self) -> Mapping[str, str]: ...

    @property
    def dimension(self) -> int:
        """The length of its vectors."""
        ...

    def embed(self, media: MediaFile) -> list[float]:
        """The unit vector of a file; raises MediaError where it cannot be decoded."""
        ...


@runtime_checkable
class ModelCaptioner(Protocol):
    """A captioner that asks language models; one process holds them and many items are in flight."""

    @property
    def signature(self) -> Mapping[str, str]: ...

    @property
    def exclusive(self) -> bool:
        """As `ChatModel.exclusive`: its models of sounds, of pictures and of colours may have to take turns."""
        ...

    def concurrency(self, modality: Modality) -> int:
        """Requests that its model for this modality works on at once."""
        ...

    def prepare(self, media: MediaFile) -> Excerpts:
        """Decode what the models get to hear or see; in any process. Raises MediaError. Needs `media.sha256`."""
        ...

    def recall(self, media: MediaFile) -> Description | None:
        """The description that was made of these bytes before; None where a part of it is missing.

        Raises the PerceptionError that was kept of an item that could not be described.
        """
        ...

    async def caption_excerpts(self, excerpts: Excerpts) -> Description:
        """Raise PerceptionError where a caption cannot be had."""
        ...

    def forget(self, media: MediaFile) -> None:
        """Drop a failure that was kept of this file, so that it is tried anew."""
        ...

    async def aclose(self) -> None: ...


@runtime_checkable
class ModelMapper(Protocol):
    """An emotion mapper that asks a language model."""

    @property
    def signature(self) -> Mapping[str, str]: ...

    @property
    def exclusive(self) -> bool:
        """As `ChatModel.exclusive`."""
        ...

    @property
    def concurrency(self) -> int:
        """Items that fill its model with requests, of which it may make several at once about each."""
        ...

    async def colour_captions(self, captions: Captions) -> Coloured:
        """Raise PerceptionError where the captions cannot be coloured; never make a colour up."""
        ...

    async def colour_words(self, text: str) -> Rgb:
        """The colour of a query in words, (0, 0, 0) where it says nothing of emotion."""
        ...

    def forget(self, captions: Captions) -> None:
        """Drop a failure that was kept of these captions, so that they are tried anew."""
        ...

    async def aclose(self) -> None: ...


Prepared: TypeAlias = "Excerpts | Description"
"""What `Perception.prepare` makes of a file: ready captions, or what models have to be asked about."""


@dataclass(frozen=True, eq=False)
class Perception:
    """A captioner and a mapper under one name. Close it where it may have asked models."""

    settings: PerceptionSettings
    captioner: Captioner | ModelCaptioner
    mapper: EmotionMapper | ModelMapper
    ledger: Ledger | None = None
    """What models were asked before; None where no model is asked."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Packages and versions of plug-ins, for the signature."""

    @property
    def signature(self) -> dict[str, str]:
        """Models, prompts and parameters, flat: `{"perception": ..., "captioner.<key>": ..., "mapper.<key>": ...}`."""
        from emoretrieve.perception.registry import default_mapper

        mapper = self.settings.mapper or default_mapper(self.settings.name)
        return {
            "perception": self.settings.name,
            **({} if mapper == default_mapper(self.settings.name) else {"mapper": mapper}),
            "use_descriptions": str(self.settings.use_descriptions).lower(),
            **{f"captioner.{key}": value for key, value in self.captioner.signature.items()},
            **{f"mapper.{key}": value for key, value in self.mapper.signature.items()},
            **self.origins,
        }

    @property
    def asks_models(self) -> bool:
        """True where `describer` has to do a part of the work."""
        return isinstance(self.captioner, ModelCaptioner) or isinstance(self.mapper, ModelMapper)

    @cached_property
    def describer(self) -> Describer:
        """What asks the models; made when it is first needed, closed with the perception."""
        from emoretrieve.perception.prompted.describer import Describer

        return Describer(self)

    def prepare(self, media: MediaFile) -> Prepared:
        """Do what needs no model, in any process. Raises MediaError, PerceptionError."""
        if isinstance(self.captioner, ModelCaptioner):
            return self.captioner.prepare(media)
        return self.captioner.caption(media)

    def describe(self, media: MediaFile) -> Described:
        """Caption a file and colour the captions."""
        if isinstance(self.captioner, ModelCaptioner) or isinstance(self.mapper, ModelMapper):
            return self.describer.describe(media)
        description = self.captioner.caption(media)
        return Described(description, Coloured(self.mapper.colour(description.captions)))

    def colour_text(self, text: str) -> Rgb:
        """The colour of a query in words, (0, 0, 0) where it says nothing of emotion."""
        if isinstance(self.mapper, ModelMapper):
            return self.describer.colour_words(text)
        return self.mapper.colour_text(text)

    def close(self) -> None:
        """Free models and connections, if any were used."""
        try:
            if "describer" in vars(self):
                self.describer.close()
        finally:
            if self.ledger is not None:
                self.ledger.close()


def open_perception(settings: PerceptionSettings, ledger_file: Path | Answers | None = None) -> Perception:
    """Make the perception of this name ready; loads no model and connects to nothing.

    `ledger_file`, or what stands for one on another machine, keeps the answers of models; without it they are kept in
    memory. Raises PerceptionError for an unknown captioner or mapper (`unknown_perception`) and for options that make
    no sense (`bad_option`), MissingDependency where an extra is not installed.
    """
    from emoretrieve.perception.registry import Opening, captioner_named, default_mapper, mapper_named

    opening = Opening(settings, ledger_file)
    open_captioner = captioner_named(settings.name)
    open_mapper = mapper_named(settings.mapper or default_mapper(settings.name))
    if settings.options:
        _check_options(settings)
    captioner, mapper = open_captioner(opening), open_mapper(opening)
    return Perception(settings, captioner, mapper, opening.ledger_in_use, opening.origins)


def _check_options(settings: PerceptionSettings) -> None:
    from emoretrieve.perception.options import check_options
    from emoretrieve.perception.registry import option_names

    check_options(settings.options, option_names(settings))
