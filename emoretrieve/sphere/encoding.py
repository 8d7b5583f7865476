"""Triplets through a network: the distributions of all items, for evaluation and for export."""

from __future__ import annotations

import numpy as np

from emoretrieve.errors import PerceptionError
from emoretrieve.sphere.evaluation import EncodedItems
from emoretrieve.sphere.heads import Gaussians
from emoretrieve.sphere.network import SphereNetwork
from emoretrieve.sphere.points import Points
from emoretrieve.sphere.training.batch import Tensors
from emoretrieve.sphere.training.validation import encode_all
from emoretrieve.sphere.triplets import Triplets


def encode_items(network: SphereNetwork, triplets: Triplets) -> EncodedItems:
    """The distributions of the modalities that both have; Gaussians are taken as their means, all equally sure."""
    items = Tensors(triplets, next(network.parameters()).device)
    network.eval()
    points = {}
    for modality in network.modalities:
        if modality not in triplets.inputs or not triplets.present[modality].any():
            continue
        encoded = encode_all(network, modality, items)
        mu = encoded[0].double().cpu().numpy()
        if isinstance(encoded, Gaussians):
            kappa = np.full(len(mu), float(network.shape.head.dimension))
        else:
            kappa = encoded.kappa.double().cpu().numpy()
        points[modality] = Points(mu / np.linalg.norm(mu, axis=1, keepdims=True), kappa)
    if len(points) < 2:
        raise PerceptionError(
            f"The model knows {' and '.join(network.modalities)}, and the items have none but "
            f"{' and '.join(points) or 'others'} of these; two are needed.",
            kind="other_modality",
        )
    is_gaussian = network.shape.family == "gaussian"
    return EncodedItems(points, triplets.present, network.shape.head, has_kappa=not is_gaussian)
