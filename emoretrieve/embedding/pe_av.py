"""Perception Encoder Audio-Visual (Vyas et al. 2025) through transformers: songs and pictures in one space.

Code and weights are under Apache-2.0, as the cards of `facebook/pe-av-small`, `-base` and `-large` state. A picture is
given to the model as a video of one frame, which it was not trained on alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from emoretrieve.embedding import EmbedderSettings, ModelInput
from emoretrieve.embedding.model_folder import ModelFolder
from emoretrieve.errors import MediaError, MissingDependency
from emoretrieve.item import Modality
from emoretrieve.media import MediaFile
from emoretrieve.media.sound_clips import cut_clips, sound_length, spread_clips

if TYPE_CHECKING:
    import torch

LICENCE = "Apache-2.0"
DEFAULT = "facebook/pe-av-base"
PREPROCESSING_VERSION = "1"
"""Raise it whenever other numbers would be given to the model."""
_RATE_HZ = 48_000
_CLIP_S = 10
_CLIPS = 3
"""Of a long sound: from its beginning, its middle and its end; the model was trained on clips of about this length."""
_NEEDED = ("torch", "torchvision", "transformers", "timm")


def open_embedder(settings: EmbedderSettings) -> PeAv:
    """PE-AV with these weights; loads the model when something is embedded."""
    lacking = [package for package in _NEEDED if find_spec(package) is None]
    if lacking:
        raise MissingDependency(f"PE-AV needs {', '.join(lacking)}: pip install 'emoretrieve[pe-av]'.")
    return PeAv(ModelFolder.find(settings.weights or DEFAULT, "PE-AV", settings.device))


class PeAv:
    """Embeds songs and pictures."""

    def __init__(self, folder: ModelFolder) -> None:
        self._folder = folder

    @cached_property
    def signature(self) -> Mapping[str, str]:
        return self._folder.signature("pe-av", PREPROCESSING_VERSION)

    @property
    def dimension(self) -> int:
        return int(self._folder.settings.get("text_config", {}).get("hidden_size", 1024))

    def embed(self, media: MediaFile) -> list[float]:
        return self.embed_prepared(media.modality, [self.prepare(media)])[0]

    def prepare(self, media: MediaFile) -> ModelInput:
        """Of a sound (clips, samples) at 48 kHz, of a picture (height, width, 3) with values of 0..255."""
        if media.modality == "audio":
            return _clips(media)
        from emoretrieve.media.image import open_whole

        return np.asarray(open_whole(media.path), np.float32)

    def embed_prepared(self, modality: Modality, inputs: Sequence[ModelInput]) -> list[list[float]]:
        """One after another: sounds and pictures have lengths and sizes of their own."""
        import torch

        embed = self._sound if modality == "audio" else self._picture
        try:
            with torch.inference_mode():
                vectors = [torch.nn.functional.normalize(embed(one), dim=-1).mean(dim=0) for one in inputs]
                return [torch.nn.functional.normalize(vector, dim=-1).cpu().tolist() for vector in vectors]
        except (RuntimeError, MemoryError) as error:
            raise self._folder.failed("PE-AV", error) from error

    def _sound(self, clips: ModelInput) -> torch.Tensor:
        """(clips, d). By its parts: `get_audio_embeds` and its like are not all callable in transformers 5.24."""
        model, (extract, _) = self._model, self._processors
        samples = extract(list(clips), sampling_rate=_RATE_HZ, return_tensors="pt")["input_values"]
        outputs = model.audio_model.audio_encoder(input_values=samples.to(self._folder.device))
        heard: torch.Tensor = model.audio_model.audio_head(outputs.pooler_output).float()
        return heard

    def _picture(self, pixels: ModelInput) -> torch.Tensor:
        """(1, d)"""
        model, (_, process) = self._model, self._processors
        frames = process([pixels[None].astype(np.uint8)], return_tensors="pt")["pixel_values_videos"]
        outputs = model.video_model.video_encoder(pixel_values_videos=frames.to(self._folder.device))
        seen: torch.Tensor = model.video_model.video_head(outputs.pooler_output).float()
        return seen

    @cached_property
    def _model(self) -> Any:
        from transformers import PeAudioVideoModel

        return self._folder.load(PeAudioVideoModel.from_pretrained).eval().to(self._folder.device)

    @cached_property
    def _processors(self) -> tuple[Any, Any]:
        """What makes samples and frames into inputs, as the weights' folder describes it."""
        from transformers import AutoFeatureExtractor, AutoVideoProcessor

        extract = self._folder.load(AutoFeatureExtractor.from_pretrained)
        return extract, self._folder.load(AutoVideoProcessor.from_pretrained)


def _clips(media: MediaFile) -> ModelInput:
    """Clips of 10 s, or the whole of a sound that is not longer."""
    length, longest = sound_length(media, _RATE_HZ), _CLIP_S * _RATE_HZ
    if length == 0:
        raise MediaError(f"The sound '{media.path}' holds no samples: there is nothing to embed.", kind="too_short")
    return np.stack(cut_clips(media, _RATE_HZ, spread_clips((0, length), longest, _CLIPS)))
