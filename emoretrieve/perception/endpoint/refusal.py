"""What a server means that refuses a request (4xx): the key, the model, the kind of media, or this request alone."""

from __future__ import annotations

import re

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint.connection import Response
from emoretrieve.perception.endpoint.reply import WrongShape, error_text, parse_json
from emoretrieve.perception.endpoint.settings import EndpointSettings

_LONGEST_REASON = 300
_ELSEWHERE = (402, 405, 407, 410, 501)
"""Statuses that would meet every request: nothing paid, no such API, a proxy that wants a password, moved away."""
_NO_MODEL = re.compile(r"model .*(not (exist|found|available|served)|unknown|no such)|no such model|is pinned to", re.I)
_NO_MEDIA = re.compile(
    r"is not a multimodal model|at most 0 (image|audio)"
    r"|(image|audio|vision|multi-?modal)s?( input)?s? (is|are) not supported"
    r"|(not|n't) support (image|audio|vision|multi-?modal)"
    r"|unsupported content part|unknown (content )?(part|item) type",
    re.I,
)
"""How vLLM, llama.cpp, Ollama and SGLang say that a model only reads."""
_TOO_LONG = re.compile(r"context (length|size|window)|maximum model len|prompt is too long|too many tokens", re.I)


def reason_of(settings: EndpointSettings, response: Response) -> str:
    """What the server says, without the key."""
    try:
        text = error_text(parse_json(response.body))
    except WrongShape:
        is_page = response.body.lstrip().startswith(b"<")
        text = "a web page" if is_page else response.body.decode(errors="replace")
    return told(settings, text)


def told(settings: EndpointSettings, text: str) -> str:
    """Foreign words as one short line without the key and the stop at its end."""
    line = settings.key.hide_in(" ".join(text.split())).rstrip(".")
    return line if len(line) <= _LONGEST_REASON else f"{line[:_LONGEST_REASON]}…"


def is_at_wrong_address(response: Response) -> bool:
    """True where the answer is to the address or the account, whatever is asked; redirects are not followed."""
    return 300 <= response.status < 400 or response.status in _ELSEWHERE


def names_unknown_model(response: Response, reason: str) -> bool:
    """True where the server knows the API, but not the model."""
    return response.status == 404 or (response.status == 400 and bool(_NO_MODEL.search(reason)))


def lacks_media(reason: str) -> bool:
    """True where the reason is that the model neither sees nor hears; llama.cpp says so with status 500."""
    return bool(_NO_MEDIA.search(reason))


def wrong_key(settings: EndpointSettings, response: Response) -> PerceptionError:
    """The server wants another key, or one at all."""
    what = "refuses the key" if settings.key else "wants a key"
    return PerceptionError(
        f"The server at {settings.url} {what} (status {response.status}); set EMORETRIEVE_API_KEY, or "
        f"EMORETRIEVE_{settings.role.upper()}_API_KEY for this role, to the right one.",
        kind="wrong_key",
    )


def wrong_address(settings: EndpointSettings, response: Response, reason: str) -> PerceptionError:
    """Nothing that is asked there will be answered."""
    why = "it redirects to another address, which may be anybody's" if response.status < 400 else reason
    return PerceptionError(
        f"The server at {settings.url} answers no request (status {response.status}): {why}. Give the URL that "
        f"answers itself, with https:// where it wants that, with --set {settings.role}.url=URL, and look after the "
        "account that its key belongs to.",
        kind="bad_option",
    )


def unknown_model(settings: EndpointSettings, offered: tuple[str, ...] | None) -> PerceptionError:
    """The server has other models; None where it cannot even say which."""
    if offered is None:
        return PerceptionError(
            f"There is no OpenAI-compatible API at {settings.url} (it lists no models); give its base URL, "
            f"which mostly ends with /v1, with --set {settings.role}.url=URL.",
            kind="bad_option",
        )
    listed = ", ".join(offered) or "none"
    return PerceptionError(
        f"The server at {settings.url} has no model '{settings.model}'; it offers: {listed}. Name one with "
        f"--set {settings.role}.model=NAME.",
        kind="unknown_model",
    )


def mute_model(settings: EndpointSettings, reason: str) -> PerceptionError:
    """Not even the first question was answered; some servers fail so that do not have the model."""
    return PerceptionError(
        f"The server at {settings.url} never answered for the model '{settings.model}', in {settings.retries + 1} "
        f"tries; the last time: {reason}. Look at its log and at the name of the model ({settings.role}.model), then "
        "run the same command again.",
        kind="server_gone",
    )


def wrong_modality(settings: EndpointSettings, reason: str) -> PerceptionError:
    """The model reads, but neither listens nor looks, or not the way this role needs."""
    wanted = {"audio": "sounds", "image": "pictures", "colour": "texts"}[settings.role]
    return PerceptionError(
        f"The model '{settings.model}' at {settings.url} does not take {wanted}: {reason}. Serve one that does, and "
        f"name it with --set {settings.role}.model=NAME.",
        kind="wrong_modality",
    )


def refused_request(settings: EndpointSettings, response: Response, reason: str) -> PerceptionError:
    """This request alone is at fault."""
    hint = "; start the server with room for longer prompts" if _TOO_LONG.search(reason) else ""
    return PerceptionError(
        f"The server at {settings.url} refused the request (status {response.status}): {reason}{hint}.",
        kind="refused_request",
    )
