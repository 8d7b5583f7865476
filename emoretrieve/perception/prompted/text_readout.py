"""Colours as the paper gets them: a model writes five triples on a line, after one prompt with all five captions.

Where the model can be held to a pattern, nothing else can be written. Where it cannot, an answer that is refused is
asked for again, with the reason; in the end the item fails with the model's answer. Several samples give a median and
a spread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emoretrieve.emotion import PARTS, EmotionProfile, Spread
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception import Coloured
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.chat import Answering, ChatModel, Prompt
from emoretrieve.perception.prompted.ledger import Ledger, ledger_key
from emoretrieve.perception.prompted.prompts import Prompts
from emoretrieve.perception.prompted.quoting import quoted
from emoretrieve.perception.prompted.rgb_line import (
    PATTERN,
    RULES_VERSION,
    UnreadableAnswer,
    is_repeated,
    read_rgb_line,
)

SAMPLING_TEMPERATURE = 0.7
"""Where several samples are wanted and no temperature is given."""
_MOST_SAMPLES = 100
_MOST_ATTEMPTS = 20
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Sampling:
    """How answers are made and how often."""

    max_new_tokens: int = 512
    temperature: float = 0.0
    seed: int = 0
    samples: int = 1
    attempts: int = 3
    """How often a model is asked until its answer can be used. Requests that fail on their way are not meant."""

    @classmethod
    def of(cls, options: Options) -> Sampling:
        """Read it from the options of the role; raises PerceptionError of kind `bad_option`."""
        samples = options.integer("samples", 1, 1, _MOST_SAMPLES)
        temperature = options.number("temperature", SAMPLING_TEMPERATURE if samples > 1 else 0.0, 0.0, 2.0)
        if samples > 1 and temperature == 0:
            raise PerceptionError(
                f"{samples} samples at temperature 0 are all the same: give a temperature above 0, or none for "
                f"{SAMPLING_TEMPERATURE}, or leave out colour.samples.",
                kind="bad_option",
            )
        return cls(
            options.integer("max_new_tokens", 512, 1, 1_000_000),
            temperature,
            options.integer("seed", 0, 0, 2**31 - 1 - _MOST_SAMPLES),
            samples,
            options.integer("attempts", 3, 1, _MOST_ATTEMPTS),
        )

    @property
    def seeds(self) -> range:
        """One for each sample."""
        return range(self.seed, self.seed + self.samples)

    @property
    def signature(self) -> dict[str, str]:
        """What a greedy answer does not depend on is left out, as is the limit of tokens: cut answers are refused."""
        if self.temperature == 0:
            return {}
        return {"temperature": f"{self.temperature:g}", "seed": str(self.seed), "samples": str(self.samples)}

    def answering(self, seed: int) -> Answering:
        """What to ask the model for."""
        return Answering(self.max_new_tokens, self.temperature, seed, PATTERN)


class TextReadout:
    """Reads what a model writes."""

    def __init__(self, model: ChatModel, prompts: Prompts, sampling: Sampling, ledger: Ledger) -> None:
        self._model = model
        self._prompts = prompts
        self._sampling = sampling
        self._ledger = ledger

    @property
    def signature(self) -> Mapping[str, str]:
        return {"readout": "text", "rules": RULES_VERSION, **self._sampling.signature}

    @property
    def at_once(self) -> int:
        return self._sampling.samples

    async def colour(self, captions: Captions) -> Coloured:
        samples = await asyncio.gather(*(self._sample(captions, seed) for seed in self._sampling.seeds))
        return _summary(samples)

    async def _sample(self, captions: Captions, seed: int) -> EmotionProfile:
        """One sample; that of a seed is the same whatever the number of samples."""
        drawn = [self._sampling.temperature, seed] if self._sampling.temperature else []
        prompt = self._prompt(captions)
        texts = (prompt.system, prompt.user, prompt.closing, self._prompts.colour_again)
        key = ledger_key("text", dict(self._model.signature), texts, RULES_VERSION, drawn)
        kept = self._ledger.recall("colour", key)
        if kept is None:
            profile, answer = await self._ask(captions, seed)
            kept = {"colours": [list(colour) for colour in profile.parts], "answer": answer}
            self._ledger.keep("colour", key, kept)
        return EmotionProfile.of(kept["colours"])

    async def _ask(self, captions: Captions, seed: int) -> tuple[EmotionProfile, str]:
        """The colours and the answer they were read from, after as many attempts as are allowed."""
        prompt, text, reason = self._prompt(captions), "", ""
        for attempt in range(1, self._sampling.attempts + 1):
            if attempt > 1:
                prompt = self._prompt_again(captions, attempt, reason)
            answer = await self._model.answer(prompt, self._sampling.answering(seed))
            self._ledger.note("colour", answer.usage)
            text = answer.text
            try:
                return _read(text, prompt, complete=answer.complete), text
            except UnreadableAnswer as error:
                reason = str(error)
        raise _no_colours(text, reason, self._sampling.attempts)

    def _prompt(self, captions: Captions) -> Prompt:
        return self._prompts.colour.filled(**dict(zip(PARTS, captions.parts, strict=True))).prompt()

    def _prompt_again(self, captions: Captions, attempt: int, reason: str) -> Prompt:
        """The number of the attempt makes a difference where the reason is the same again, even to a greedy model."""
        texts = replace(self._prompts.colour, closing=f"{self._prompts.colour.closing}\n\n{self._prompts.colour_again}")
        blanks = dict(zip(PARTS, captions.parts, strict=True), attempt=str(attempt), reason=reason)
        return texts.filled(**blanks).prompt()


def _read(text: str, prompt: Prompt, *, complete: bool) -> EmotionProfile:
    """The colours of an answer; raises UnreadableAnswer."""
    profile = read_rgb_line(text)
    if not complete:
        raise UnreadableAnswer("was cut off at the limit of new tokens")
    if is_repeated(profile, f"{prompt.system}\n{prompt.user}\n{prompt.closing}"):
        raise UnreadableAnswer("repeats numbers of the prompt")
    return profile


def _no_colours(answer: str, reason: str, attempts: int) -> PerceptionError:
    tried = f"after {attempts} attempts" if attempts > 1 else "at the only attempt"
    return PerceptionError(
        f"The model gave no colours that could be used {tried}: its answer {reason}. It was: {quoted(answer, _SHOWN)}. "
        "Use another model with --retry-failed, or colour.readout=logits, which needs no written numbers.",
        kind="bad_colours",
        answer=answer,
    )


def _summary(samples: Sequence[EmotionProfile]) -> Coloured:
    """The median of each channel; its standard deviation where there are several samples."""
    values = np.array([[tuple(colour) for colour in sample.parts] for sample in samples])
    profile = EmotionProfile.of(np.rint(np.median(values, axis=0)).astype(int).tolist())
    return Coloured(profile, _spread(values.std(axis=0).tolist()) if len(samples) > 1 else None)


def _spread(deviations: Sequence[tuple[float, float, float]]) -> Spread:
    return tuple((red, green, blue) for red, green, blue in deviations)
