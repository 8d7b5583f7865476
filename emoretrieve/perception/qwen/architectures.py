"""Which class of transformers a model is made of, and whether it hears or sees."""

from __future__ import annotations

from dataclasses import dataclass

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.settings import Role


@dataclass(frozen=True, slots=True)
class Architecture:
    """A kind of model."""

    loader: str
    """The class of transformers whose `from_pretrained` loads it."""
    hears: bool = False
    sees: bool = False

    def suits(self, role: Role) -> bool:
        """Whether it can do what the role is about; any model can name colours."""
        return {"audio": self.hears, "image": self.sees, "colour": True}[role]

    @property
    def reads_only(self) -> bool:
        """True for a model of text alone, which has a tokenizer and no processor."""
        return not (self.hears or self.sees)


_LISTENERS = {
    "qwen2_audio": Architecture("Qwen2AudioForConditionalGeneration", hears=True),
    # Of the models that also speak, the part that thinks: it writes the text, and is half of the memory.
    "qwen2_5_omni": Architecture("Qwen2_5OmniThinkerForConditionalGeneration", hears=True, sees=True),
    "qwen3_omni_moe": Architecture("Qwen3OmniMoeThinkerForConditionalGeneration", hears=True, sees=True),
}
_VIEWER = Architecture("AutoModelForImageTextToText", sees=True)
_READER = Architecture("AutoModelForCausalLM")

_EXAMPLES: dict[Role, str] = {
    "audio": "a model that can hear, such as Qwen/Qwen2-Audio-7B-Instruct",
    "image": "a model that can see, such as Qwen/Qwen2.5-VL-7B-Instruct",
    "colour": "a model that writes text, such as Qwen/Qwen3-4B",
}


def architecture_of(model_type: str, name: str) -> Architecture:
    """The architecture behind `model_type` of a model's config.

    Raises PerceptionError of kind `wrong_modality` where it writes no text.
    """
    from transformers.models.auto.modeling_auto import (
        MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
        MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES,
    )

    if model_type in _LISTENERS:
        return _LISTENERS[model_type]
    if model_type in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES:
        return _VIEWER
    if model_type in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        return _READER
    raise PerceptionError(
        f"The model '{name}' is of the type '{model_type}', which writes no text; name {_EXAMPLES['colour']}.",
        kind="wrong_modality",
    )


def require_role(architecture: Architecture, role: Role, name: str) -> None:
    """Raise PerceptionError of kind `wrong_modality` where the model cannot do what the role is about."""
    if not architecture.suits(role):
        verb = {"audio": "hear sounds", "image": "see pictures", "colour": "name colours"}[role]
        raise PerceptionError(
            f"The model '{name}' cannot {verb}; set {role}.model to {_EXAMPLES[role]}.", kind="wrong_modality"
        )
