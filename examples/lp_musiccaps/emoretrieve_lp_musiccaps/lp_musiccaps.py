"""`lp-musiccaps`: songs described by the model of LP-MusicCaps, where its package and weights are installed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import MissingDependency, PerceptionError
from emoretrieve.media import MediaFile
from emoretrieve.media.audio import SAMPLE_RATE_HZ, Samples
from emoretrieve.perception import Captioner, Description, PerceptionSettings
from emoretrieve.perception.lite import LiteCaptioner
from emoretrieve.perception.options import Options
from emoretrieve_lp_musiccaps.song import caption_parts, decode

OPTIONS = {
    "model": "The file of weights: transfer.pth of LP-MusicCaps.",
    "device": "Where it runs: cpu, cuda, cuda:1, ... (cpu).",
    "beams": "Beams of its search for words (5).",
}
CHUNK = 10 * SAMPLE_RATE_HZ
"""What the model hears at once: 10 s."""
CHUNKS_A_PART = 3
_MOST_TOKENS = 128
"""With which it was trained."""
_SAMPLED = 1 << 20
"""Bytes at either end of the weights that tell one file from another."""


class LpMusicCaps:
    """The model, loaded when the first song is described."""

    def __init__(self, weights: Path, device: str, beams: int) -> None:
        self._weights = weights
        self._device = device
        self._beams = beams

    @property
    def signature(self) -> Mapping[str, str]:
        return {"weights": _digest(self._weights), "beams": str(self._beams), "chunks": str(CHUNKS_A_PART)}

    def describe(self, part: Samples) -> str:
        """What is heard in stretches of it, one sentence or two each; a stretch that sounds the same is said once."""
        import torch

        with torch.inference_mode():
            heard = torch.from_numpy(chunks(part)).to(self._device)
            said = self._model.generate(samples=heard, num_beams=self._beams)
        return " ".join(dict.fromkeys(" ".join(caption.split()) for caption in said))

    @cached_property
    def _model(self) -> Any:
        """A `BartCaptionModel`, whose package has no types."""
        try:
            import torch
            from lpmc.music_captioning.model.bart import BartCaptionModel
        except ImportError as error:
            raise MissingDependency(
                f"The captioner 'lp-musiccaps' needs {error.name}; install PyTorch and, from a clone of "
                "github.com/seungheondoh/lp-music-caps, its package: pip install -e ."
            ) from error
        model = BartCaptionModel(max_length=_MOST_TOKENS)
        saved = torch.load(self._weights, map_location="cpu", weights_only=True)
        model.load_state_dict({key.removeprefix("module."): value for key, value in saved["state_dict"].items()})
        return model.to(self._device).eval()


class LpMusicCapsCaptioner:
    """Describes songs by the model, pictures as `lite` does."""

    def __init__(self, model: LpMusicCaps, pictures: Captioner) -> None:
        self._model = model
        self._pictures = pictures

    @property
    def signature(self) -> Mapping[str, str]:
        pictures = {f"pictures.{key}": value for key, value in self._pictures.signature.items()}
        return {"name": "lp-musiccaps", **self._model.signature, **pictures}

    def caption(self, media: MediaFile) -> Description:
        if media.modality == "image":
            return self._pictures.caption(media)
        song = decode(media)
        return Description(caption_parts(song, self._model.describe), coverage(song))


def open_captioner(settings: PerceptionSettings) -> LpMusicCapsCaptioner:
    """The function that the entry point names."""
    options = Options(settings.options)
    weights = Path(options.required("model", "transfer.pth"))
    if not weights.is_file():
        raise PerceptionError(
            f"There are no weights at '{weights}'; get transfer.pth from huggingface.co/seungheondoh/lp-music-caps.",
            kind="unknown_model",
        )
    model = LpMusicCaps(weights, options.text("device", "cpu"), options.integer("beams", 5, 1, 100))
    return LpMusicCapsCaptioner(model, LiteCaptioner(settings.use_descriptions))


def chunks(part: Samples) -> NDArray[np.float32]:
    """(k, 160000) with k from 1 to 3: evenly spaced stretches of 10 s, the last one filled up with silence."""
    count = min(max(-(-len(part) // CHUNK), 1), CHUNKS_A_PART)
    starts = np.linspace(0, max(len(part) - CHUNK, 0), count).round().astype(int)
    taken = np.zeros((count, CHUNK), np.float32)
    for row, start in zip(taken, starts, strict=True):
        stretch = part[start : start + CHUNK]
        row[: len(stretch)] = stretch
    return taken


def coverage(song: Samples) -> float:
    """The share that the stretches of the whole hear, which is the smallest of all parts: 0..1."""
    return min(CHUNKS_A_PART * CHUNK / max(len(song), 1), 1.0)


def _digest(weights: Path) -> str:
    """Size, beginning and end of the file: reading all of a gigabyte would hold up every start."""
    with weights.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        digest = hashlib.sha256(file.read(_SAMPLED))
        file.seek(max(size - _SAMPLED, 0))
        digest.update(file.read(_SAMPLED))
    return f"{weights.name}@{digest.hexdigest()[:12]}.{size}"
