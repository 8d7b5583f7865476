"""Perception Encoder Audio-Visual (Vyas et al. 2025) through transformers: songs and pictures in one space.

Code and weights are under Apache-2.0, as the cards of `facebook/pe-av-small`, `-base` and `-large` state. A picture is
given to the model as a video of one frame, which it was not trained on alone.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emoretrieve.embedding import EmbedderSettings, ModelInput
from emoretrieve.embedding.weights import damaged, downloaded
from emoretrieve.errors import MediaError, MissingDependency, PerceptionError
from emoretrieve.item import Modality
from emoretrieve.media import MediaFile

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
_FILES = ("*.json", "*.safetensors")
_NEEDED = ("torch", "torchvision", "transformers", "timm")


def open_embedder(settings: EmbedderSettings) -> PeAv:
    """PE-AV with these weights; loads the model when something is embedded."""
    lacking = [package for package in _NEEDED if find_spec(package) is None]
    if lacking:
        raise MissingDependency(f"PE-AV needs {', '.join(lacking)}: pip install 'emoretrieve[pe-av]'.")
    place = settings.weights or DEFAULT
    folder = Path(place).expanduser()
    if folder.is_file():
        raise PerceptionError(
            f"'{place}' is a file; name the folder of PE-AV, which has its settings beside the weights.",
            kind="unknown_model",
        )
    return PeAv(folder if folder.is_dir() else downloaded(place, _FILES), settings.device)


class PeAv:
    """Embeds songs and pictures."""

    def __init__(self, folder: Path, device: str | None = None) -> None:
        self._folder = folder
        self._device = device

    @cached_property
    def signature(self) -> Mapping[str, str]:
        random = self._config.get("weights") == "random"
        return {
            "embedder": "pe-av",
            "weights": f"sha256 {_digest(self._folder)}",
            "preprocessing": PREPROCESSING_VERSION,
            **(
                {"caution": "random weights, which have learnt nothing: these numbers are meaningless"}
                if random
                else {}
            ),
        }

    @property
    def dimension(self) -> int:
        return int(self._config.get("text_config", {}).get("hidden_size", 1024))

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
            raise PerceptionError(
                f"PE-AV failed on {self._place} ({' '.join(str(error).split())[:200]}); try --device cpu.",
                kind="model_failed",
            ) from error

    def _sound(self, clips: ModelInput) -> torch.Tensor:
        """(clips, d). By its parts: `get_audio_embeds` and its like are not all callable in transformers 5.24."""
        model, (extract, _) = self._model, self._processors
        samples = extract(list(clips), sampling_rate=_RATE_HZ, return_tensors="pt")["input_values"]
        outputs = model.audio_model.audio_encoder(input_values=samples.to(self._place))
        heard: torch.Tensor = model.audio_model.audio_head(outputs.pooler_output).float()
        return heard

    def _picture(self, pixels: ModelInput) -> torch.Tensor:
        """(1, d)"""
        model, (_, process) = self._model, self._processors
        frames = process([pixels[None].astype(np.uint8)], return_tensors="pt")["pixel_values_videos"]
        outputs = model.video_model.video_encoder(pixel_values_videos=frames.to(self._place))
        seen: torch.Tensor = model.video_model.video_head(outputs.pooler_output).float()
        return seen

    @cached_property
    def _config(self) -> Mapping[str, Any]:
        file = self._folder / "config.json"
        try:
            config = json.loads(file.read_bytes())
        except (OSError, ValueError) as error:
            raise damaged(file, error) from error
        return config if isinstance(config, dict) else {}

    @cached_property
    def _place(self) -> str:
        import torch

        return self._device or ("cuda" if torch.cuda.is_available() else "cpu")

    @cached_property
    def _model(self) -> Any:
        return self._loaded().eval().to(self._place)

    def _loaded(self) -> Any:
        """The real class. What it prints about its own docstrings (5.24) is no part of our output."""
        from transformers import PeAudioVideoModel
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        try:
            with redirect_stdout(io.StringIO()):
                return PeAudioVideoModel.from_pretrained(self._folder)
        except Exception as error:  # readers of damaged files raise nearly anything
            raise damaged(self._folder, error) from error

    @cached_property
    def _processors(self) -> tuple[Any, Any]:
        """What makes samples and frames into inputs, as the weights' folder describes it."""
        from transformers import AutoFeatureExtractor, AutoVideoProcessor

        try:
            extract = AutoFeatureExtractor.from_pretrained(self._folder)
            return extract, AutoVideoProcessor.from_pretrained(self._folder)
        except Exception as error:  # likewise
            raise damaged(self._folder, error) from error


def _digest(folder: Path) -> str:
    """Of all files of weights, in the order of their names; PerceptionError where there are none."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise PerceptionError(f"There are no weights (*.safetensors) in '{folder}'.", kind="unknown_model")
    together = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            together.update(hashlib.file_digest(opened, "sha256").digest())
    return together.hexdigest()


def _clips(media: MediaFile) -> ModelInput:
    """Clips of 10 s, or the whole of a sound that is not longer. Decodes twice, so that memory stays small."""
    from emoretrieve.media.audio import stream_sound

    length, longest = sum(len(block) for block in stream_sound(media, _RATE_HZ)), _CLIP_S * _RATE_HZ
    if length == 0:
        raise MediaError(f"The sound '{media.path}' holds no samples: there is nothing to embed.", kind="too_short")
    count = _CLIPS if length > longest else 1
    starts = [(length - min(length, longest)) * number // max(count - 1, 1) for number in range(count)]
    clips, position = np.zeros((count, min(length, longest)), np.float32), 0
    for block in stream_sound(media, _RATE_HZ):
        for clip, start in zip(clips, starts, strict=True):
            first, last = max(start, position), min(start + len(clip), position + len(block))
            if first < last:
                clip[first - start : last - start] = block[first - position : last - position]
        position += len(block)
    return clips
