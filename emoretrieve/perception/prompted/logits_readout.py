"""Colours without a written number: how likely each answer to a question is, three questions a caption.

The level of an axis is the expected value over the answers that the prompts offer (Yes for 1, No for 0, say). Models
lean to some answers whatever they are asked; so each answer's probability is divided by the one that it has for a
text without emotion, and the results are normalised again (contextual calibration: Zhao et al. 2021, "Calibrate before
use", with the diagonal W). For Yes and No that is the difference of log-odds. Nothing is generated.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence

from emoretrieve.emotion import AXES, PARTS, EmotionProfile
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception import Coloured
from emoretrieve.perception.prompted.chat import ChatModel
from emoretrieve.perception.prompted.ledger import Ledger, ledger_key
from emoretrieve.perception.prompted.prompts import ColourQuestions
from emoretrieve.perception.prompted.quoting import quoted
from emoretrieve.perception.prompted.turns import Turns

RULES_VERSION = "1"
"""Counts up whenever the same probabilities come to mean other colours."""
LEAST_MASS = 0.5
"""The probability that the offered answers need together: else the model would rather say something else."""


class LogitsReadout:
    """Weighs answers. What was weighed for a caption is remembered, so that equal captions cost nothing."""

    def __init__(self, model: ChatModel, questions: ColourQuestions, ledger: Ledger) -> None:
        self._model = model
        self._questions = questions
        self._choices = [text for text, _ in questions.choices]
        self._values = [value for _, value in questions.choices]
        self._ledger = ledger
        self._turns = Turns()
        self._baselines: dict[int, Sequence[float]] = {}
        self._unsuited: PerceptionError | None = None
        """What was found out about the questions, lest each item finds it out again."""

    @property
    def signature(self) -> Mapping[str, str]:
        return {"readout": "logits", "rules": RULES_VERSION}

    @property
    def at_once(self) -> int:
        return len(PARTS) * len(AXES)

    async def colour(self, captions: Captions) -> Coloured:
        return Coloured(EmotionProfile.of(await asyncio.gather(*map(self._colour, captions.parts))))

    async def _colour(self, caption: str) -> list[int]:
        levels = await asyncio.gather(*(self._level(axis, caption) for axis in range(len(AXES))))
        return [round(255 * level) for level in levels]

    async def _level(self, axis: int, caption: str) -> float:
        """How much of an emotion is in a caption, 0..1."""
        baseline = await self._baseline(axis)
        logprobs = await self._logprobs(axis, caption, _are_likely)
        if not _are_likely(logprobs):
            raise PerceptionError(
                f"The model would rather say something else than {self._offered} to the question about {AXES[axis]}: "
                f"they have {_mass(logprobs):.1%} of the probability, {LEAST_MASS:.0%} are needed. "
                f"The caption is: {quoted(caption)}.",
                kind="bad_colours",
            )
        return expected_value([own - least for own, least in zip(logprobs, baseline, strict=True)], self._values)

    async def _baseline(self, axis: int) -> Sequence[float]:
        """Logarithms of the answers' probabilities for the text without emotion; zeros where there is none."""
        if not self._questions.neutral:
            return [0.0] * len(self._choices)
        async with self._turns.of(f"neutral {axis}"):
            if axis not in self._baselines:
                self._baselines[axis] = await self._neutral(axis)
            return self._baselines[axis]

    async def _neutral(self, axis: int) -> Sequence[float]:
        if self._unsuited:
            raise self._unsuited
        logprobs = await self._logprobs(axis, self._questions.neutral, _are_all_possible)
        if not _are_all_possible(logprobs):
            self._unsuited = PerceptionError(
                f"The question about {AXES[axis]} does not suit the model: for a text without emotion the answers "
                f"{self._offered} have {_mass(logprobs):.1%} of the probability, of which each needs some and all "
                f"{LEAST_MASS:.0%}; use colour.readout=text, another model, or prompts with other questions.",
                kind="unsuited_questions",
            )
            raise self._unsuited
        return logprobs

    async def _logprobs(self, axis: int, text: str, fit: Callable[[Sequence[float]], bool]) -> Sequence[float]:
        """Those of the offered answers, remembered or asked for.

        What does not fit is not remembered: the model may be served in another way the next time.
        """
        prompt = self._questions.axes[axis].filled(text=text).prompt()
        asked = (dict(self._model.signature), prompt.system, prompt.user, prompt.closing, self._choices)
        key = ledger_key("logits", *asked)
        async with self._turns.of(key):
            kept = self._ledger.recall("colour", key)
            if kept is not None:
                return [-math.inf if logprob is None else logprob for logprob in kept["logprobs"]]
            weighing = await self._model.weigh(prompt, self._choices)
            self._ledger.note("colour", weighing.usage)
            if fit(weighing.logprobs):
                # JSON cannot spell the logarithm of zero.
                spelled = [None if logprob == -math.inf else logprob for logprob in weighing.logprobs]
                self._ledger.keep("colour", key, {"logprobs": spelled})
            return weighing.logprobs

    @property
    def _offered(self) -> str:
        return ", ".join(f"'{choice}'" for choice in self._choices)


def expected_value(scores: Sequence[float], values: Sequence[float]) -> float:
    """The mean of the values, weighted by the softmax of the scores (natural logarithms, up to a constant)."""
    highest = max(scores)
    weights = [math.exp(score - highest) for score in scores]
    return math.fsum(weight * value for weight, value in zip(weights, values, strict=True)) / math.fsum(weights)


def _are_likely(logprobs: Sequence[float]) -> bool:
    """Whether the answers are what the model would say; not-a-numbers are not."""
    return _mass(logprobs) >= LEAST_MASS


def _are_all_possible(logprobs: Sequence[float]) -> bool:
    """The same, and each of them is possible: what is divided by their probabilities is then finite."""
    return _are_likely(logprobs) and -math.inf not in logprobs


def _mass(logprobs: Sequence[float]) -> float:
    """The probability of all answers together."""
    return math.fsum(map(math.exp, logprobs))
