"""SigLIP (Zhai et al. 2023, "Sigmoid loss for language image pre-training") through transformers: pictures and texts.

Also SigLIP 2 of fixed resolution, whose settings call it `siglip`.
"""

from __future__ import annotations

from emoretrieve.embedding import EmbedderSettings
from emoretrieve.embedding.picture_towers import PictureTowers
from emoretrieve.embedding.two_towers import Family, TwoTowers

LICENCE = "Apache-2.0"
"""Of `google/siglip-base-patch16-224`, as its card states."""
FAMILY = Family(
    name="siglip",
    title="SigLIP",
    modality="image",
    model_types=frozenset({"siglip"}),
    needs=("torch", "transformers", "sentencepiece", "google.protobuf"),
    default="google/siglip-base-patch16-224",
    padded=True,
    preprocessing="1",
)


def open_embedder(settings: EmbedderSettings) -> PictureTowers:
    """SigLIP with these weights; loads the model when something is embedded."""
    return PictureTowers(TwoTowers.open(FAMILY, settings))
