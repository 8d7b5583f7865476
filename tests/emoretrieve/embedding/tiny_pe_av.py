"""A tiny PE-AV of the real classes, with random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_SIZES: dict[str, int] = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "head_dim": 16,
}
_SOUND: dict[str, Any] = {
    "model_type": "dac",
    "encoder_hidden_size": 8,
    "downsampling_ratios": [2, 8, 10, 12],
    "hidden_size": 32,
    "codebook_dim": 8,
    "decoder_hidden_size": 16,
    "n_codebooks": 1,
    "codebook_size": 8,
}
_FRAMES: dict[str, Any] = {
    "model_type": "timm_wrapper",
    "architecture": "vit_tiny_patch16_224",
    "num_classes": 24,
    "model_args": {"embed_dim": 24, "depth": 1, "num_heads": 2, "img_size": 32, "global_pool": "map"},
    "do_pooling": True,
}
_WORDS: dict[str, Any] = {
    "model_type": "modernbert",
    "vocab_size": 64,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "cls_token_id": 1,
    "sep_token_id": 2,
}


def save_pe_av(folder: Path) -> Path:
    """Configuration, weights and processors in a folder, which is returned."""
    import torch
    from transformers import PeAudioFeatureExtractor, PeAudioVideoConfig, PeAudioVideoModel, PeVideoVideoProcessor

    torch.manual_seed(0)
    both = {
        **_SIZES,
        "audio_config": {"model_type": "pe_audio_encoder", **_SIZES, "dac_config": _SOUND},
        "video_config": {"model_type": "pe_video_encoder", **_SIZES, "vision_config": _FRAMES},
    }
    PeAudioVideoModel(PeAudioVideoConfig(text_config=_WORDS, audio_video_config=both)).save_pretrained(folder)
    PeAudioFeatureExtractor().save_pretrained(folder)
    scaling: dict[str, Any] = {
        "do_rescale": True,
        "do_normalize": True,
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
    }
    PeVideoVideoProcessor(do_resize=True, size={"height": 32, "width": 32}, **scaling).save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "weights": "random"}))
    return folder
