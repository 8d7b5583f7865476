"""CLIP (Radford et al. 2021) through transformers: pictures and texts; the study's Table IV was made with it."""

from __future__ import annotations

from emoretrieve.embedding import EmbedderSettings
from emoretrieve.embedding.picture_towers import PictureTowers
from emoretrieve.embedding.two_towers import Family, TwoTowers

LICENCE = "MIT for OpenAI's code, none stated for its weights"
"""The cards of `openai/clip-vit-base-patch32` and its like name none."""
FAMILY = Family(
    name="clip",
    title="CLIP",
    modality="image",
    model_types=frozenset({"clip"}),
    needs=("torch", "transformers"),
    default="openai/clip-vit-base-patch32",  # the study's
    padded=False,
    preprocessing="1",
)


def open_embedder(settings: EmbedderSettings) -> PictureTowers:
    """CLIP with these weights; loads the model when something is embedded."""
    return PictureTowers(TwoTowers.open(FAMILY, settings))
