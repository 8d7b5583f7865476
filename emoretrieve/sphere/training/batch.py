"""The items of a step, as tensors on the device that they are trained on."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from emoretrieve.sphere.modality import Modality
from emoretrieve.sphere.triplets import Triplets

_RESIDENT_BYTES = 2**30
"""Features up to this size are kept on the GPU as a whole."""


class Tensors:
    """Triplets whose rows can be taken by their places."""

    def __init__(self, triplets: Triplets, device: torch.device) -> None:
        size = sum(values.nbytes for values in triplets.inputs.values())
        home = device if size <= _RESIDENT_BYTES else torch.device("cpu")
        self.device = device
        self.inputs = {modality: torch.as_tensor(values).to(home) for modality, values in triplets.inputs.items()}
        self.present = {modality: torch.as_tensor(triplets.present[modality]).to(home) for modality in self.inputs}
        self._home = home

    def take(self, rows: Tensor) -> tuple[Mapping[Modality, Tensor], Mapping[Modality, Tensor]]:
        """Inputs (b, ...) and flags (b,) of the rows (b,), by modality."""
        places = rows.to(self._home)
        inputs = {modality: values[places].to(self.device) for modality, values in self.inputs.items()}
        present = {modality: flags[places].to(self.device) for modality, flags in self.present.items()}
        return inputs, present
