"""A strict stand-in for an OpenAI-compatible server, shaped like vLLM's documented API.

It answers with fixed texts, but reads requests the way a real server does: unknown fields, wrong shapes and clips that
do not decode are refused, keys and model names are checked, and prompts are counted in tokens (words, and a fixed
number for each clip).
"""

from __future__ import annotations

import io
import json
import re
import threading
import wave
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image, UnidentifiedImageError

Json = dict[str, Any]

FIELDS = {
    "model", "messages", "max_tokens", "temperature", "seed", "logprobs", "top_logprobs", "chat_template_kwargs",
    "response_format", "structured_outputs", "guided_regex", "regex",
}  # fmt: skip
PATTERNS = ("structured_outputs", "guided_regex", "regex")
CLIP_TOKENS = {"image_url": 256, "input_audio": 125}
_KINDS = {"image_url": "image", "input_audio": "audio"}
CANDIDATES = ("zq123", "RGB: (1,2,3), (4,5,6), (7,8,9), (10,11,12), (13,14,15)", "Yes")
"""Answers that patterns of the tests match."""


@dataclass
class Behaviour:
    """What kind of server it is."""

    models: tuple[str, ...] = ("tiny",)
    key: str = ""
    text: str = "Soft rain on a quiet lake."
    takes: frozenset[str] = frozenset({"image_url", "input_audio"})
    drops_clips: bool = False
    """Leave out what the model does not take without a word, as `transformers serve` does."""
    dialect: str = "structured_outputs"
    """The field for patterns that it honours; empty for none."""
    refuses: frozenset[str] = frozenset()
    """Fields that it refuses; others of `FIELDS` that it does not honour are ignored, as vLLM does."""
    most_logprobs: int = 20
    """0 ignores them."""
    tokens: Mapping[str, float] = field(default_factory=lambda: {"Yes": -0.5, " Yes": -2.0, "No": -1.5, "I": -4.0})
    decisions: bool = False
    context: int = 4096
    message: Json = field(default_factory=dict)
    """Fields that replace those of its message."""
    finish_reason: str = "stop"


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, reason: str, kind: str = "BadRequestError") -> None:
        super().__init__(reason)
        self.status = status
        self.body = {"error": {"message": reason, "type": kind, "param": None, "code": status}}


