"""ImageBind as an embedder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from emoretrieve.embedding import ModelInput
from emoretrieve.embedding.imagebind.model_code import model_module, vocabulary_file
from emoretrieve.embedding.imagebind.published import caution
from emoretrieve.embedding.weights import Weights, damaged, read_state
from emoretrieve.errors import MissingDependency, PerceptionError
from emoretrieve.item import Modality
from emoretrieve.media import MediaFile

if TYPE_CHECKING:
    import torch

PREPROCESSING_VERSION = "1"
"""Raise it whenever other numbers would be given to the model."""
PUBLISHED: Mapping[str, Any] = {
    "vision_embed_dim": 1280,
    "vision_num_blocks": 32,
    "vision_num_heads": 16,
    "text_embed_dim": 1024,
    "text_num_blocks": 24,
    "text_num_heads": 16,
    "out_embed_dim": 1024,
    "audio_drop_path": 0.1,
    "imu_drop_path": 0.7,
}
"""Arguments of the published model."""
_DEFAULT_DIMENSION = 768
"""Of the class, where no argument says otherwise."""
_INPUTS: Mapping[Modality, str] = {"audio": "audio", "image": "vision"}


class ImageBind:
    """Embeds songs, pictures and words; the model is loaded when the first of them comes."""

    def __init__(self, weights: Weights, device: str | None = None) -> None:
        self._weights = weights
        self._device = device

    @property
    def signature(self) -> Mapping[str, str]:
        arguments = self._weights.arguments
        said = caution(self._weights)
        return {
            "embedder": "imagebind",
            "weights": f"sha256 {self._weights.digest}",
            "preprocessing": PREPROCESSING_VERSION,
            **({"arguments": json.dumps(arguments, sort_keys=True)} if arguments else {}),
            **({"caution": said} if said else {}),
        }

    @property
    def dimension(self) -> int:
        return int(self._arguments.get("out_embed_dim", _DEFAULT_DIMENSION))

    def embed(self, media: MediaFile) -> list[float]:
        return self.embed_prepared(media.modality, [self.prepare(media)])[0]

    def prepare(self, media: MediaFile) -> ModelInput:
        if media.modality == "audio":
            from emoretrieve.embedding.imagebind.sound import sound_input

            return sound_input(media)
        from emoretrieve.embedding.imagebind.picture import picture_input

        return picture_input(media)

    def embed_prepared(self, modality: Modality, inputs: Sequence[ModelInput]) -> list[list[float]]:
        import torch

        return self._run(_INPUTS[modality], torch.from_numpy(np.stack(inputs)))

    def embed_words(self, text: str) -> list[float]:
        file = vocabulary_file()
        if file is None:
            raise MissingDependency(
                "This install of ImageBind lacks its vocabulary (bpe/bpe_simple_vocab_16e6.txt.gz), so words cannot be "
                "embedded; query by a file, or install imagebind-unofficial."
            )
        from imagebind.models.multimodal_preprocessors import SimpleTokenizer

        return self._run("text", SimpleTokenizer(bpe_path=str(file))(text)[None])[0]

    def _run(self, kind: str, inputs: torch.Tensor) -> list[list[float]]:
        import torch

        try:
            with torch.inference_mode():
                outputs = self._model({kind: inputs.to(self._place)})[kind]
                vectors: list[list[float]] = torch.nn.functional.normalize(outputs.float(), dim=-1).cpu().tolist()
                return vectors
        except (RuntimeError, MemoryError) as error:
            raise PerceptionError(
                f"ImageBind failed on {self._place} ({' '.join(str(error).split())[:200]}); try --device cpu, or fewer "
                "files at once.",
                kind="model_failed",
            ) from error

    @cached_property
    def _arguments(self) -> Mapping[str, Any]:
        return {**(PUBLISHED if not self._weights.arguments else {}), **self._weights.arguments}

    @cached_property
    def _place(self) -> str:
        import torch

        return self._device or ("cuda" if torch.cuda.is_available() else "cpu")

    @cached_property
    def _model(self) -> Any:
        return self._loaded().eval().requires_grad_(False).to(self._place)

    def _loaded(self) -> Any:
        """The real class; its tensors are those of the file, which stay where they are mapped."""
        state = read_state(self._weights)
        made_by = model_module().ImageBindModel
        try:
            model = made_by(**self._arguments)
            model.load_state_dict(state, assign=True)
        except (RuntimeError, TypeError, ValueError) as error:
            raise damaged(self._weights.file, error) from error
        return model
