"""Perceptions whose models run behind OpenAI-compatible servers, such as vLLM, SGLang, llama.cpp or Ollama.

`settings` and `key` say how a role's server is reached; `model` is a model as a `ChatModel`. `exchange` sends requests
until they are answered (`connection`: one request; `patience`, `health`: how long to go on; `refusal`: what a server
means that says no). `messages`, `request` and `reply` are the chat API; `structured`, `weighing` and `decisions` what
only some servers offer, and `abilities` finds out which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emoretrieve.errors import MissingDependency, PerceptionError
from emoretrieve.item import MODALITIES
from emoretrieve.perception.endpoint.settings import OPTIONS, read_settings
from emoretrieve.perception.options import Options
from emoretrieve.perception.settings import Role

if TYPE_CHECKING:
    from emoretrieve.perception.prompted.captioner import PromptedCaptioner
    from emoretrieve.perception.prompted.chat import ChatModel
    from emoretrieve.perception.prompted.mapper import PromptedMapper
    from emoretrieve.perception.registry import Opening

__all__ = ["OPTIONS", "open_captioner", "open_chat_model", "open_mapper"]


def open_chat_model(role: Role, options: Options) -> ChatModel:
    """The model of a role; connects to nothing yet.

    Raises PerceptionError of kind `bad_option` for bad options, MissingDependency without the extra.
    """
    settings = read_settings(role, options)
    try:
        from emoretrieve.perception.endpoint.model import EndpointModel
    except ImportError as error:
        raise MissingDependency(
            f"Models behind servers need the library {error.name}; install it with: pip install 'emoretrieve[endpoint]'"
        ) from error
    return EndpointModel(settings)


def open_captioner(opening: Opening) -> PromptedCaptioner:
    """What describes sounds and pictures. One role may lack its URL, until something of its kind is described."""
    from emoretrieve.perception.prompted.captioner import PromptedCaptioner

    options = {role: Options(opening.settings.of_role(role), role) for role in MODALITIES}
    if not any(given.text("url") for given in options.values()):
        raise PerceptionError(
            "No server is named; give the URL of one with --set url=http://127.0.0.1:8000/v1, or one for each role "
            "with --set audio.url=URL, image.url and colour.url.",
            kind="bad_option",
        )
    models = {role: open_chat_model(role, given) for role, given in options.items()}
    shared = Options(opening.settings.options)
    return PromptedCaptioner(models, shared, opening.ledger, opening.settings.use_descriptions)


def open_mapper(opening: Opening) -> PromptedMapper:
    """What colours captions."""
    from emoretrieve.perception.prompted.mapper import PromptedMapper

    options = Options(opening.settings.of_role("colour"), "colour")
    options.required("url", "http://127.0.0.1:8000/v1")
    return PromptedMapper(open_chat_model("colour", options), options, opening.ledger)
