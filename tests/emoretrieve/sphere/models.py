"""Small models of the hypersphere, for tests."""

from __future__ import annotations

import torch

from emoretrieve.sphere.features import ExtractorSettings
from emoretrieve.sphere.features.lite import LiteExtractor
from emoretrieve.sphere.heads import Family, HeadShape
from emoretrieve.sphere.modality import MODALITIES
from emoretrieve.sphere.model import SphereModel
from emoretrieve.sphere.model_config import FeatureSource, ModelConfig
from emoretrieve.sphere.network import NetworkShape, SphereNetwork

SMALL = HeadShape(dimension=8, hidden=16)


def lite_model(seed: int = 0, head: HeadShape = SMALL, family: Family = "vmf") -> SphereModel:
    """A model on the built-in features that has learnt nothing, but is unlike one of another seed."""
    lite = LiteExtractor()
    shape = NetworkShape({modality: lite.dimension(modality) for modality in MODALITIES}, head, family)
    sources = {modality: FeatureSource(ExtractorSettings(), lite.signature(modality)) for modality in MODALITIES}
    torch.manual_seed(seed)
    network = SphereNetwork(shape)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape))
    return SphereModel(network, ModelConfig(shape, sources))
