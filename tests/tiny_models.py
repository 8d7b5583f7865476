"""Tiny models of the real classes: random weights, a tokenizer trained here, the real processors, saved as folders.

They load through `from_pretrained` like the ones from a hub, have a chat template, and answer nonsense within
milliseconds. `tests/conftest.py` saves each of them once a session.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

VOCABULARY = 600
"""Tokens, the special ones among them; the embedding has a few more rows, as in real models."""
EMBEDDED = 640
MEL_BINS = 16

_CORPUS = (
    "A slow cello melody over soft piano chords evokes calm and sadness, like rain on a window at night.",
    "Loud drums and distorted guitars drive the piece forward: wild, restless, bright and full of movement.",
    "The painting shows a quiet blue lake under a grey sky, its horizontal lines at rest.",
    "RGB: (200, 40, 90), (12, 250, 3), (7, 128, 64), (1, 2, 3), (255, 0, 18)",
    "Yes No yes no 0 1 2 3 4 5 6 7 8 9 Describe this part of the song. Describe this picture.",
)
_SPECIAL = {
    "image_token": "<|image_pad|>",
    "video_token": "<|video_pad|>",
    "audio_token": "<|AUDIO|>",
    "vision_bos_token": "<|vision_start|>",
    "vision_eos_token": "<|vision_end|>",
    "audio_bos_token": "<|audio_bos|>",
    "audio_eos_token": "<|audio_eos|>",
}
_SAMPLING = {"do_sample": True, "temperature": 0.6, "top_p": 0.9, "top_k": 20, "repetition_penalty": 1.3}
"""Models ship defaults like these, which a greedy answer must not follow."""

_TURN = "<|im_start|>{{ message.role }}\n"
_ASSISTANT = "{% if add_generation_prompt %}<|im_start|>assistant\n"
TEXT_TEMPLATE = (
    "{% for message in messages %}" + _TURN + "{{ message.content }}<|im_end|>\n{% endfor %}" + _ASSISTANT + "{% if "
    "enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
CLIP_TEMPLATE = (
    "{% for message in messages %}" + _TURN + "{% if message.content is string %}{{ message.content }}{% else %}"
    "{% for part in message.content %}{% if part.type == 'text' %}{{ part.text }}"
    "{% elif part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif part.type == 'audio' %}<|audio_bos|><|AUDIO|><|audio_eos|>{% endif %}{% endfor %}{% endif %}"
    "<|im_end|>\n{% endfor %}" + _ASSISTANT + "{% endif %}"
)


def save_qwen3(folder: Path, *, seed: int = 0, hidden: int = 32) -> Path:
    """Qwen3ForCausalLM: reads and writes text."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    tokenizer = _tokenizer()
    tokenizer.chat_template = TEXT_TEMPLATE
    config = Qwen3Config(**_text(tokenizer, hidden), head_dim=8)
    return _save(folder, Qwen3ForCausalLM, config, tokenizer, seed)


def save_qwen2_audio(folder: Path, *, seed: int = 1, says: str = "") -> Path:
    """Qwen2AudioForConditionalGeneration: hears up to 30 s a clip; always `says` the same if it is given."""
    from transformers import Qwen2AudioConfig, Qwen2AudioForConditionalGeneration, Qwen2AudioProcessor

    tokenizer = _tokenizer()
    config = Qwen2AudioConfig(
        text_config={"model_type": "qwen2"} | _text(tokenizer),
        audio_config=_audio_tower(),
        audio_token_index=tokenizer.convert_tokens_to_ids("<|AUDIO|>"),
    )
    processor = Qwen2AudioProcessor(_ears(), tokenizer, chat_template=CLIP_TEMPLATE)
    return _save(folder, Qwen2AudioForConditionalGeneration, config, processor, seed, says)


