"""Models of transformers with two towers, one for songs or pictures and one for texts, that meet in one space."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emoretrieve.embedding import EmbedderSettings, TextVectors
from emoretrieve.embedding.model_folder import ModelFolder
from emoretrieve.errors import MissingDependency, PerceptionError
from emoretrieve.item import Modality

if TYPE_CHECKING:
    import torch

Vectors: TypeAlias = NDArray[np.float32]

_INPUTS_AT_ONCE = 16
"""Clips or pictures that the model takes in one go."""
_NO_LIMIT = 1_000_000
"""A tokenizer that has no limit says so with an immense one."""


@dataclass(frozen=True, slots=True)
class Family:
    """Models that are loaded and asked in the same way."""

    name: str
    """Of the embedder."""
    title: str
    """For people."""
    modality: Modality
    model_types: frozenset[str]
    """What `config.json` may call them."""
    needs: tuple[str, ...]
    """Packages beside those of the base install."""
    default: str
    """On the hub."""
    padded: bool
    """Whether texts are filled up to the limit and no filling is masked, as the model was trained."""
    preprocessing: str
    """Raise it whenever other numbers would be given to the model."""


class TwoTowers:
    """One model; loaded when something is embedded."""

    def __init__(self, family: Family, folder: ModelFolder) -> None:
        self.family = family
        self.folder = folder

    @classmethod
    def open(cls, family: Family, settings: EmbedderSettings) -> TwoTowers:
        """Raises PerceptionError (`unknown_model`, `damaged_model`) and MissingDependency."""
        lacking = [package for package in family.needs if not _installed(package)]
        if lacking:
            raise MissingDependency(
                f"{family.title} needs {', '.join(lacking)}: pip install 'emoretrieve[{family.name}]'."
            )
        folder = ModelFolder.find(settings.weights or family.default, family.title, settings.device)
        found = folder.settings.get("model_type")
        if found not in family.model_types:
            raise PerceptionError(
                f"The model in '{folder.path}' is '{found}', not {family.title}; name the folder of such a model, or "
                "owner/name on the hub.",
                kind="unknown_model",
            )
        return cls(family, folder)

    @cached_property
    def signature(self) -> Mapping[str, str]:
        inputs = {"inputs": f"sha256 {self.folder.inputs_digest}"}
        return {**self.folder.signature(self.family.name, self.family.preprocessing), **inputs}

    @cached_property
    def dimension(self) -> int:
        """Numbers of a vector, as the settings say it; they leave out what is as in the published model."""
        settings = self._settings
        common = getattr(settings, "projection_dim", None)
        return int(settings.vision_config.hidden_size if common is None else common)

    def require(self, modality: Modality, what: object) -> None:
        """Raise PerceptionError (`wrong_modality`), which names what was given, unless it is of this modality."""
        if modality != self.family.modality:
            knows = "sounds" if self.family.modality == "audio" else "pictures"
            raise PerceptionError(
                f"{self.family.title} knows {knows} and texts; it has no vector for '{what}'.",
                kind="wrong_modality",
            )

    def embed(self, embed: Callable[[Any, Any], Any], inputs: Vectors) -> Vectors:
        """(n, d), what the model's own method makes of inputs (n, ...), each as a vector of length 1."""
        import torch

        with self._translated_errors(), torch.inference_mode():
            chunks = torch.split(torch.from_numpy(inputs), _INPUTS_AT_ONCE)
            return np.concatenate([_unit(embed(self._model, one.to(self.folder.device))) for one in chunks])

    def embed_texts(self, texts: Sequence[str]) -> TextVectors:
        """At least one text, each by itself, so that its vector does not depend on the others."""
        import torch

        tokens = np.array([len(ids) for ids in self._tokens(list(texts), truncation=False)["input_ids"]], np.int64)
        with self._translated_errors(), torch.inference_mode():
            rows = [_unit(self._model.get_text_features(**self._text_inputs(text))) for text in texts]
        return TextVectors(np.concatenate(rows), tokens, self.limit)

    def processor(self, loader: Callable[[Path], Any]) -> Any:
        """What makes samples or pixels into inputs, as the folder describes it."""
        return self.folder.load(loader)

    @cached_property
    def limit(self) -> int:
        """The most tokens of a text: the tokenizer's limit, or the model's where that is lower."""
        text = self._settings.text_config
        places = int(text.max_position_embeddings)
        if self.family.modality == "audio":  # RoBERTa's places begin behind that of its padding
            places -= int(text.pad_token_id) + 1
        own = int(min(self._tokenizer.model_max_length, _NO_LIMIT))
        return min(own, places)

    def _text_inputs(self, text: str) -> dict[str, torch.Tensor]:
        padding = "max_length" if self.family.padded else False
        inputs = self._tokens([text], truncation=True, padding=padding, max_length=self.limit, return_tensors="pt")
        names = ("input_ids",) if self.family.padded else ("input_ids", "attention_mask")
        return {name: inputs[name].to(self.folder.device) for name in names}

    def _tokens(self, texts: list[str], **options: Any) -> Any:
        return self._tokenizer(texts, verbose=False, **options)

    @cached_property
    def _settings(self) -> Any:
        from transformers import AutoConfig

        return self.folder.load(AutoConfig.from_pretrained)

    @cached_property
    def _tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        return self.folder.load(AutoTokenizer.from_pretrained)

    @cached_property
    def _model(self) -> Any:
        model = self.folder.load(_model_in)
        with self._translated_errors():
            return model.eval().to(self.folder.device)

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except (RuntimeError, MemoryError, IndexError) as error:
            raise self.folder.failed(self.family.title, error) from error


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # not even the package that it is a part of
        return False


def _model_in(folder: Path) -> Any:
    """The model in single precision. Weights that lack a part, which would be left to chance, are refused."""
    import torch
    from transformers import AutoModel

    model, found = AutoModel.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    lacking = sorted(set(found["missing_keys"]) & {name for name, _ in model.named_parameters()})
    if lacking:
        raise ValueError(f"{len(lacking)} tensors are missing, such as {lacking[0]}")
    return model


def _unit(outputs: Any) -> Vectors:
    """The pooled outputs (n, d) as vectors of length 1."""
    import torch

    pooled = outputs.pooler_output.float()
    unit: Vectors = torch.nn.functional.normalize(pooled, dim=-1).cpu().numpy()
    return unit
