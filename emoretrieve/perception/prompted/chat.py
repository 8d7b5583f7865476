"""What a language model offers to those who prompt it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class SoundClip:
    """A stretch of sound, at most 30 s."""

    samples: NDArray[np.int16]
    """(n,), 16 kHz mono."""


@dataclass(frozen=True, slots=True, eq=False)
class PictureClip:
    """A picture or a part of one."""

    pixels: NDArray[np.uint8]
    """(height, width, 3), RGB."""


Clip: TypeAlias = SoundClip | PictureClip


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question. What is the same in every prompt comes first, so that servers can keep its prefix.

    The order is: system, user, clips, closing.
    """

    system: str
    user: str
    clips: tuple[Clip, ...] = ()
    """Of one kind: all sounds or all pictures."""
    closing: str = ""
    """What changes from prompt to prompt, such as the captions to be coloured."""


@dataclass(frozen=True, slots=True)
class Answering:
    """How an answer is made."""

    max_new_tokens: int
    temperature: float = 0.0
    """0 is greedy: the likeliest token each time."""
    seed: int = 0
    """Of the sampling, where the temperature is above 0."""
    pattern: str | None = None
    """A regular expression that the whole answer shall match, where the model can be held to it."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one request cost."""

    prompt_tokens: int
    """Tokens in, clips among them."""
    completion_tokens: int
    """Tokens out."""
    cached_tokens: int = 0
    """Those of the prompt's that were not computed again, as far as the model says."""
    seconds: float = 0.0
    """From sending to answer, waiting in our own queue excluded."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said."""

    text: str
    complete: bool
    """False where the limit of new tokens cut it off."""
    usage: Usage


@dataclass(frozen=True, slots=True)
class Weighing:
    """How likely each of some answers is."""

    logprobs: tuple[float, ...]
    """Natural logarithms of the probabilities of the choices, in their order; -inf where the model gave none."""
    usage: Usage


class ChatModel(Protocol):
    """One language model in one role. Its methods may be awaited many times at once, from one event loop.

    They raise PerceptionError: with a kind of `emoretrieve.perception.prompted.failures.RUN_ENDING` where no other item
    would fare better (wrong key, unknown model, server gone), with another kind where only this request failed.
    Making one neither loads nor connects; the first request does.
    """

    @property
    def signature(self) -> Mapping[str, str]:
        """What an answer depends on: model, revision, precision; not where it runs or how fast."""
        ...

    @property
    def concurrency(self) -> int:
        """Requests that it can work on at once; more of them wait."""
        ...

    @property
    def exclusive(self) -> bool:
        """True where it may have to wait until other models are done and freed, for want of memory."""
        ...

    async def answer(self, prompt: Prompt, answering: Answering) -> Answer: ...

    async def weigh(self, prompt: Prompt, choices: Sequence[str]) -> Weighing:
        """How likely each choice is as the beginning of the answer; nothing is generated."""
        ...

    async def aclose(self) -> None:
        """Give back memory and connections."""
        ...
