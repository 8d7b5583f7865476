"""CLAP (Wu et al. 2023, "Large-scale contrastive language-audio pretraining") through transformers: songs and texts.

A part of a song longer than the model hears (10 s) is given as clips at places that follow from its length, and the
mean of their vectors counts. The crop that transformers' feature extractor would draw at random is never made: no clip
is longer than the model hears, and none is marked as longer, which the extractor does to one of them by chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from emoretrieve.embedding import EmbedderSettings, ModelInput, TextVectors
from emoretrieve.embedding.two_towers import Family, TwoTowers, Vectors
from emoretrieve.errors import MediaError
from emoretrieve.item import Modality
from emoretrieve.media import MediaFile
from emoretrieve.media.audio import Samples
from emoretrieve.media.sound_clips import cut_clips, sound_length, spans_of_clips
from emoretrieve.media.sound_windows import Span, spans_of_parts

if TYPE_CHECKING:
    import torch

LICENCE = "Apache-2.0"
"""Of `laion/clap-htsat-unfused`, as its card states."""
FAMILY = Family(
    name="clap",
    title="CLAP",
    modality="audio",
    model_types=frozenset({"clap"}),
    needs=("torch", "transformers"),
    default="laion/clap-htsat-unfused",
    padded=False,
    preprocessing="1",
)
MOST_CLIPS = 8
"""Of a part: what is longer than 80 s is heard in eight places."""


def open_embedder(settings: EmbedderSettings) -> Clap:
    """CLAP with these weights; loads the model when something is embedded."""
    return Clap(TwoTowers.open(FAMILY, settings))


class Clap:
    """Embeds songs, their parts, and texts."""

    def __init__(self, towers: TwoTowers) -> None:
        self._towers = towers

    @property
    def modality(self) -> Modality:
        return "audio"

    @property
    def signature(self) -> Mapping[str, str]:
        return self._towers.signature

    @property
    def dimension(self) -> int:
        return self._towers.dimension

    def embed(self, media: MediaFile) -> list[float]:
        return self.embed_prepared("audio", [self.prepare(media)])[0]

    def prepare(self, media: MediaFile) -> ModelInput:
        """Of the clips of a whole song: (clips, channels, frames, bands), decibels by mel band."""
        self._towers.require(media.modality, media.path)
        whole, *_ = self._parts(media)
        return self._mel_bands(cut_clips(media, self._rate_hz, self._clips(whole)))

    def embed_prepared(self, modality: Modality, inputs: Sequence[ModelInput]) -> list[list[float]]:
        """One song after another."""
        self._towers.require(modality, modality)
        return [_mean(self._towers.embed(_hear, one)).tolist() for one in inputs]

    def embed_parts(self, media: MediaFile) -> Vectors:
        """(5, d), of the whole and its quarters in time."""
        self._towers.require(media.modality, media.path)
        spans = [self._clips(part) for part in self._parts(media)]
        bands = self._mel_bands(cut_clips(media, self._rate_hz, [span for part in spans for span in part]))
        ends = np.cumsum([0, *map(len, spans)])
        return np.stack([_mean(self._towers.embed(_hear, bands[first:last])) for first, last in pairwise(ends)])

    def embed_words(self, text: str) -> list[float]:
        vector: list[float] = self.embed_texts([text]).vectors[0].tolist()
        return vector

    def embed_texts(self, texts: Sequence[str]) -> TextVectors:
        return self._towers.embed_texts(texts)

    def _parts(self, media: MediaFile) -> tuple[Span, ...]:
        """In samples; MediaError (`too_short`) where a quarter would hold none."""
        length = sound_length(media, self._rate_hz)
        parts = spans_of_parts(length)
        if any(start == end for start, end in parts):
            raise MediaError(
                f"The sound '{media.path}' has {length} samples: its quarters hold nothing to embed.", kind="too_short"
            )
        return parts

    def _clips(self, part: Span) -> tuple[Span, ...]:
        return spans_of_clips(part, int(self._extractor.nb_max_samples), MOST_CLIPS)

    def _mel_bands(self, clips: Sequence[Samples]) -> ModelInput:
        """A clip shorter than the model hears is repeated and filled up, as the extractor's settings say."""
        bands = self._extractor(list(clips), sampling_rate=self._rate_hz, return_tensors="np")["input_features"]
        return np.asarray(bands, np.float32)

    @property
    def _rate_hz(self) -> int:
        return int(self._extractor.sampling_rate)

    @cached_property
    def _extractor(self) -> Any:
        from transformers import AutoFeatureExtractor

        return self._towers.processor(AutoFeatureExtractor.from_pretrained)


def _hear(model: Any, bands: torch.Tensor) -> Any:
    import torch

    return model.get_audio_features(
        input_features=bands, is_longer=torch.zeros((len(bands), 1), dtype=torch.bool, device=bands.device)
    )


def _mean(clips: Vectors) -> Vectors:
    """The direction (d,) of the mean of unit vectors (n, d)."""
    mean = clips.astype(np.float64).mean(axis=0)
    unit: Vectors = (mean / np.linalg.norm(mean)).astype(np.float32)
    return unit
