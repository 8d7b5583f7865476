"""Writes a tiny CLAP, CLIP or SigLIP with random weights: `python examples/random_towers.py clap FOLDER`.

The real classes of transformers with real feature extractors and tokenizers, so that everything can be tried without
the published weights. It has learnt nothing, says so in its `config.json`, and whatever it embeds is labelled so.
"""

from __future__ import annotations

import json
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

DIMENSION = 32
_WORDS = (
    "a slow quiet song with piano and strings, sad and full of longing; a fast loud dance with drums and bass, "
    "a dark stormy sea under heavy clouds, bright flowers in a calm garden at noon, wild riders and red fire."
)
"""What the tokenizers learn their pieces from."""
_TEXT: dict[str, Any] = {
    "hidden_size": DIMENSION,
    "intermediate_size": 48,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
}
_VISION: dict[str, Any] = {**_TEXT, "image_size": 32, "patch_size": 8}


def write_random_towers(family: str, folder: Path, seed: int = 0, *, fusing: bool = False) -> Path:
    """Model, tokenizer and processor of `clap`, `clip` or `siglip` in a folder, which is returned.

    `fusing` makes a CLAP that looks at a longer sound as a whole and in crops.
    """
    import torch
    from transformers.utils.logging import disable_progress_bar, set_verbosity_error

    disable_progress_bar()
    set_verbosity_error()  # SigLIP's settings name tokens that its own tokenizer has not got
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    if family == "clap":
        _write_clap(folder, fusing)
    elif family == "clip":
        _write_clip(folder)
    else:
        _write_siglip(folder)
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**settings, "weights": "random"}, indent=2))
    return folder


def _write_clap(folder: Path, fusing: bool) -> None:
    from transformers import ClapConfig, ClapFeatureExtractor, ClapModel, ClapProcessor, RobertaTokenizer

    vocab, merges = _byte_pairs(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer = RobertaTokenizer(vocab=vocab, merges=merges, model_max_length=64)
    audio = {
        "num_mel_bins": 16,
        "spec_size": 64,
        "patch_size": 4,
        "patch_stride": [4, 4],
        "depths": [1, 1],
        "num_attention_heads": [1, 2],
        "patch_embeds_hidden_size": 8,
        "hidden_size": 16,
        "window_size": 4,
        **({"enable_fusion": True, "fusion_type": "aff_2d"} if fusing else {}),
    }
    text = {**_TEXT, "vocab_size": len(vocab), "max_position_embeddings": 66, "pad_token_id": vocab["<pad>"]}
    config = ClapConfig(text_config=text, audio_config=audio, projection_dim=DIMENSION)
    ClapModel(config).save_pretrained(folder)
    extractor = ClapFeatureExtractor(
        feature_size=16,
        sampling_rate=8_000,
        hop_length=80,
        max_length_s=2,
        truncation="fusion" if fusing else "rand_trunc",
        frequency_max=4_000,
    )
    ClapProcessor(feature_extractor=extractor, tokenizer=tokenizer).save_pretrained(folder)


def _write_clip(folder: Path) -> None:
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor, CLIPTokenizer

    start, end = "<|startoftext|>", "<|endoftext|>"
    vocab, merges = _byte_pairs([start, end], suffix="</w>")
    tokenizer = CLIPTokenizer(vocab=vocab, merges=merges, model_max_length=24)
    ends = {"bos_token_id": vocab[start], "eos_token_id": vocab[end], "pad_token_id": vocab[end]}
    text = {**_TEXT, **ends, "vocab_size": len(vocab), "max_position_embeddings": 24}
    config = CLIPConfig(text_config=text, vision_config=_VISION, projection_dim=DIMENSION)
    CLIPModel(config).save_pretrained(folder)
    scaling = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    CLIPProcessor(image_processor=CLIPImageProcessor(**scaling), tokenizer=tokenizer).save_pretrained(folder)


def _write_siglip(folder: Path) -> None:
    from transformers import SiglipConfig, SiglipImageProcessor, SiglipModel, SiglipProcessor, SiglipTokenizer

    pieces = folder / "spiece.model"
    pieces.write_bytes(_sentence_pieces())
    tokenizer = SiglipTokenizer(str(pieces), model_max_length=16)
    ends = {"bos_token_id": None, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    text = {**_TEXT, **ends, "vocab_size": len(tokenizer), "max_position_embeddings": 16, "projection_size": DIMENSION}
    SiglipModel(SiglipConfig(text_config=text, vision_config=_VISION)).save_pretrained(folder)
    processor = SiglipImageProcessor(size={"height": 32, "width": 32})
    SiglipProcessor(image_processor=processor, tokenizer=tokenizer).save_pretrained(folder)


def _byte_pairs(special: list[str], suffix: str | None = None) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Vocabulary and merges as they come of the words."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    ends: dict[str, Any] = {} if suffix is None else {"end_of_word_suffix": suffix}
    tokenizer = Tokenizer(models.BPE(**ends))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        **ends,
    )
    tokenizer.train_from_iterator([_WORDS], trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [tuple(pair) for pair in model["merges"]]


def _sentence_pieces() -> bytes:
    import sentencepiece

    written = BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(_WORDS.split(", ")),
        model_writer=written,
        vocab_size=60,
        hard_vocab_limit=False,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    return written.getvalue()


if __name__ == "__main__":
    print(write_random_towers(sys.argv[1], Path(sys.argv[2])))
