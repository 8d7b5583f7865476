"""The network: one encoder a modality, a head on frozen features or on a backbone that learns along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor, nn

from emoretrieve.sphere.heads import Distributions, Family, HeadShape, Standardise, make_head
from emoretrieve.sphere.modality import MODALITIES, Modality


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """What makes a network, apart from its weights."""

    features: Mapping[Modality, int]
    """The width of the features of each modality that has an encoder; of a backbone, of what it puts out."""
    head: HeadShape = field(default_factory=HeadShape)
    family: Family = "vmf"


class SphereNetwork(nn.Module):
    """Inputs of each modality to distributions on one sphere."""

    def __init__(self, shape: NetworkShape, backbones: Mapping[Modality, nn.Module] | None = None) -> None:
        """A backbone takes a batch of inputs (n, ...) and gives features (n, D); without one, inputs are features."""
        super().__init__()
        self.shape = shape
        self.backbones = nn.ModuleDict(dict(backbones or {}))
        self.heads = nn.ModuleDict(
            {modality: make_head(shape.family, width, shape.head) for modality, width in shape.features.items()}
        )

    @property
    def modalities(self) -> tuple[Modality, ...]:
        """Those that have an encoder."""
        return tuple(modality for modality in MODALITIES if modality in self.shape.features)

    def encode(self, modality: Modality, inputs: Tensor) -> Distributions:
        """Features (n, D), or inputs of the backbone (n, ...), to n distributions."""
        features = self.backbones[modality](inputs) if modality in self.backbones else inputs
        encoded: Distributions = self.heads[modality](features)
        return encoded

    def forward(self, batch: Mapping[Modality, Tensor]) -> dict[Modality, Distributions]:
        """All modalities of a batch in one pass."""
        return {modality: self.encode(modality, inputs) for modality, inputs in batch.items()}

    def standardise(self, modality: Modality, features: Tensor) -> None:
        """Let the head of frozen features take its scales from those of the training items, (n, D)."""
        standardise: Standardise = self.heads[modality].trunk[0]
        standardise.fit(features)
