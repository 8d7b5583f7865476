"""The emotion mapper that asks a language model for the colours of captions."""

from __future__ import annotations

import math
from collections.abc import Mapping

from emoretrieve.emotion import PARTS, Rgb
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception import Coloured
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.chat import ChatModel
from emoretrieve.perception.prompted.failures import LASTING
from emoretrieve.perception.prompted.ledger import Ledger, ledger_key
from emoretrieve.perception.prompted.logits_readout import LogitsReadout
from emoretrieve.perception.prompted.prompts import load_prompts
from emoretrieve.perception.prompted.readout import Readout
from emoretrieve.perception.prompted.text_readout import Sampling, TextReadout
from emoretrieve.perception.prompted.turns import Turns

READOUTS = ("text", "logits")


class PromptedMapper:
    """Colours captions by one readout of one model. Answers and the items' own failures are kept in the ledger."""

    def __init__(self, model: ChatModel, options: Options, ledger: Ledger) -> None:
        """`options` are those of the role `colour`; raises PerceptionError of kind `bad_option` or `bad_prompts`."""
        self._model = model
        self._prompts = load_prompts(options.text("prompts"))
        self._sampling = Sampling.of(options)
        self._readout = self._opened_readout(options, ledger)
        self._ledger = ledger
        self._turns = Turns()

    @property
    def signature(self) -> Mapping[str, str]:
        return {
            **self._model.signature,
            "prompts": self._prompts.version,
            "prompts_sha256": self._prompts.sha256,
            **self._readout.signature,
        }

    @property
    def exclusive(self) -> bool:
        return self._model.exclusive

    @property
    def concurrency(self) -> int:
        return math.ceil(self._model.concurrency / self._readout.at_once)

    async def colour_captions(self, captions: Captions) -> Coloured:
        _refuse_empty(captions)
        key = self._failure_key(captions)
        async with self._turns.of(key):
            if failure := self._ledger.look_up(key):
                raise PerceptionError(failure["error"], kind=failure["kind"], answer=failure["answer"])
            try:
                return await self._readout.colour(captions)
            except PerceptionError as error:
                if error.kind in LASTING:
                    self._ledger.keep("colour", key, {"error": str(error), "kind": error.kind, "answer": error.answer})
                raise

    async def colour_words(self, text: str) -> Rgb:
        """The colour of a text that stands for the whole and all fragments: a query is asked about as captions are.

        A failure is not kept: no run would try a query anew.
        """
        if not text.strip():
            return Rgb(0, 0, 0)
        coloured = await self._readout.colour(Captions(text, (text, text, text, text)))
        return coloured.profile.whole

    def forget(self, captions: Captions) -> None:
        """Drop a failure that was kept of these captions; answers that could be used stay."""
        self._ledger.forget(self._failure_key(captions))

    async def aclose(self) -> None:
        await self._model.aclose()

    def _failure_key(self, captions: Captions) -> str:
        """With the limits, which colours do not depend on: under wider ones the same captions may get some."""
        limits = (self._sampling.max_new_tokens, self._sampling.attempts)
        return ledger_key("failure", dict(self.signature), captions.parts, limits)

    def _opened_readout(self, options: Options, ledger: Ledger) -> Readout:
        if options.choice("readout", READOUTS, "text") == "text":
            return TextReadout(self._model, self._prompts, self._sampling, ledger)
        if self._sampling.samples > 1:
            raise PerceptionError(
                "Colours read by logits do not vary from sample to sample: leave out colour.samples, or use "
                "colour.readout=text.",
                kind="bad_option",
            )
        return LogitsReadout(self._model, self._prompts.questions, ledger)


def _refuse_empty(captions: Captions) -> None:
    for part, caption in zip(PARTS, captions.parts, strict=True):
        if not caption.strip():
            raise PerceptionError(
                f"The caption of the part '{part}' is empty, so it has no colour: describe it again, or leave the item "
                "out.",
                kind="empty_caption",
            )
