"""One step after the other: take a batch, encode, compare, go downhill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from emoretrieve.sphere.device import usable_device
from emoretrieve.sphere.gaussian import Gaussian
from emoretrieve.sphere.heads import Distributions, Gaussians, VonMisesFisherHead
from emoretrieve.sphere.losses.making import make_loss
from emoretrieve.sphere.modality import Modality
from emoretrieve.sphere.network import SphereNetwork
from emoretrieve.sphere.training.batch import Tensors
from emoretrieve.sphere.training.guard import check_distributions, check_gradient, check_loss
from emoretrieve.sphere.training.order import Order, derived_seed
from emoretrieve.sphere.training.parallel import ALONE, Group
from emoretrieve.sphere.training.schedule import factor
from emoretrieve.sphere.training.settings import TrainingSettings
from emoretrieve.sphere.triplets import Triplets
from emoretrieve.sphere.von_mises_fisher import VonMisesFisher


@dataclass(frozen=True, slots=True)
class Step:
    """What a step came to."""

    number: int
    """From 1."""
    loss: float
    parts: Mapping[str, float]
    """What the loss is made of, by name."""
    learning_rate: float
    gradient_norm: float
    """Before it was clipped."""


class Stepper:
    """The state of a training, and what moves it."""

    def __init__(
        self, network: SphereNetwork, items: Triplets, settings: TrainingSettings, group: Group = ALONE
    ) -> None:
        """`items` have two modalities each at least, and there are two of them at least."""
        self.device = device_of(settings.device)
        self.network = network.to(self.device)
        made: nn.Module = make_loss(settings.loss, settings.head.dimension)
        self.loss = made.to(self.device)
        self.taken = 0
        """Steps so far."""
        self._settings, self._group = settings, group
        group.same_everywhere([*self.network.state_dict().values(), *self.loss.state_dict().values()])
        self.optimiser = torch.optim.AdamW(self._parameter_groups())
        self._items = Tensors(items, self.device)
        self._order = Order(len(items), settings.batch_size, settings.seed)
        compiled = settings.compile and self.device.type == "cuda"
        self._forward = torch.compile(self.network) if compiled else self.network

    def step(self) -> Step:
        """Take the next step; raises TrainingError (`nan_loss`) and learns nothing where a number is none."""
        number = self.taken + 1
        self.network.train()
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * factor(self.taken, self._settings)
        with torch.random.fork_rng(devices=[self.device] if self.device.type == "cuda" else []):
            encoded, present = self._encode()
            check_distributions(number, encoded)
            torch.manual_seed(derived_seed(self._settings.seed, "samples", self.taken))
            value = self.loss({modality: distribution(one) for modality, one in encoded.items()}, present)
        check_loss(number, value.total, encoded)
        norm = self._descend(number, value.total)
        self.taken = number
        parts = {name: float(part) for name, part in value.parts.items()}
        rate = float(self.optimiser.param_groups[0]["lr"])
        return Step(number, float(value.total.detach()), parts, rate, float(norm))

    def _encode(self) -> tuple[dict[Modality, Distributions], Mapping[Modality, Tensor]]:
        """The distributions of the whole batch, of this process's share with their gradients."""
        rows = self._order.rows(self.taken)
        inputs, _ = self._items.take(self._group.share(rows))
        _, present = self._items.take(rows)
        torch.manual_seed(derived_seed(self._settings.seed, "dropout", self._group.rank, self.taken))
        mixed = self._settings.precision == "bfloat16" and self.device.type == "cuda"
        with torch.autocast(self.device.type, torch.bfloat16, enabled=mixed):
            shares: Mapping[Modality, Distributions] = self._forward(inputs)
        return {modality: self._gathered(share) for modality, share in shares.items()}, present

    def _gathered(self, share: Distributions) -> Distributions:
        return type(share)(*(self._group.gathered(values) for values in share))

    def _descend(self, number: int, total: Tensor) -> Tensor:
        """Move everything that learns; the norm of the gradient."""
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        self._group.sum_gradients(self.network.parameters())
        self._group.average_gradients(self.loss.parameters())
        if self.taken < self._settings.kappa_from * self._settings.steps:
            self._hold_concentrations()
        everything = [*self.network.parameters(), *self.loss.parameters()]
        norm: Tensor = nn.utils.get_total_norm([one.grad for one in everything if one.grad is not None])
        check_gradient(number, norm, self.network)  # before clipping makes all of them NaN
        nn.utils.clip_grads_with_norm_(everything, self._settings.gradient_clip, norm)
        self.optimiser.step()
        return norm

    def _hold_concentrations(self) -> None:
        for head in self.network.heads.values():
            if isinstance(head, VonMisesFisherHead):
                head.concentration.zero_grad(set_to_none=True)

    def _parameter_groups(self) -> list[dict[str, Any]]:  # as torch has them
        """Weights decay; biases, scales and what the loss learns do not."""
        settings, heads, backbones = self._settings, self.network.heads, self.network.backbones
        weights = [one for one in heads.parameters() if one.ndim > 1]
        others = [*(one for one in heads.parameters() if one.ndim < 2), *self.loss.parameters()]
        slow = list(backbones.parameters())
        groups = [
            {"params": weights, "peak": settings.learning_rate, "weight_decay": settings.weight_decay},
            {"params": others, "peak": settings.learning_rate, "weight_decay": 0.0},
            {"params": slow, "peak": settings.backbone_learning_rate, "weight_decay": settings.weight_decay},
        ]
        return [group for group in groups if group["params"]]


def distribution(encoded: Distributions) -> VonMisesFisher | Gaussian:
    """As losses take them."""
    if isinstance(encoded, Gaussians):
        return Gaussian(encoded.mean, encoded.log_variance)
    return VonMisesFisher(encoded.mu, encoded.kappa, validate_args=False)


def device_of(name: str | None) -> torch.device:
    """The device of this name; a GPU where there is one for none. TrainingError (`bad_device`) for one that fails."""
    return usable_device(name or ("cuda" if torch.cuda.is_available() else "cpu"))
