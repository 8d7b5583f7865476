"""A language model behind an OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint.abilities import Abilities
from emoretrieve.perception.endpoint.exchange import Exchange
from emoretrieve.perception.endpoint.messages import PICTURE_FORMAT
from emoretrieve.perception.endpoint.refusal import told
from emoretrieve.perception.endpoint.reply import ChatReply, read_chat_reply
from emoretrieve.perception.endpoint.request import CHAT, ChatRequest
from emoretrieve.perception.endpoint.settings import EndpointSettings
from emoretrieve.perception.endpoint.structured import PLAIN, Dialect
from emoretrieve.perception.prompted.chat import Answer, Answering, Prompt, Weighing


class EndpointModel:
    """One model in one role (a `ChatModel`). Connects when it is first asked."""

    exclusive = False

    def __init__(self, settings: EndpointSettings) -> None:
        self._settings = settings
        self._exchange = Exchange(settings)
        self._abilities = Abilities(settings, self._exchange)

    @property
    def signature(self) -> Mapping[str, str]:
        """The model by the name it is served under: more is not known of it."""
        pictures = {"pictures": PICTURE_FORMAT} if self._settings.role == "image" else {}
        return {"model": self._settings.model, "backend": "endpoint", **pictures}

    @property
    def concurrency(self) -> int:
        return self._settings.concurrency

    async def answer(self, prompt: Prompt, answering: Answering) -> Answer:
        """Raises PerceptionError, as `Exchange.post` does."""
        fields = await self._abilities.fields.get()
        dialect = PLAIN if answering.pattern is None else await self._abilities.dialect.get()
        asked = {**fields, **dialect.fields(answering.pattern or "")}
        request = ChatRequest(self._settings.model, prompt, answering, asked)
        return await self._exchange.post(
            CHAT, request.body, lambda reply, seconds: self._read(read_chat_reply(reply, seconds), dialect)
        )

    async def weigh(self, prompt: Prompt, choices: Sequence[str]) -> Weighing:
        """Through logprobs, which generate one token, or typed decisions; raises as `answer` does."""
        weigh = await self._abilities.weigher.get()
        return await weigh(prompt, choices)

    async def aclose(self) -> None:
        await self._exchange.aclose()

    def _read(self, reply: ChatReply, dialect: Dialect) -> Answer:
        if reply.finish_reason == "content_filter" or (reply.refusal and not reply.text):
            reason = told(self._settings, reply.refusal) or "its content filter held the answer back"
            raise PerceptionError(
                f"The model '{self._settings.model}' refuses to answer: {reason}.", kind="refused_request"
            )
        complete = reply.finish_reason != "length"
        text = dialect.read(reply.text) if complete else reply.text
        return Answer(self._settings.key.hide_in(text), complete, reply.usage)
