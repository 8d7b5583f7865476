"""What the tests ask, and how: each question by a model that is opened for it alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import numpy as np

from emoretrieve.perception.endpoint import open_chat_model
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.chat import (
    Answer,
    Answering,
    ChatModel,
    PictureClip,
    Prompt,
    SoundClip,
    Weighing,
)
from emoretrieve.perception.settings import Role

T = TypeVar("T")

TEXT = Prompt("You judge texts.", "Is it sad? Answer Yes or No.", closing="Text: a grey evening")
ANSWERING = Answering(max_new_tokens=32)
RGB_LINE = r"RGB: \([0-9]+(,[0-9]+){2}\)(, \([0-9]+(,[0-9]+){2}\)){4}"


def picture(side: int = 64) -> PictureClip:
    """Colours that change from corner to corner."""
    ramp = np.linspace(0, 255, side).astype(np.uint8)
    return PictureClip(np.stack(np.broadcast_arrays(ramp, ramp[:, None], np.uint8(128)), axis=-1))


def sound(seconds: float = 0.5) -> SoundClip:
    """A tone."""
    times = np.arange(int(16_000 * seconds)) / 16_000
    return SoundClip((8000 * np.sin(2 * np.pi * 220 * times)).astype(np.int16))


def with_model(use: Callable[[ChatModel], Awaitable[T]], url: str, role: Role = "colour", **options: str) -> T:
    """What `use` makes of a model of this role at this URL."""

    async def run() -> T:
        model = open_chat_model(role, Options({"url": url, "model": "tiny", **options}, role))
        try:
            return await use(model)
        finally:
            await model.aclose()

    return asyncio.run(run())


def ask(
    url: str, role: Role = "colour", prompt: Prompt = TEXT, answering: Answering = ANSWERING, **options: str
) -> Answer:
    """The answer to one question."""
    return with_model(lambda model: model.answer(prompt, answering), url, role, **options)


def ask_often(url: str, times: int, role: Role = "colour", **options: str) -> list[Answer | BaseException]:
    """What comes of many questions at once."""

    async def all_at_once(model: ChatModel) -> list[Answer | BaseException]:
        questions = (model.answer(TEXT, ANSWERING) for _ in range(times))
        return await asyncio.gather(*questions, return_exceptions=True)

    return with_model(all_at_once, url, role, **options)


def weigh(url: str, choices: Sequence[str] = ("Yes", "No"), role: Role = "colour", **options: str) -> Weighing:
    """How likely the choices are."""
    return with_model(lambda model: model.weigh(TEXT, choices), url, role, **options)
