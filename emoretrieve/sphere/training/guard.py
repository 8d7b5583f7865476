"""No training ends with a silent NaN: the step and what went wrong first are named, and nothing is learnt from it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from emoretrieve.errors import TrainingError
from emoretrieve.sphere.heads import Distributions
from emoretrieve.sphere.modality import Modality
from emoretrieve.sphere.network import SphereNetwork


def check_distributions(step: int, encoded: Mapping[Modality, Distributions]) -> None:
    """Raise TrainingError (`nan_loss`) where the network puts out what is no distribution."""
    for modality, distributions in encoded.items():
        for name, values in distributions._asdict().items():
            if not torch.isfinite(values).all():
                raise _stopped(step, f"the {name.replace('_', ' ')} of {modality} is NaN or infinite")


def check_loss(step: int, total: Tensor, encoded: Mapping[Modality, Distributions]) -> None:
    """The same where the loss is no number."""
    if not torch.isfinite(total).all():
        kappas = (f"{modality} {_widest(one)}" for modality, one in encoded.items())
        raise _stopped(step, f"the loss is {float(total.detach())} (largest spread of {', '.join(kappas)})")


def check_gradient(step: int, norm: Tensor, network: SphereNetwork) -> None:
    """The same where a gradient is none; `norm` is that of all of them."""
    if torch.isfinite(norm):
        return
    for modality in network.modalities:
        for owner in (network.heads, network.backbones):
            parts = owner[modality].parameters() if modality in owner else ()
            if any(one.grad is not None and not torch.isfinite(one.grad).all() for one in parts):
                raise _stopped(step, f"the gradient of the encoder of {modality} is NaN or infinite")
    raise _stopped(step, "the gradient of the loss's own parameters is NaN or infinite")


def _widest(distributions: Distributions) -> str:
    name, values = list(distributions._asdict().items())[-1]
    return f"{name.replace('_', ' ')} {float(values.detach().max()):g}"


def _stopped(step: int, what: str) -> TrainingError:
    return TrainingError(
        f"Training stopped in step {step}: {what}; lower the learning rate or raise concentration_penalty. What was "
        "learnt before the step is kept.",
        kind="nan_loss",
    )
