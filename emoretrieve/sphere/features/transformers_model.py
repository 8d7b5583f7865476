"""Features of any model of transformers that reads texts, pictures or sounds, by its place: `transformers:PLACE`.

What a model takes is what its folder has a processor for: a tokenizer for texts, an image processor for pictures, a
feature extractor for sounds. Its features are, in this order,

1. what `get_text_features`, `get_image_features` or `get_audio_features` gives, where the model has one (CLIP, CLAP);
2. of texts, the last hidden state of the last token, for `qwen3-embedding`, which was trained so;
3. of pictures and sounds, the pooled output, where the model has one (ViT, DINOv2);
4. the mean of the last hidden states, of texts without the filling (Reimers and Gurevych 2019).

A sound is heard in up to eight clips of ten seconds, spread evenly, and the mean of their features counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from emoretrieve.embedding.model_folder import ModelFolder
from emoretrieve.errors import MediaError, PerceptionError
from emoretrieve.media import MediaFile
from emoretrieve.media.sound_clips import cut_clips, sound_length, spans_of_clips
from emoretrieve.sphere.features import ExtractorSettings, Features, Input
from emoretrieve.sphere.modality import Modality

VERSION = "1"
"""Raise it whenever an input would get other features."""
_CLIP_S, _MOST_CLIPS = 10, 8
_TEXT_LIMIT = 8192
"""Tokens, where neither the tokenizer nor the model has a limit."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is fixed about a model that has a name of its own."""

    default: str | None = None
    """Its place on the hub."""
    last_token: bool = False


RECIPES = {"qwen3-embedding": Recipe("Qwen/Qwen3-Embedding-0.6B", last_token=True)}


def open_extractor(settings: ExtractorSettings) -> TransformersExtractor:
    """The model at a place, or one of `RECIPES`; raises PerceptionError (`unknown_model`, `damaged_model`)."""
    prefix, colon, place = settings.name.partition(":")
    recipe = Recipe() if colon else RECIPES[prefix]
    where = settings.weights or place or recipe.default
    if not where:
        raise PerceptionError(
            "The features 'transformers:' lack their model; name a folder or owner/name after the colon.",
            kind="unknown_extractor",
        )
    return TransformersExtractor(settings.name, ModelFolder.find(where, "the model", settings.device), recipe)


