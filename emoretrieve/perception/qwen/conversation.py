"""From prompts to the numbers that a model reads: messages, its own chat template, its own processor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import PerceptionError
from emoretrieve.media.audio import SAMPLE_RATE_HZ
from emoretrieve.perception.prompted.chat import Clip, PictureClip, Prompt, SoundClip

if TYPE_CHECKING:
    import torch
    from transformers import ProcessorMixin

    from emoretrieve.perception.qwen.loading import LoadedModel
    from emoretrieve.perception.qwen.settings import ModelSettings

MAX_CLIP_S = 30
"""Encoders of sound cut what is longer, without a word."""
_MIN_CLIP_SAMPLES = SAMPLE_RATE_HZ // 10
"""Shorter sounds are filled up with silence: too few frames make no token."""

_Messages = list[dict[str, object]]


def rendered(loaded: LoadedModel, prompt: Prompt) -> str:
    """The prompt as text, from the model's chat template, up to where the answer begins."""
    options = {"enable_thinking": False} if "enable_thinking" in loaded.chat_template else {}
    return str(
        loaded.processor.apply_chat_template(
            _messages(loaded, prompt),
            chat_template=loaded.chat_template,
            tokenize=False,
            add_generation_prompt=True,
            **options,
        )
    )


def inputs(loaded: LoadedModel, prompts: Sequence[Prompt]) -> Mapping[str, torch.Tensor]:
    """The batch for `generate`: `input_ids` (prompts, longest) padded on the left, masks, sounds or pictures."""
    texts = [rendered(loaded, prompt) for prompt in prompts]
    clips = [clip for prompt in prompts for clip in prompt.clips]
    tensors = loaded.processor(text=texts, padding=True, return_tensors="pt", **_media(clips))
    return {name: _placed(loaded, tensor) for name, tensor in tensors.items()}


def token_ids(loaded: LoadedModel, text: str) -> list[int]:
    """The tokens of a text that is rendered already."""
    ids: list[int] = loaded.tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids


def check_clips(clips: Sequence[Clip]) -> None:
    """Refuse what would be cut or misread. Raises PerceptionError of kind `refused_request`."""
    kinds = {type(clip) for clip in clips}
    if len(kinds) > 1:
        raise PerceptionError("A prompt holds sounds or pictures, not both.", kind="refused_request")
    for clip in clips:
        if isinstance(clip, SoundClip) and not 0 < len(clip.samples) <= MAX_CLIP_S * SAMPLE_RATE_HZ:
            seconds = len(clip.samples) / SAMPLE_RATE_HZ
            raise PerceptionError(
                f"A sound of {seconds:.1f} s cannot be heard at one go; cut it into windows of up to {MAX_CLIP_S} s.",
                kind="refused_request",
            )


def check_length(loaded: LoadedModel, tokens: int) -> None:
    """Refuse what a model cannot read with understanding; transformers would go on.

    Raises PerceptionError of kind `refused_request`.
    """
    most = getattr(loaded.model.config.get_text_config(), "max_position_embeddings", None)
    if most is not None and tokens > most:
        raise PerceptionError(
            f"The request and its answer take up to {tokens} tokens, and '{loaded.settings.name}' reads {most}; lower "
            "max_new_tokens, or use a model that reads more.",
            kind="refused_request",
        )


def check_sample_rate(processor: ProcessorMixin, settings: ModelSettings) -> None:
    """Raise PerceptionError of kind `wrong_modality` for a model that listens at another rate than ours."""
    rate = processor.feature_extractor.sampling_rate
    if rate != SAMPLE_RATE_HZ:
        raise PerceptionError(
            f"The model '{settings.name}' listens at {rate} Hz, not at {SAMPLE_RATE_HZ}; name another one.",
            kind="wrong_modality",
        )


def _messages(loaded: LoadedModel, prompt: Prompt) -> _Messages:
    user, closing = _plain(loaded, prompt.user), _plain(loaded, prompt.closing)
    if not prompt.clips:
        content = [_text("\n\n".join(text for text in (user, closing) if text))]
    else:
        opening = [_text(f"{user}\n")] if user else []
        content = [*opening, *map(_placeholder, prompt.clips), *([_text(closing)] if closing else [])]
    system = [_text(_plain(loaded, prompt.system))] if prompt.system else []
    turns = [("system", system), ("user", content)]
    return [{"role": role, "content": _spelled(loaded, parts)} for role, parts in turns if parts]


def _spelled(loaded: LoadedModel, parts: list[dict[str, str]]) -> object:
    """Templates of models of text alone take a text, the others a list of parts."""
    return "".join(part["text"] for part in parts) if loaded.architecture.reads_only else parts


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


def _placeholder(clip: Clip) -> dict[str, str]:
    """Where a clip stands; the processor gets the clip itself. Templates look at either of the two keys."""
    return {"type": "audio", "audio": "clip"} if isinstance(clip, SoundClip) else {"type": "image", "image": "clip"}


def _plain(loaded: LoadedModel, text: str) -> str:
    """A text without control tokens: a caption or a tag that spells one must not end the turn or stand for a clip."""
    for token in loaded.tokenizer.get_added_vocab():
        text = text.replace(token, " ")
    return text


def _media(clips: Sequence[Clip]) -> dict[str, Any]:
    """Arguments of the processor for the clips of a whole batch, in order."""
    sounds = [_waveform(clip) for clip in clips if isinstance(clip, SoundClip)]
    pictures = [clip.pixels for clip in clips if isinstance(clip, PictureClip)]
    if sounds:
        return {"audio": sounds, "sampling_rate": SAMPLE_RATE_HZ}
    return {"images": pictures} if pictures else {}


def _placed(loaded: LoadedModel, tensor: torch.Tensor) -> torch.Tensor:
    """On the model's device; sounds and pictures in its precision, tokens and masks as they are."""
    return tensor.to(loaded.device, loaded.model.dtype if tensor.is_floating_point() else tensor.dtype)


def _waveform(clip: SoundClip) -> NDArray[np.float32]:
    """Samples in -1..1, at least a tenth of a second of them."""
    waveform = clip.samples.astype(np.float32) / 32768.0
    return np.pad(waveform, (0, max(0, _MIN_CLIP_SAMPLES - len(waveform))))
