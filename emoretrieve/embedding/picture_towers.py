"""Pictures and texts in one space: what CLIP and SigLIP have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from emoretrieve.embedding import ModelInput, TextVectors
from emoretrieve.embedding.two_towers import TwoTowers, Vectors
from emoretrieve.item import Modality
from emoretrieve.media import MediaFile

if TYPE_CHECKING:
    import torch
    from PIL import Image


class PictureTowers:
    """Embeds pictures, their quarters, and texts.

    A whole picture is given as the model's own settings ask for it (CLIP: its middle square, SigLIP: all of it squeezed
    into a square); a fragment is a quarter of the middle square, the one that was described.
    """

    def __init__(self, towers: TwoTowers) -> None:
        self._towers = towers

    @property
    def modality(self) -> Modality:
        return "image"

    @property
    def signature(self) -> Mapping[str, str]:
        return self._towers.signature

    @property
    def dimension(self) -> int:
        return self._towers.dimension

    def embed(self, media: MediaFile) -> list[float]:
        return self.embed_prepared("image", [self.prepare(media)])[0]

    def prepare(self, media: MediaFile) -> ModelInput:
        """(3, height, width), scaled as the model was trained."""
        from emoretrieve.media.image import open_whole

        self._towers.require(media.modality, media.path)
        pixels: ModelInput = self._scaled([open_whole(media.path)])[0]
        return pixels

    def embed_prepared(self, modality: Modality, inputs: Sequence[ModelInput]) -> list[list[float]]:
        self._towers.require(modality, modality)
        vectors: list[list[float]] = self._towers.embed(_see, np.stack(inputs)).tolist()
        return vectors

    def embed_parts(self, media: MediaFile) -> Vectors:
        """(5, d), of the whole and the quarters in reading order."""
        from PIL import Image

        from emoretrieve.media.image import open_parts

        whole, fragments = self.prepare(media), open_parts(media.path).fragments
        quarters = self._scaled([Image.fromarray(np.ascontiguousarray(pixels)) for pixels in fragments])
        return self._towers.embed(_see, np.concatenate([whole[None], quarters]))

    def embed_words(self, text: str) -> list[float]:
        vector: list[float] = self.embed_texts([text]).vectors[0].tolist()
        return vector

    def embed_texts(self, texts: Sequence[str]) -> TextVectors:
        return self._towers.embed_texts(texts)

    def _scaled(self, pictures: Sequence[Image.Image]) -> ModelInput:
        pixels = self._processor(images=list(pictures), return_tensors="np")["pixel_values"]
        return np.asarray(pixels, np.float32)

    @cached_property
    def _processor(self) -> Any:
        """Always Pillow's, as the models were published: torchvision's scales differently."""
        from transformers import AutoImageProcessor

        return self._towers.processor(lambda folder: AutoImageProcessor.from_pretrained(folder, backend="pil"))


def _see(model: Any, pixels: torch.Tensor) -> Any:
    return model.get_image_features(pixel_values=pixels)
