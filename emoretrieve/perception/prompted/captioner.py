"""The captioner that lets language models listen and look, part by part, and asks nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

from emoretrieve.emotion import PARTS
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions, Modality
from emoretrieve.media import MediaFile
from emoretrieve.media.image import PARTS_VERSION
from emoretrieve.media.sound_windows import WINDOWS_VERSION
from emoretrieve.perception import Description
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.caption_check import CHECKS_VERSION, checked_caption, cleaned
from emoretrieve.perception.prompted.chat import Answer, Answering, ChatModel, Clip, SoundClip
from emoretrieve.perception.prompted.excerpts import Excerpts, excerpts_of
from emoretrieve.perception.prompted.failures import LASTING, RUN_ENDING
from emoretrieve.perception.prompted.ledger import Ledger, ledger_key
from emoretrieve.perception.prompted.prompts import Prompts, load_prompts
from emoretrieve.perception.prompted.turns import Turns
from emoretrieve.perception.said import said_by
from emoretrieve.perception.settings import PerceptionSettings

SILENCE = "There is nothing to hear in this part: it is silent."
"""Said of a part without any sound, in place of a model, which would describe it as music."""

_TRIES = 3
"""Where sampling gives another answer each time; a greedy one would be the same."""
_MOST_SAID = 2000
"""Characters of what a file says of itself."""

_CUT: Mapping[Modality, str] = {"audio": WINDOWS_VERSION, "image": PARTS_VERSION}
"""The rules by which files become clips."""

_Kept: TypeAlias = Mapping[str, Any]
"""What the ledger holds of a part: a caption (`text`, `coverage`, `complete`, `usage`), or the failure to get one
(`error`, `kind`, `answer`)."""


@dataclass(frozen=True, slots=True)
class _Observer:
    """One modality: who is asked, what, and how it is answered."""

    model: ChatModel
    prompts: Prompts
    answering: Answering

    @classmethod
    def of(cls, model: ChatModel, options: Options) -> _Observer:
        temperature = options.number("temperature", 0.0, 0.0, 2.0)
        seed = options.integer("seed", 0, 0, 2**31 - 1 - _TRIES)
        answering = Answering(
            max_new_tokens=options.integer("max_new_tokens", 512, 1, 1_000_000),
            temperature=temperature,
            seed=seed if temperature else 0,
        )
        return cls(model, load_prompts(options.text("prompts")), answering)

    @property
    def signature(self) -> dict[str, str]:
        sampling = {"seed": str(self.answering.seed)} if self.answering.temperature else {}
        return {
            **self.model.signature,
            "prompts": self.prompts.version,
            "prompts_sha256": self.prompts.sha256,
            "max_new_tokens": str(self.answering.max_new_tokens),
            "temperature": f"{self.answering.temperature:g}",
            **sampling,
        }

    def key(self, modality: Modality, sha256: str, part: int, said: str) -> str:
        """What the answer about a part depends on: with the texts themselves, whatever else their file holds.

        The number of windows follows from the bytes, so the sentence about them is there in any case.
        """
        texts = self.prompts.caption(modality, part, windows=2, said=said)
        asked = {**asdict(texts), **asdict(self.answering), "cut": _CUT[modality], "checks": CHECKS_VERSION}
        return ledger_key("caption", sha256, PARTS[part], dict(self.model.signature), asked)


class PromptedCaptioner:
    """Describes the whole and the fragments of sounds and pictures by one request each, all at once.

    Every caption is kept in the ledger the moment it is there, and so is a failure that would come again. A part that
    fails does not stop the requests about the others, so that nothing has to be asked twice if it is tried anew; only
    what ends a run ends them too.
    """

    def __init__(
        self, models: Mapping[Modality, ChatModel], options: Options, ledger: Ledger, use_descriptions: bool = False
    ) -> None:
        """`options` are those for all roles; raises PerceptionError of kind `bad_option` or `bad_prompts`."""
        settings = PerceptionSettings(options=options.given)
        self._observers = {
            modality: _Observer.of(model, Options(settings.of_role(modality), modality))
            for modality, model in models.items()
        }
        self._ledger = ledger
        self._use_descriptions = use_descriptions
        self._turns = Turns()

    @property
    def signature(self) -> Mapping[str, str]:
        """Of each modality under its name, such as `audio.model`; of how files are cut and of what is checked."""
        own = {"windows": WINDOWS_VERSION, "pictures": PARTS_VERSION, "checks": CHECKS_VERSION}
        return own | {
            f"{modality}.{key}": value
            for modality, observer in self._observers.items()
            for key, value in observer.signature.items()
        }

    @property
    def exclusive(self) -> bool:
        return any(observer.model.exclusive for observer in self._observers.values())

    def concurrency(self, modality: Modality) -> int:
        return self._observers[modality].model.concurrency

    def prepare(self, media: MediaFile) -> Excerpts:
        return excerpts_of(media, self._said(media))

    def recall(self, media: MediaFile) -> Description | None:
        captions = []
        for key in self._keys(media):
            if (kept := self._ledger.look_up(key)) is None:
                return None  # most often at the first part: nothing was asked about this file before
            captions.append(_unless_failed(kept))
        self._ledger.note_recalled(media.modality, len(PARTS))
        return _description(captions)

    async def caption_excerpts(self, excerpts: Excerpts) -> Description:
        tasks = [asyncio.create_task(self._try_part(excerpts, part)) for part in range(len(PARTS))]
        try:
            results = await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for failure in results:
            if isinstance(failure, PerceptionError):
                raise failure
        return _description([caption for caption in results if not isinstance(caption, PerceptionError)])

    def forget(self, media: MediaFile) -> None:
        """Captions of parts that succeeded stay."""
        for key in self._keys(media):
            if "error" in (self._ledger.look_up(key) or {}):
                self._ledger.forget(key)

    async def aclose(self) -> None:
        """One model for both modalities is closed once."""
        for model in {id(observer.model): observer.model for observer in self._observers.values()}.values():
            await model.aclose()

    def _said(self, media: MediaFile) -> str:
        return cleaned(said_by(media.metadata))[:_MOST_SAID] if self._use_descriptions else ""

    def _keys(self, media: MediaFile) -> list[str]:
        assert media.sha256 is not None
        observer, said = self._observers[media.modality], self._said(media)
        return [observer.key(media.modality, media.sha256, part, said) for part in range(len(PARTS))]

    async def _try_part(self, excerpts: Excerpts, part: int) -> _Kept | PerceptionError:
        """The caption of a part, or why there is none; raises only what ends the run."""
        try:
            return await self._caption_part(excerpts, part)
        except PerceptionError as error:
            if error.kind in RUN_ENDING:
                raise
            return error

    async def _caption_part(self, excerpts: Excerpts, part: int) -> _Kept:
        role = excerpts.modality
        key = self._observers[role].key(role, excerpts.sha256, part, excerpts.said)
        async with self._turns.of(key):
            if (kept := self._ledger.recall(role, key)) is not None:
                return _unless_failed(kept)
            try:
                caption = await self._ask(excerpts, part)
            except PerceptionError as error:
                if error.kind in LASTING:
                    self._ledger.keep(role, key, {"error": str(error), "kind": error.kind, "answer": error.answer})
                raise
            self._ledger.keep(role, key, caption)
            return caption

    async def _ask(self, excerpts: Excerpts, part: int) -> _Kept:
        observer, clips = self._observers[excerpts.modality], excerpts.clips[part]
        if _are_silent(clips):
            return _kept_form(SILENCE, excerpts.coverage[part])
        texts = observer.prompts.caption(excerpts.modality, part, windows=len(clips), said=excerpts.said)
        tries = _TRIES if observer.answering.temperature else 1
        for attempt in range(tries):
            answering = replace(observer.answering, seed=observer.answering.seed + attempt)
            answer = await observer.model.answer(texts.prompt(clips), answering)
            self._ledger.note(excerpts.modality, answer.usage)
            try:
                text = checked_caption(answer, PARTS[part])
            except PerceptionError:
                if attempt == tries - 1:
                    raise
            else:
                return _kept_form(text, excerpts.coverage[part], answer)
        raise AssertionError("the last try either returns or raises")


def _are_silent(clips: Sequence[Clip]) -> bool:
    return all(isinstance(clip, SoundClip) and not clip.samples.any() for clip in clips)


def _kept_form(text: str, coverage: float, answer: Answer | None = None) -> _Kept:
    """A caption as the ledger keeps it. `complete` is false where the limit of tokens cut off what came after it."""
    return {
        "text": text,
        "coverage": coverage,
        "complete": answer is None or answer.complete,
        "usage": None if answer is None else asdict(answer.usage),
    }


def _unless_failed(kept: _Kept) -> _Kept:
    """What was kept, or the failure that was kept raised again."""
    if "error" in kept:
        raise PerceptionError(kept["error"], kind=kept["kind"], answer=kept["answer"])
    return kept


def _description(captions: Sequence[_Kept]) -> Description:
    whole, first, second, third, fourth = (str(caption["text"]) for caption in captions)
    return Description(
        Captions(whole, (first, second, third, fourth)), min(float(caption["coverage"]) for caption in captions)
    )
