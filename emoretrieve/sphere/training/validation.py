"""What a network is worth on items that it did not learn from, while it learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import torch

from emoretrieve.sphere.heads import Distributions, Gaussians, HeadShape, at_clamp
from emoretrieve.sphere.modality import Modality
from emoretrieve.sphere.network import SphereNetwork
from emoretrieve.sphere.ranks import chance, measured, ranks
from emoretrieve.sphere.training.batch import Tensors

_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Validation:
    """The numbers of one validation."""

    step: int
    mrr: float
    """Mean over the directions from one modality to another, by the cosine of the means."""
    chance_mrr: float
    """The same for a random order."""
    kappa: Mapping[Modality, float]
    """The mean concentration; none for Gaussians."""
    at_clamp: Mapping[Modality, float]
    """The share of concentrations at their limit, 0..1."""


def validate(network: SphereNetwork, items: Tensors, step: int) -> Validation:
    """By the cosine alone, which no unruly concentration can disturb."""
    network.eval()
    means: dict[Modality, torch.Tensor] = {}
    kappa: dict[Modality, float] = {}
    clamped: dict[Modality, float] = {}
    shape: HeadShape = network.shape.head
    for modality in network.modalities:
        encoded = encode_all(network, modality, items)
        means[modality] = encoded[0]
        if not isinstance(encoded, Gaussians):
            there = encoded.kappa[items.present[modality].to(encoded.kappa.device)]
            kappa[modality], clamped[modality] = float(there.mean()), at_clamp(there, shape)
    scores = [_direction(means[one], means[other], items, one, other) for one, other in permutations(means, 2)]
    known = [score for score in scores if score is not None]
    mrr, level = (float(np.mean([score[place] for score in known])) if known else 0.0 for place in (0, 1))
    return Validation(step, mrr, level, kappa, clamped)


def encode_all(network: SphereNetwork, modality: Modality, items: Tensors) -> Distributions:
    """The distributions of all items, those without the modality included."""
    with torch.inference_mode():
        return _encoded(network, modality, items)


def _encoded(network: SphereNetwork, modality: Modality, items: Tensors) -> Distributions:
    parts = [network.encode(modality, values.to(items.device)) for values in items.inputs[modality].split(_AT_ONCE)]
    return type(parts[0])(*(torch.cat(fields) for fields in zip(*parts, strict=True)))


def _direction(
    source: torch.Tensor, target: torch.Tensor, items: Tensors, one: Modality, other: Modality
) -> tuple[float, float] | None:
    """MRR and its chance level of the items that have both; None where there are none."""
    both = (items.present[one] & items.present[other]).cpu()
    if not both.any():
        return None
    scores = (source.cpu()[both] @ target.cpu()[both].T).numpy()
    return measured(ranks(scores, np.arange(len(scores)))).mrr, chance(len(scores)).mrr
