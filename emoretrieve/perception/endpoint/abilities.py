"""What a server can do with a model, found out by tiny requests when it is first needed, and remembered.

Servers differ in what they honour, and many ignore what they do not know without saying so; each ability is therefore
believed only where an answer shows it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from emoretrieve.errors import PerceptionError
from emoretrieve.media.audio import SAMPLE_RATE_HZ
from emoretrieve.media.image import SIDE
from emoretrieve.perception.endpoint.decisions import DECISIONS, decision_body, read_decision
from emoretrieve.perception.endpoint.exchange import Exchange
from emoretrieve.perception.endpoint.once import Once
from emoretrieve.perception.endpoint.refusal import wrong_modality
from emoretrieve.perception.endpoint.reply import ChatReply, read_chat_reply
from emoretrieve.perception.endpoint.request import CHAT, ChatRequest
from emoretrieve.perception.endpoint.settings import EndpointSettings
from emoretrieve.perception.endpoint.structured import DIALECTS, PLAIN, Dialect
from emoretrieve.perception.endpoint.weighing import ONE_TOKEN, TOP_TOKENS, logprob_fields, read_weighing
from emoretrieve.perception.prompted.chat import Answering, PictureClip, Prompt, SoundClip, Weighing

Weigher = Callable[[Prompt, Sequence[str]], Awaitable[Weighing]]

_GREETING = Prompt("", "Say hello.")
_PATTERN = "zq[0-9]{3}"
"""What no model says of itself."""
_NO_THINKING: Mapping[str, object] = {"chat_template_kwargs": {"enable_thinking": False}}
_FEWEST_TOKENS = 16
"""What the clips below come to at least, in any model that takes them; their marks alone are fewer."""


class Abilities:
    """Of one model on one server, in one role. Its methods raise what `Exchange.post` raises."""

    def __init__(self, settings: EndpointSettings, exchange: Exchange) -> None:
        self._settings = settings
        self._exchange = exchange
        self.fields = Once(self._find_fields)
        """The fields that every request carries."""
        self.dialect = Once(self._find_dialect)
        """How the model is held to a pattern; PLAIN where it is not."""
        self.weigher = Once(self._find_weigher)
        """What weighs choices; `bad_option` where the server gives no probabilities."""

    async def _find_fields(self) -> Mapping[str, object]:
        """Sees to it that the model takes what this role sends."""
        if self._settings.role != "colour":
            await self._check_media()
            return {}
        return _NO_THINKING if await self._honours(ChatRequest(self._model, _GREETING, ONE_TOKEN, _NO_THINKING)) else {}

    async def _check_media(self) -> None:
        """Some servers drop clips that a model cannot take: then the prompt is hardly longer with one than without."""
        clip = _sample_sound() if self._settings.role == "audio" else _sample_picture()
        request = ChatRequest(self._model, replace(_GREETING, clips=(clip,)), ONE_TOKEN)
        without = await self._ask(replace(request, prompt=_GREETING))
        try:
            with_clip = await self._ask(request)
        except PerceptionError as error:
            if error.kind != "refused_request":
                raise
            raise wrong_modality(self._settings, f"it refuses a plain one ({str(error).rstrip('.')})") from None
        heard = with_clip.usage.prompt_tokens - without.usage.prompt_tokens
        if with_clip.usage.prompt_tokens > 0 and heard < _FEWEST_TOKENS:
            raise wrong_modality(self._settings, "the server drops them without a word")

    async def _find_dialect(self) -> Dialect:
        fields = await self.fields.get()
        for dialect in DIALECTS:
            request = ChatRequest(self._model, _GREETING, Answering(16), {**fields, **dialect.fields(_PATTERN)})
            reply = await self._honours(request)
            if reply is not None and re.search(f'^"?{_PATTERN}"?$', reply.text.strip()):
                return dialect
        return PLAIN

    async def _find_weigher(self) -> Weigher:
        fields = await self.fields.get()
        for top_tokens in TOP_TOKENS:
            asked = {**fields, **logprob_fields(top_tokens)}
            reply = await self._honours(ChatRequest(self._model, _GREETING, ONE_TOKEN, asked))
            if reply is not None and reply.top_logprobs:
                return partial(self._weigh_by_logprobs, asked)
        try:
            await self._weigh_by_decision(_GREETING, ("Yes", "No"))
        except PerceptionError as error:
            if error.kind in ("server_gone", "wrong_key", "rate_limited"):
                raise
            raise self._no_probabilities() from None
        return self._weigh_by_decision

    async def _weigh_by_logprobs(
        self, fields: Mapping[str, object], prompt: Prompt, choices: Sequence[str]
    ) -> Weighing:
        request = ChatRequest(self._model, prompt, ONE_TOKEN, fields)
        return await self._exchange.post(
            CHAT, request.body, lambda reply, seconds: read_weighing(read_chat_reply(reply, seconds), choices)
        )

    async def _weigh_by_decision(self, prompt: Prompt, choices: Sequence[str]) -> Weighing:
        return await self._exchange.post(
            DECISIONS,
            lambda: decision_body(self._model, prompt, choices),
            lambda reply, seconds: read_decision(reply, seconds, choices),
        )

    async def _honours(self, request: ChatRequest) -> ChatReply | None:
        """The answer; None where the server refuses the request for the fields that it carries."""
        try:
            return await self._ask(request)
        except PerceptionError as error:
            if error.kind != "refused_request":
                raise
            return None

    async def _ask(self, request: ChatRequest) -> ChatReply:
        return await self._exchange.post(CHAT, request.body, read_chat_reply)

    @property
    def _model(self) -> str:
        return self._settings.model

    def _no_probabilities(self) -> PerceptionError:
        return PerceptionError(
            f"The server at {self._settings.url} gives no probabilities for '{self._model}' (neither logprobs nor "
            "typed decisions), which the readout by logits needs; use --set colour.readout=text.",
            kind="bad_option",
        )


def _sample_sound() -> SoundClip:
    """Five seconds of a soft tone."""
    times = np.arange(5 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    return SoundClip((1000 * np.sin(2 * np.pi * 440 * times)).astype(np.int16))


def _sample_picture() -> PictureClip:
    """A grey square."""
    return PictureClip(np.full((SIDE, SIDE, 3), 128, np.uint8))