class TransformersExtractor:
    """One model, loaded when the first features are wanted."""

    def __init__(self, name: str, folder: ModelFolder, recipe: Recipe) -> None:
        self.name = name
        self._folder, self._recipe = folder, recipe

    @cached_property
    def modalities(self) -> frozenset[Modality]:
        found: list[Modality] = []
        if any((self._folder.path / name).is_file() for name in ("tokenizer.json", "tokenizer_config.json")):
            found.append("text")
        keys = self._processor_keys()
        if "image_processor_type" in keys or "image_mean" in keys:
            found.append("image")
        if "feature_extractor_type" in keys or "sampling_rate" in keys:
            found.append("audio")
        return frozenset(found)

    def signature(self, modality: Modality) -> Mapping[str, str]:  # noqa: ARG002  one model, whatever it is given
        made = self._folder.signature("transformers", VERSION)
        return {"extractor": "transformers", "pooling": "last token" if self._recipe.last_token else "mean", **made}

    def dimension(self, modality: Modality) -> int:
        """Found out with an empty text, a grey picture or a second of silence."""
        return len(self._dimensions.setdefault(modality, self._features(modality, [self._nothing(modality)])[0]))

    def extract(self, modality: Modality, inputs: Sequence[Input]) -> Features:
        if not inputs:
            return np.zeros((0, self.dimension(modality)), np.float32)
        return self._features(modality, [self._read(modality, one) for one in inputs])

    @cached_property
    def _dimensions(self) -> dict[Modality, Features]:
        return {}

    def _features(self, modality: Modality, given: Sequence[Any]) -> Features:
        """Each for itself: filling would change the others' last bits."""
        embed = {"text": self._of_text, "image": self._of_picture, "audio": self._of_sound}[modality]
        with self._translated_errors(), torch.inference_mode():
            rows = [embed(one).float().cpu().numpy() for one in given]
        return np.stack(rows).astype(np.float32)

    def _of_text(self, text: str) -> Tensor:
        limit = min(int(self._tokenizer.model_max_length), self._positions, _TEXT_LIMIT)
        inputs = self._tokenizer([text], truncation=True, max_length=limit, return_tensors="pt", verbose=False)
        return self._pooled("text", {name: one.to(self._folder.device) for name, one in inputs.items()})

    def _of_picture(self, pixels: Any) -> Tensor:
        inputs = self._image_processor([pixels], return_tensors="pt")
        return self._pooled("image", {"pixel_values": inputs["pixel_values"].to(self._folder.device)})

    def _of_sound(self, clips: Sequence[Any]) -> Tensor:
        rows = []
        for clip in clips:
            inputs = self._feature_extractor([clip], sampling_rate=self._rate_hz, return_tensors="pt")
            name = next(key for key in ("input_values", "input_features") if key in inputs)
            rows.append(self._pooled("audio", {name: inputs[name].to(self._folder.device)}))
        return torch.stack(rows).mean(dim=0)

    def _pooled(self, modality: Modality, inputs: Mapping[str, Tensor]) -> Tensor:
        """(D,), by the rule that stands at the top of this module."""
        own = getattr(self._model, f"get_{modality}_features", None)
        if own is not None:
            found = own(**inputs)
            row: Tensor = (found if isinstance(found, Tensor) else found.pooler_output)[0]
            return row
        outputs = self._encoder(**inputs)
        states: Tensor = outputs.last_hidden_state[0]
        if modality == "text":
            return states[-1] if self._recipe.last_token else states.mean(dim=0)
        pooled = getattr(outputs, "pooler_output", None)
        return states.flatten(1).mean(dim=tuple(range(states.ndim - 1))) if pooled is None else pooled[0].flatten()

    def _read(self, modality: Modality, one: Input) -> Any:
        if modality == "text":
            return str(one)
        return _pixels(one) if modality == "image" else self._clips(one)

    def _clips(self, one: Input) -> Sequence[Any]:
        assert isinstance(one, MediaFile)
        length = sound_length(one, self._rate_hz)
        if length == 0:
            raise MediaError(f"The sound '{one.path}' holds no samples: there is nothing to embed.", kind="too_short")
        spans = spans_of_clips((0, length), _CLIP_S * self._rate_hz, _MOST_CLIPS)
        shortest = self._rate_hz // 2  # of what convolutions can take in
        return [np.pad(clip, (0, max(0, shortest - len(clip)))) for clip in cut_clips(one, self._rate_hz, spans)]

    def _nothing(self, modality: Modality) -> Any:
        if modality == "text":
            return "a"
        if modality == "image":
            return np.full((32, 32, 3), 128, np.uint8)
        return [np.zeros(self._rate_hz, np.float32)]

    def _processor_keys(self) -> set[str]:
        """All keys of the settings of processors, nested ones included."""
        keys: set[str] = set()
        for name in ("preprocessor_config.json", "processor_config.json"):
            file = self._folder.path / name
            if file.is_file():
                try:
                    keys |= set(_keys(json.loads(file.read_bytes())))
                except (OSError, ValueError):
                    continue  # loading it says what is wrong
        return keys

    @property
    def _rate_hz(self) -> int:
        return int(self._feature_extractor.sampling_rate)

    @property
    def _positions(self) -> int:
        """Tokens that the model has places for."""
        config = getattr(self._model.config, "text_config", self._model.config)
        return int(getattr(config, "max_position_embeddings", _TEXT_LIMIT)) - 2  # RoBERTa's begin at 2

    @cached_property
    def _model(self) -> Any:
        from transformers import AutoModel

        model = self._folder.load(lambda folder: AutoModel.from_pretrained(folder, dtype=torch.float32))
        with self._translated_errors():
            return model.eval().to(self._folder.device)

    @property
    def _encoder(self) -> Any:
        """Without the decoder, where there is one, as of Whisper and T5."""
        return self._model.get_encoder() if self._model.config.is_encoder_decoder else self._model

    @cached_property
    def _tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        return self._folder.load(AutoTokenizer.from_pretrained)

    @cached_property
    def _image_processor(self) -> Any:
        from transformers import AutoImageProcessor

        return self._folder.load(AutoImageProcessor.from_pretrained)

    @cached_property
    def _feature_extractor(self) -> Any:
        from transformers import AutoFeatureExtractor

        return self._folder.load(AutoFeatureExtractor.from_pretrained)

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except (RuntimeError, MemoryError, IndexError, ValueError, TypeError, AttributeError) as error:
            raise self._folder.failed(f"The model of the features '{self.name}'", error) from error


def _pixels(one: Input) -> Any:
    from emoretrieve.media.image import open_whole

    assert isinstance(one, MediaFile)
    return np.array(open_whole(one.path))


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _keys(inner)
