"""Language models that run in this process, through transformers: Qwen's by default, others by name or folder.

The extra `qwen` installs what they need. Nothing heavy is imported before the first request: worker processes open
the same perception and never load a model.

`settings` says which model a role uses; `model` is that model as a `ChatModel`; `engine` is the one thread in which all
models of the process work, and decides which of them are in memory; `loading`, `conversation`, `generating` and
`weighing` are what that thread does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emoretrieve.perception.options import Options
from emoretrieve.perception.qwen.settings import OPTIONS, read_settings
from emoretrieve.perception.settings import Role

if TYPE_CHECKING:
    from emoretrieve.perception.prompted.captioner import PromptedCaptioner
    from emoretrieve.perception.prompted.chat import ChatModel
    from emoretrieve.perception.prompted.mapper import PromptedMapper
    from emoretrieve.perception.registry import Opening

__all__ = ["OPTIONS", "open_captioner", "open_chat_model", "open_mapper"]


def open_captioner(opening: Opening) -> PromptedCaptioner:
    """The captioner of these settings; PerceptionError of kind `bad_option`, MissingDependency without the extra."""
    from emoretrieve.perception.prompted.captioner import PromptedCaptioner

    settings = opening.settings
    return PromptedCaptioner(
        {
            "audio": open_chat_model("audio", Options(settings.of_role("audio"), "audio")),
            "image": open_chat_model("image", Options(settings.of_role("image"), "image")),
        },
        Options(settings.options),
        opening.ledger,
        settings.use_descriptions,
    )


def open_mapper(opening: Opening) -> PromptedMapper:
    """The emotion mapper of these settings; raises as `open_captioner` does."""
    from emoretrieve.perception.prompted.mapper import PromptedMapper

    options = Options(opening.settings.of_role("colour"), "colour")
    return PromptedMapper(open_chat_model("colour", options), options, opening.ledger)


def open_chat_model(role: Role, options: Options) -> ChatModel:
    """The model of one role, not loaded yet; raises as `open_captioner` does."""
    from emoretrieve.perception.qwen.model import LocalModel
    from emoretrieve.perception.qwen.requirements import require_extra

    settings = read_settings(role, options)
    require_extra(settings)
    return LocalModel(role, settings)