def save_qwen2_5_vl(folder: Path, *, seed: int = 2, says: str = "") -> Path:
    """Qwen2_5_VLForConditionalGeneration: sees pictures; always `says` the same if it is given."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration, Qwen2_5_VLProcessor

    tokenizer = _tokenizer()
    config = Qwen2_5_VLConfig(
        text_config=_text(tokenizer) | _mrope(), vision_config=_windowed_eyes(), **_vision_tokens(tokenizer)
    )
    processor = Qwen2_5_VLProcessor(_pictures(), tokenizer, _videos(), chat_template=CLIP_TEMPLATE)
    return _save(folder, Qwen2_5_VLForConditionalGeneration, config, processor, seed, says)


def save_qwen3_vl(folder: Path, *, seed: int = 3) -> Path:
    """Qwen3VLForConditionalGeneration: sees pictures."""
    from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration, Qwen3VLProcessor, Qwen3VLVideoProcessor

    tokenizer = _tokenizer()
    config = Qwen3VLConfig(
        text_config=_text(tokenizer) | _mrope() | {"head_dim": 8},
        vision_config=_deep_eyes(),
        **_vision_tokens(tokenizer),
    )
    processor = Qwen3VLProcessor(_pictures(), tokenizer, Qwen3VLVideoProcessor(), chat_template=CLIP_TEMPLATE)
    return _save(folder, Qwen3VLForConditionalGeneration, config, processor, seed)


def save_qwen2_5_omni(folder: Path, *, seed: int = 4) -> Path:
    """Qwen2_5OmniForConditionalGeneration without a voice: hears and sees; saved whole, as hubs keep it."""
    from transformers import Qwen2_5OmniConfig, Qwen2_5OmniForConditionalGeneration, Qwen2_5OmniProcessor

    tokenizer = _tokenizer()
    thinker = {
        "text_config": _text(tokenizer) | _mrope() | {"tie_word_embeddings": False},
        "vision_config": _windowed_eyes(),
        "audio_config": _audio_tower() | {"output_dim": 32},
        "audio_token_index": tokenizer.convert_tokens_to_ids("<|AUDIO|>"),
        "image_token_index": tokenizer.convert_tokens_to_ids("<|image_pad|>"),
        "video_token_index": tokenizer.convert_tokens_to_ids("<|video_pad|>"),
        **_omni_tokens(tokenizer),
    }
    config = Qwen2_5OmniConfig(thinker_config=thinker, enable_audio_output=False)
    processor = Qwen2_5OmniProcessor(_pictures(), _videos(), _ears(), tokenizer, chat_template=CLIP_TEMPLATE)
    return _save(folder, Qwen2_5OmniForConditionalGeneration, config, processor, seed)


def save_qwen3_omni(folder: Path, *, seed: int = 5) -> Path:
    """Qwen3OmniMoeForConditionalGeneration without a voice: hears and sees, with experts."""
    from transformers import Qwen3OmniMoeConfig, Qwen3OmniMoeForConditionalGeneration, Qwen3OmniMoeProcessor

    tokenizer = _tokenizer()
    experts = {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 32, "head_dim": 8}
    thinker = {
        "text_config": _text(tokenizer) | _mrope() | experts,
        "vision_config": _deep_eyes(),
        "audio_config": _audio_tower() | {"output_dim": 32, "downsample_hidden_size": 8},
        "audio_token_id": tokenizer.convert_tokens_to_ids("<|AUDIO|>"),
        "image_token_id": tokenizer.convert_tokens_to_ids("<|image_pad|>"),
        "video_token_id": tokenizer.convert_tokens_to_ids("<|video_pad|>"),
        **_omni_tokens(tokenizer),
    }
    config = Qwen3OmniMoeConfig(thinker_config=thinker, enable_audio_output=False)
    processor = Qwen3OmniMoeProcessor(_pictures(), _videos(), _ears(), tokenizer, chat_template=CLIP_TEMPLATE)
    return _save(folder, Qwen3OmniMoeForConditionalGeneration, config, processor, seed)


def _tokenizer() -> Any:
    """A byte-level BPE tokenizer with the special tokens of Qwen's."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *_SPECIAL.values()]
    bytewise = Tokenizer(models.BPE())
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    bytewise.train_from_iterator(_CORPUS, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bytewise, eos_token="<|im_end|>", pad_token="<|endoftext|>", **_SPECIAL
    )


