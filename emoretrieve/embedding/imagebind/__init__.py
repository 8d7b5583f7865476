"""ImageBind (Girdhar et al. 2023): songs, pictures and words in one space of 1024 dimensions.

The model code is imported from whichever install is there; the preprocessing is ours, so that torchvision, torchaudio
and pytorchvideo are not needed. Code and weights are under a licence that forbids commercial use.
"""

from __future__ import annotations

from emoretrieve.embedding import Embedder, EmbedderSettings

LICENCE = "CC BY-NC 4.0"
TERMS = (
    "ImageBind's code and weights are under CC BY-NC 4.0 (its licence file says CC BY-NC-SA 4.0): they may not be used "
    "commercially, and ImageBind must be named."
)


def open_embedder(settings: EmbedderSettings) -> Embedder:
    """ImageBind with these weights; loads the model when something is embedded."""
    from emoretrieve.embedding.imagebind.embedder import ImageBind
    from emoretrieve.embedding.imagebind.model_code import require_model_code
    from emoretrieve.embedding.imagebind.published import imagebind_weights
    from emoretrieve.embedding.licence import require_acceptance

    require_acceptance(settings.name, TERMS, settings.accepted)
    weights = imagebind_weights(settings.weights)
    require_model_code()
    return ImageBind(weights, settings.device)
