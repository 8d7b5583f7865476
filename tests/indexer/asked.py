"""A perception for tests that asks models: the real captioner, mapper and ledger over models that only pretend.

A fake picture or sound (`tests.indexer.fakes`) holds a text. What is asked about it is written to a file, so that
questions can be counted over several processes; a few first words make a model misbehave as real ones do.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emoretrieve.errors import PerceptionError
from emoretrieve.media import MediaFile
from emoretrieve.perception import Perception, PerceptionSettings, Role
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.captioner import PromptedCaptioner
from emoretrieve.perception.prompted.chat import Answer, Answering, PictureClip, Prompt, SoundClip, Usage, Weighing
from emoretrieve.perception.prompted.excerpts import Excerpts
from emoretrieve.perception.prompted.ledger import Answers, Ledger
from emoretrieve.perception.prompted.mapper import PromptedMapper
from tests.indexer.fakes import SOUND, misbehave

USAGE = Usage(prompt_tokens=100, completion_tokens=20, cached_tokens=60, seconds=0.01)

_ERRORS = {
    "refused": PerceptionError("The model refuses to answer.", kind="refused_request", answer="I would rather not."),
    "late": PerceptionError("The model took too long.", kind="model_timeout"),
    "gone": PerceptionError("The server is gone; start it again.", kind="server_gone"),
}


@dataclass
class AskedModel:
    """A `ChatModel` that answers after a while with something that depends on the question alone."""

    role: Role
    log: Path
    answer_s: float = 0.0
    concurrency: int = 8
    exclusive: bool = False
    at_once: int = 0
    most_at_once: int = 0

    @property
    def signature(self) -> Mapping[str, str]:
        return {"model": f"asked-{self.role}"}

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.concurrency)

    async def answer(self, prompt: Prompt, answering: Answering) -> Answer:
        async with self._places:
            return await self._answer(prompt, answering)

    async def _answer(self, prompt: Prompt, answering: Answering) -> Answer:
        text = prompt.closing if self.role == "colour" else text_of(prompt)
        digest = hashlib.sha256(repr((prompt.system, prompt.user, text, answering.seed)).encode()).hexdigest()
        self._write("asks", digest, text)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            await asyncio.sleep(0.2 if text.startswith("slow") else self.answer_s)
        finally:
            self.at_once -= 1
        self._misbehave(text)
        self._write("answers", digest, text)
        colours = ", ".join(f"({int(digest[i : i + 2], 16)}, 10, 20)" for i in range(0, 10, 2))
        unusable = self.role == "colour" and "colourless" in text
        said = "No colours." if unusable else f"RGB: {colours}" if self.role == "colour" else f"{text}: {digest[:6]} a"
        return Answer(said, True, USAGE)

    async def weigh(self, prompt: Prompt, choices: Sequence[str]) -> Weighing:
        raise NotImplementedError

    async def aclose(self) -> None:
        self._write("closed", "", "")

    def _misbehave(self, text: str) -> None:
        if (
            self.role != "colour"
            and (error := _ERRORS.get(text.split(" ")[0]))
            and self.log.with_suffix(".bad").exists()
        ):
            raise error
        if self.role != "colour" and text.startswith("defect"):
            raise ZeroDivisionError("a defect")

    def _write(self, what: str, digest: str, text: str) -> None:
        with self.log.open("a") as log:
            log.write(f"{what} {self.role} {digest} {text[:20]!r}\n")


class AskedCaptioner(PromptedCaptioner):
    """Prepares fake files: their text stands for sound and pixels."""

    prepared_log = Path(os.devnull)

    def prepare(self, media: MediaFile) -> Excerpts:
        assert media.sha256 is not None
        data = media.path.read_bytes()
        text = data.split(b"\n")[-1].removeprefix(SOUND)
        misbehave(media.path, text.decode())
        with self.prepared_log.open("a") as log:
            log.write(f"{media.path.name}\n")
        padding = b"\0" * (500_000 if text.startswith(b"large") else 0)
        parts = [np.frombuffer(text + b" %d" % part + padding, np.uint8) for part in range(5)]
        image = media.modality == "image"
        clips = tuple((PictureClip(part) if image else SoundClip(part.astype(np.int16)),) for part in parts)
        return Excerpts(media.sha256, media.modality, clips, (0.5,) * 5, self._said(media))


def text_of(prompt: Prompt) -> str:
    """The text that a clip stands for."""
    [clip] = prompt.clips
    letters = clip.pixels if isinstance(clip, PictureClip) else clip.samples
    return bytes(letters.astype(np.uint8)).rstrip(b"\0").decode()


def open_asked(settings: PerceptionSettings, ledger_file: Path | Answers | None = None) -> Perception:
    """Opens in worker processes too, which import it by name. The options configure the models."""
    ledger = Ledger(ledger_file)
    given = settings.options
    models = {
        role: AskedModel(
            role,
            Path(given["log"]),
            float(given.get("answer_s", "0")),
            int(given.get("concurrency", "8")),
            given.get("exclusive") == "yes",
        )
        for role in ("audio", "image", "colour")
    }
    captioner = AskedCaptioner(
        {"audio": models["audio"], "image": models["image"]}, Options({}), ledger, settings.use_descriptions
    )
    captioner.prepared_log = Path(given["log"]).with_suffix(".prepared")
    return Perception(settings, captioner, PromptedMapper(models["colour"], Options({}), ledger), ledger)


def asks(log: Path, what: str = "asks") -> list[tuple[str, str]]:
    """Role and digest of every question (or answer) so far, in order."""
    lines = log.read_text().splitlines() if log.exists() else []
    words = [line.split(" ", 3) for line in lines]
    return [(role, digest) for kind, role, digest, _ in words if kind == what]
