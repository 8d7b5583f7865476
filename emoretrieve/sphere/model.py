"""A model: extractors of features and trained heads, in a folder.

model.safetensors   the weights
config.json         sizes, extractors with their signatures, the digest of the weights
README.md           the model card

model = SphereModel.load(folder)
[point] = model.embed("audio", [Path("song.mp3")])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from emoretrieve.errors import EmoretrieveError, PerceptionError
from emoretrieve.sphere.device import usable_device
from emoretrieve.sphere.features import ExtractorSettings, FeatureExtractor, Features, Input, input_or_error
from emoretrieve.sphere.features.extraction import extract_each
from emoretrieve.sphere.features.registry import open_extractor
from emoretrieve.sphere.heads import Gaussians
from emoretrieve.sphere.modality import Modality
from emoretrieve.sphere.model_card import ModelCard
from emoretrieve.sphere.model_config import ModelConfig
from emoretrieve.sphere.model_files import digest, read_model, write_model
from emoretrieve.sphere.network import SphereNetwork
from emoretrieve.sphere.point import SpherePoint

Embedded: TypeAlias = SpherePoint | EmoretrieveError
"""The distribution of an input, or why there is none."""

_AT_ONCE = 4096
"""Rows of features that go through a head together."""


class SphereModel:
    """Embeds songs, pictures and words as von Mises-Fisher distributions on one sphere."""

    def __init__(
        self, network: SphereNetwork, config: ModelConfig, card: ModelCard | None = None, device: str | None = None
    ) -> None:
        """`device` is that of the extractors; None: a GPU where there is one."""
        self.network = network.eval()
        self.config = config
        self.card = card or ModelCard()
        self._device = device

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        device: str | None = None,
        backbones: Mapping[Modality, torch.nn.Module] | None = None,
    ) -> SphereModel:
        """The model in a folder, on the processor unless a device is named.

        A model that was trained end to end needs its backbones again, whose weights are in the folder.
        Raises PerceptionError of kind `unknown_model` (there is none), `damaged_model`, `other_dimension` (weights of
        other sizes than the configuration says), `bad_device`.
        """
        network, config, card = read_model(Path(folder), dict(backbones or {}))
        return cls(network.to(usable_device(device or "cpu")), config, card, device)

    def save(self, folder: Path) -> None:
        """Write the three files, each whole or not at all; raises SourceError (`not_writable`)."""
        write_model(folder, self.network, self.config, self.card)

    @property
    def dimension(self) -> int:
        """d: the sphere is S^(d-1)."""
        return self.config.shape.head.dimension

    @property
    def modalities(self) -> tuple[Modality, ...]:
        """Those that it embeds."""
        modalities: tuple[Modality, ...] = self.network.modalities
        return modalities

    @cached_property
    def signature(self) -> Mapping[str, str]:
        """What made its points: the weights, and the features of each modality."""
        extractors = {
            f"{modality}.{key}": value
            for modality, source in self.config.extractors.items()
            for key, value in source.signature.items()
        }
        return {"model": f"sha256 {digest(self.network)}", "dimension": str(self.dimension), **extractors}

    def embed(self, modality: Modality, inputs: Sequence[Path | Input]) -> list[SpherePoint]:
        """The distributions of files or texts, in order; raises MediaError for the first that cannot be decoded."""
        found = self.embed_each(modality, inputs)
        for one in found:
            if isinstance(one, EmoretrieveError):
                raise one
        return [one for one in found if isinstance(one, SpherePoint)]

    def embed_each(self, modality: Modality, inputs: Sequence[Path | Input]) -> list[Embedded]:
        """The same, with the MediaError of each file that cannot be decoded in its place."""
        extractor = self.extractor(modality)
        outcomes = extract_each(extractor, modality, [input_or_error(modality, one) for one in inputs])
        rows = [one for one in outcomes if not isinstance(one, EmoretrieveError)]
        if not rows:
            return [one for one in outcomes if isinstance(one, EmoretrieveError)]
        mu, kappa = self.embed_features(modality, np.stack(rows))
        points = map(SpherePoint, mu, kappa.tolist())
        return [one if isinstance(one, EmoretrieveError) else next(points) for one in outcomes]

    def embed_features(self, modality: Modality, features: Features) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """mu (n, d) and kappa (n,) of features (n, D), or of whatever its backbone takes (n, ...)."""
        self._require(modality)
        device = next(self.network.parameters()).device
        mus, kappas = [], []
        with torch.inference_mode():
            for start in range(0, len(features), _AT_ONCE):
                batch = torch.as_tensor(features[start : start + _AT_ONCE]).to(device)
                encoded = self.network.encode(modality, batch)
                if isinstance(encoded, Gaussians):
                    raise PerceptionError(
                        "This model has Gaussians, which are no points of the hypersphere; it can be evaluated, not "
                        "searched. Train one with another loss than pcme or mpc.",
                        kind="not_spherical",
                    )
                mus.append(encoded.mu.cpu().numpy())
                kappas.append(encoded.kappa.cpu().numpy())
        return np.concatenate(mus), np.concatenate(kappas)

    def extractor(self, modality: Modality) -> FeatureExtractor:
        """What makes its features, the same as when it was trained; raises PerceptionError (`other_extractor`)."""
        self._require(modality)
        if modality not in self._opened:
            self._opened[modality] = self._open(modality)
        return self._opened[modality]

    @cached_property
    def _opened(self) -> dict[Modality, FeatureExtractor]:
        return {}

    def _open(self, modality: Modality) -> FeatureExtractor:
        source = self.config.extractors.get(modality)
        if source is None:
            raise PerceptionError(
                f"This model was trained on inputs of {modality} that a program made; give it such inputs, not files.",
                kind="no_extractor",
            )
        settings = replace(source.settings, device=self._device)
        if settings not in self._shared:
            self._shared[settings] = open_extractor(settings)
        return _checked(self._shared[settings], modality, source.signature)

    @cached_property
    def _shared(self) -> dict[ExtractorSettings, FeatureExtractor]:
        """One extractor for all modalities that have the same: its weights are loaded once."""
        return {}

    def _require(self, modality: Modality) -> None:
        if modality not in self.modalities:
            raise PerceptionError(
                f"This model knows no {modality}; it was trained on {' and '.join(self.modalities)}.",
                kind="other_modality",
            )


def _checked(extractor: FeatureExtractor, modality: Modality, signature: Mapping[str, str]) -> FeatureExtractor:
    """The extractor, if it makes the features that the model was trained on."""
    now = dict(extractor.signature(modality))
    if now != signature:
        changed = sorted(key for key in {*now, *signature} if now.get(key) != signature.get(key))
        raise PerceptionError(
            f"The features '{extractor.name}' of {modality} have changed since this model was trained "
            f"({', '.join(changed)}); train it again, or use the weights and the release that it was trained with.",
            kind="other_extractor",
        )
    return extractor