def _text(tokenizer: Any, hidden: int = 32) -> dict[str, Any]:
    return {
        "vocab_size": EMBEDDED,
        "hidden_size": hidden,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 8192,
        "initializer_range": 0.2,  # wide enough for answers that depend on the prompt
        "eos_token_id": tokenizer.eos_token_id,
        "bos_token_id": None,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _mrope() -> dict[str, Any]:
    return {"rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0, "mrope_section": [2, 1, 1]}}


def _eyes() -> dict[str, Any]:
    return {
        "depth": 2,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_heads": 4,
        "out_hidden_size": 32,
        "initializer_range": 0.2,
    }


def _windowed_eyes() -> dict[str, Any]:
    return _eyes() | {"fullatt_block_indexes": [1]}


def _deep_eyes() -> dict[str, Any]:
    return _eyes() | {"patch_size": 14, "num_position_embeddings": 256, "deepstack_visual_indexes": [0]}


def _audio_tower() -> dict[str, Any]:
    return {
        "num_mel_bins": MEL_BINS,
        "encoder_layers": 2,
        "encoder_attention_heads": 4,
        "encoder_ffn_dim": 64,
        "d_model": 32,
        "initializer_range": 0.2,
    }


def _vision_tokens(tokenizer: Any) -> dict[str, int]:
    tokens = {
        "image_token_id": "<|image_pad|>",
        "video_token_id": "<|video_pad|>",
        "vision_start_token_id": "<|vision_start|>",
        "vision_end_token_id": "<|vision_end|>",
    }
    return {name: int(tokenizer.convert_tokens_to_ids(token)) for name, token in tokens.items()}


def _omni_tokens(tokenizer: Any) -> dict[str, int]:
    tokens = {
        "vision_start_token_id": "<|vision_start|>",
        "vision_end_token_id": "<|vision_end|>",
        "audio_start_token_id": "<|audio_bos|>",
        "audio_end_token_id": "<|audio_eos|>",
    }
    return {name: int(tokenizer.convert_tokens_to_ids(token)) for name, token in tokens.items()}


def _ears() -> Any:
    from transformers import WhisperFeatureExtractor

    return WhisperFeatureExtractor(feature_size=MEL_BINS)


def _pictures() -> Any:
    from transformers import Qwen2VLImageProcessor

    return Qwen2VLImageProcessor(min_pixels=56 * 56, max_pixels=448 * 448)


def _videos() -> Any:
    from transformers import Qwen2VLVideoProcessor

    return Qwen2VLVideoProcessor()


def _save(folder: Path, model_class: Any, config: Any, processor: Any, seed: int, says: str = "") -> Path:
    """Make the model with random weights of this seed and save it with all that belongs to it."""
    import torch
    from transformers import GenerationConfig

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = model_class(config)
    tokenizer = getattr(processor, "tokenizer", processor)
    if says:
        _teach(model, tokenizer, says)
    end = tokenizer.eos_token_id
    model.generation_config = GenerationConfig(eos_token_id=end, pad_token_id=0, **_SAMPLING)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def _teach(model: Any, tokenizer: Any, sentence: str) -> None:
    """Let the model say one sentence, whatever it hears or sees: each token leads to the next one and nothing else.

    Its layers add nothing any more, so what is read off is the embedding of the last token. No token may occur twice.
    """
    import torch

    spoken = [*tokenizer("<|im_start|>assistant\n")["input_ids"][-1:], *tokenizer(sentence)["input_ids"]]
    assert len(set(spoken)) == len(spoken), f"a token occurs twice in '{sentence}'"
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                parameter.zero_()
        known = model.get_input_embeddings().weight
        head = model.get_output_embeddings().weight.zero_()
        for token, following in pairwise([*spoken, tokenizer.eos_token_id]):
            head[following] = known[token] / known[token].norm()