@dataclass
class FakeServer:
    """Its requests so far, and how it behaves; both may be changed while it runs."""

    behaviour: Behaviour
    url: str = ""
    requests: list[Json] = field(default_factory=list)
    """The bodies of the requests to the chat API and for decisions, in order of arrival."""
    headers: list[dict[str, str]] = field(default_factory=list)
    scripted: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=list)
    """Status, body and headers of the next answers, whatever is asked."""
    most_at_once: int = 0
    """Requests that were being answered at the same time."""
    pause_s: float = 0.0
    at_work: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def will_say(self, status: int, body: object, **headers: str) -> None:
        """Answer the next request with this, once."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.scripted.append((status, content, {name.replace("_", "-"): text for name, text in headers.items()}))

    @property
    def questions(self) -> list[Json]:
        """The requests that were not made to find out what the server can do."""
        return [request for request in self.requests if "Say hello." not in json.dumps(request)]


@contextmanager
def fake_server(**behaviour: Any) -> Iterator[FakeServer]:
    """A running server on a free port of this machine."""
    server = FakeServer(Behaviour(**behaviour))

    class Handler(_Handler):
        fake = server

    with _Listener(("127.0.0.1", 0), Handler) as httpd:
        server.url = f"http://127.0.0.1:{httpd.server_port}/v1"
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            httpd.shutdown()
            thread.join()


class _Listener(ThreadingHTTPServer):
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer
    protocol_version = "HTTP/1.1"
    timeout = 5

    def do_GET(self) -> None:
        self._respond({"/v1/models": self._models})

    def do_POST(self) -> None:
        self._respond({"/v1/chat/completions": self._chat, "/v1/systemone": self._decide})

    def log_message(self, *_: object) -> None:
        """Be quiet."""

    def _respond(self, routes: Mapping[str, Any]) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.fake.lock:
            self.fake.at_work += 1
            self.fake.most_at_once = max(self.fake.most_at_once, self.fake.at_work)
            self.fake.headers.append(dict(self.headers))
            scripted = self.fake.scripted.pop(0) if self.fake.scripted else None
        threading.Event().wait(self.fake.pause_s)
        status, content, headers = scripted or self._answer(routes, body)
        with self.fake.lock:
            self.fake.at_work -= 1
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _answer(self, routes: Mapping[str, Any], body: bytes) -> tuple[int, bytes, dict[str, str]]:
        key = self.fake.behaviour.key
        try:
            if key and self.headers.get("Authorization") != f"Bearer {key}":
                raise Refused(401, "Unauthorized")
            if self.path not in routes:
                raise Refused(404, "Not Found", "NotFoundError")
            answer, status = routes[self.path](json.loads(body) if body else {}), 200
        except Refused as refused:
            answer, status = refused.body, refused.status
        return status, json.dumps(answer).encode(), {}

    def _models(self, _: Json) -> Json:
        return {"object": "list", "data": [{"id": name, "object": "model"} for name in self.fake.behaviour.models]}

    def _chat(self, request: Json) -> Json:
        with self.fake.lock:
            self.fake.requests.append(request)
        behaviour = self.fake.behaviour
        _check_fields(request, behaviour)
        words, clips = _read_messages(request["messages"], behaviour)
        prompt_tokens = len(words) + sum(CLIP_TOKENS[clip] for clip in clips)
        if prompt_tokens > behaviour.context:
            raise Refused(400, f"This model's maximum context length is {behaviour.context} tokens.")
        text = _text(request, behaviour)
        choice: Json = {
            "index": 0,
            "message": {"role": "assistant", "content": text, **behaviour.message},
            "finish_reason": behaviour.finish_reason,
            "logprobs": _logprobs(request, behaviour),
        }
        usage = {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": min(len(text.split()), request["max_tokens"]),
            "prompt_tokens_details": {"cached_tokens": min(16, prompt_tokens)},
        }
        return {"id": "1", "object": "chat.completion", "model": request["model"], "choices": [choice], "usage": usage}

    def _decide(self, request: Json) -> Json:
        if not self.fake.behaviour.decisions:
            raise Refused(404, "Not Found", "NotFoundError")
        with self.fake.lock:
            self.fake.requests.append(request)
        if set(request) != {"model", "state", "questions"}:
            raise Refused(422, "Extra inputs are not permitted")
        answers = {name: _decision(question) for name, question in request["questions"].items()}
        return {"model": request["model"], "answers": answers, "usage": {"input_tokens": 30, "output_tokens": 0}}


def _check_fields(request: Json, behaviour: Behaviour) -> None:
    unknown = set(request) - (FIELDS - behaviour.refuses)
    if unknown:
        raise Refused(422, f"Unexpected fields in the request: {sorted(unknown)}")
    if request.get("model") not in behaviour.models:
        raise Refused(404, f"The model `{request.get('model')}` does not exist.", "NotFoundError")
    if not (isinstance(request.get("max_tokens"), int) and request["max_tokens"] >= 1):
        raise Refused(400, "max_tokens must be at least 1")
    if not isinstance(request.get("temperature"), int | float):
        raise Refused(400, "temperature must be a number")
    if request.get("top_logprobs", 0) > behaviour.most_logprobs > 0:
        raise Refused(400, f"Requested sample logprobs is greater than max allowed: {behaviour.most_logprobs}")


def _read_messages(messages: Any, behaviour: Behaviour) -> tuple[list[str], list[str]]:
    """The words and the kinds of clips that the model gets."""
    words: list[str] = []
    clips: list[str] = []
    for message in messages:
        if set(message) != {"role", "content"} or message["role"] not in ("system", "user"):
            raise Refused(400, "a message is malformed")
        content = message["content"]
        for part in [{"type": "text", "text": content}] if isinstance(content, str) else content:
            if part["type"] == "text":
                words += part["text"].split()
            elif _accepts(part, behaviour):
                clips.append(part["type"])
    return words, clips


def _accepts(part: Json, behaviour: Behaviour) -> bool:
    check = {"image_url": _check_picture, "input_audio": _check_sound}.get(part["type"])
    if check is None or set(part) != {"type", part["type"]}:
        raise Refused(400, f"Unknown part type: {part['type']}")
    if part["type"] not in behaviour.takes:
        if behaviour.drops_clips:
            return False
        raise Refused(400, f"At most 0 {_KINDS[part['type']]}(s) may be provided in one prompt.")
    try:
        check(part[part["type"]])
    except (ValueError, KeyError, Base64Error, EOFError, wave.Error, UnidentifiedImageError) as error:
        raise Refused(400, f"a clip cannot be decoded: {error}") from None
    return True


def _check_picture(picture: Json) -> None:
    head, _, data = picture["url"].partition(";base64,")
    image = Image.open(io.BytesIO(b64decode(data, validate=True)))
    image.load()
    if set(picture) != {"url"} or head != f"data:image/{str(image.format).lower()}" or image.mode != "RGB":
        raise ValueError("no RGB picture of the type that its URL names")


def _check_sound(sound: Json) -> None:
    if set(sound) != {"data", "format"} or sound["format"] != "wav":
        raise ValueError("no wav")
    with wave.open(io.BytesIO(b64decode(sound["data"], validate=True))) as file:
        shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        if shape != (1, 2, 16_000) or len(file.readframes(10**9)) != 2 * file.getnframes() or file.getnframes() == 0:
            raise ValueError("no 16-bit mono of 16 kHz, or a wrong length")


def _text(request: Json, behaviour: Behaviour) -> str:
    pattern = _pattern(request, behaviour)
    if pattern is None:
        return behaviour.text
    for candidate in CANDIDATES:
        if re.fullmatch(pattern, candidate):
            return json.dumps(candidate) if behaviour.dialect == "response_format" else candidate
    raise Refused(400, "Grammar error: the pattern matches nothing")


def _pattern(request: Json, behaviour: Behaviour) -> str | None:
    """The pattern under the name that this server honours."""
    given = request.get(behaviour.dialect)
    if given is None:
        return None
    if behaviour.dialect == "structured_outputs":
        return str(given["regex"])
    if behaviour.dialect == "response_format":
        return str(given["json_schema"]["schema"]["pattern"])
    return str(given)


def _logprobs(request: Json, behaviour: Behaviour) -> Json | None:
    if not (request.get("logprobs") and behaviour.most_logprobs):
        return None
    top = [{"token": token, "logprob": logprob, "bytes": []} for token, logprob in behaviour.tokens.items()]
    return {"content": [{**top[0], "top_logprobs": top[: request["top_logprobs"]]}]}


def _decision(question: Json) -> Json:
    if question == {"type": "noul"}:
        return {"type": "noul", "noul": 0.75}
    options = list(question["criteria"])
    return {"type": "choice", "choice": options[0], "probabilities": dict.fromkeys(options, 1 / len(options))}
