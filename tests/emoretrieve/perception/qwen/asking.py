"""Prompts, clips and models for the tests of models in process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.chat import Answer, Answering, ChatModel, Clip, PictureClip, Prompt, SoundClip
from emoretrieve.perception.qwen.engine import Engine
from emoretrieve.perception.qwen.loading import LoadedModel
from emoretrieve.perception.qwen.model import LocalModel
from emoretrieve.perception.qwen.settings import read_settings
from emoretrieve.perception.settings import Role

Result = TypeVar("Result")

SHORT = Answering(max_new_tokens=8)
TINY: list[tuple[str, Role]] = [
    ("tiny_qwen3", "colour"),
    ("tiny_qwen2_audio", "audio"),
    ("tiny_qwen2_audio", "colour"),
    ("tiny_qwen2_5_vl", "image"),
    ("tiny_qwen2_5_vl", "colour"),
    ("tiny_qwen3_vl", "image"),
    ("tiny_qwen2_5_omni", "audio"),
    ("tiny_qwen2_5_omni", "image"),
    ("tiny_qwen2_5_omni", "colour"),
    ("tiny_qwen3_omni", "audio"),
    ("tiny_qwen3_omni", "image"),
]
"""Every real class in every role that it can have; the first is the name of a fixture."""


def sound(seconds: float, seed: int = 0) -> SoundClip:
    samples = np.random.default_rng(seed).normal(0, 8000, int(16_000 * seconds)).clip(-32768, 32767)
    return SoundClip(samples.astype(np.int16))


def picture(side: int, seed: int = 0) -> PictureClip:
    return PictureClip(np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8))


def prompts_for(role: Role) -> list[Prompt]:
    """Three prompts of different lengths, with clips as the role has them."""
    clips: dict[Role, Sequence[tuple[Clip, ...]]] = {
        "audio": [(sound(0.4, 1),), (sound(1.0, 2), sound(0.3, 3)), (sound(0.01, 4),)],
        "image": [(picture(56, 1),), (picture(112, 2),), (picture(84, 3),)],
        "colour": [(), (), ()],
    }
    users = ["Describe this part of the song.", "Describe it.", "What colours, what movement, what rest?"]
    closings = ["This is the first part.", "A slow cello melody over soft piano chords evokes calm.", "Now."]
    return [Prompt("You are brief.", *one) for one in zip(users, clips[role], closings, strict=True)]


def local_model(engine: Engine, role: Role, folder: Path, **options: str) -> LocalModel:
    return LocalModel(role, read_settings(role, Options({"model": str(folder), **options}, role)), engine)


def together(model: ChatModel, prompts: Sequence[Prompt], answering: Answering = SHORT) -> list[Answer]:
    """Ask all at once."""
    return at_once([partial(model.answer, prompt, answering) for prompt in prompts])


def at_once(asked: Sequence[Callable[[], Awaitable[Result]]]) -> list[Result]:
    """The results of requests made at the same time, in an event loop of their own."""

    async def gather() -> list[Result]:
        return await asyncio.gather(*(ask() for ask in asked))

    return asyncio.run(gather())


def texts(answers: Sequence[Answer]) -> list[str]:
    return [answer.text for answer in answers]


def out_of_memory_beyond(rows: int, loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let PyTorch run out of memory where a batch has more rows than this; the sizes of the batches that are tried."""
    import torch

    generate, tried = loaded.model.generate, []

    def scarce(**inputs: torch.Tensor) -> torch.Tensor:
        tried.append(len(inputs["input_ids"]))
        if tried[-1] > rows:
            raise torch.OutOfMemoryError("CUDA out of memory")
        written: torch.Tensor = generate(**inputs)
        return written

    monkeypatch.setattr(loaded.model, "generate", scarce)
    return tried
