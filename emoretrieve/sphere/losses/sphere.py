"""L = L_C + lambda L_S: the contrastive loss keeps items apart, the sliced one brings an item's modalities together."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import torch
from torch import Tensor, nn

from emoretrieve.sphere.losses.contrastive import Contrastive
from emoretrieve.sphere.losses.options import LossOptions
from emoretrieve.sphere.losses.value import Batch, Family, LossValue, Presence, mean_of, meetings, zero_of
from emoretrieve.sphere.sliced import coordinates, from_coordinates, great_circles
from emoretrieve.sphere.von_mises_fisher import VonMisesFisher


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows of one modality that are present, and samples of them."""

    distributions: VonMisesFisher
    """Of the N rows present."""
    samples: Tensor
    """(L, N, d), or (0, N, d)."""
    places: Tensor
    """(B,): where a row of the batch, if it is present, stands among them."""

    @classmethod
    def of(cls, one: VonMisesFisher, present: Tensor, count: int) -> Shown:
        """Absent rows are not even sampled, so that nothing in them can reach a gradient."""
        distributions = one[present]
        return cls(distributions, distributions.rsample((count,)), present.cumsum(0) - 1)


class SphereLoss(nn.Module):  # type: ignore[misc]  # torch is checked as if it were not installed
    """L_C + lambda L_S, each the mean over the pairs of modalities that meet; equation 2 of the paper's supplement.

    L_S is the mean SSW_p between samples of both modalities of the same item (algorithm 2), on circles drawn anew each
    time; the samples are those that L_C uses, where it uses any.
    """

    family: Family = "vmf"

    def __init__(self, contrastive: Contrastive | None, options: LossOptions) -> None:
        """Without a contrastive loss L_S stands alone."""
        super().__init__()
        self.contrastive = contrastive
        self.options = options

    def forward(self, batch: Batch[VonMisesFisher], present: Presence) -> LossValue:
        with torch.autocast(next(iter(batch.values())).loc.device.type, enabled=False):
            given = [tensor for one in batch.values() for tensor in (one.loc, one.concentration)]
            nothing = zero_of([*given, *self.parameters()])
            count = self.options.samples if self._is_sampled else 0
            shown = {name: Shown.of(batch[name], flags, count) for name, flags in present.items() if flags.any()}
            parts = {name: mean_of(terms, nothing) for name, terms in self._terms(shown, present).items()}
            total = nothing + sum(self._weights[name] * part for name, part in parts.items())
        return LossValue(total, {name: part.detach() for name, part in (parts | self._scales()).items()})

    @property
    def _weights(self) -> dict[str, float]:
        """Of the parts; a part that counts nothing is not computed."""
        weights = {
            "contrastive": 0.0 if self.contrastive is None else 1.0,
            "sliced": self.options.sliced_weight,
            "penalty": self.options.concentration_penalty,
        }
        return {name: weight for name, weight in weights.items() if weight}

    def _terms(self, shown: dict[str, Shown], present: Presence) -> dict[str, list[Tensor]]:
        """What each part is the mean of."""
        terms = {
            "contrastive": lambda: self._contrasts(shown, present),
            "sliced": lambda: self._slices(shown, present),
            "penalty": lambda: [_sharpness(one.distributions) for one in shown.values()],
        }
        return {name: terms[name]() for name in self._weights}

    @property
    def _is_sampled(self) -> bool:
        return self.options.sliced_weight != 0 or (self.contrastive is not None and self.contrastive.draws > 0)

    def _contrasts(self, shown: dict[str, Shown], present: Presence) -> list[Tensor]:
        """L_C of every two modalities that two items or more have."""
        assert self.contrastive is not None
        found = []
        for one, other, rows in meetings(present, 2):
            x, y = shown[one], shown[other]
            of_x, of_y = x.places[rows], y.places[rows]
            samples = x.samples[: self.contrastive.draws, of_x], y.samples[: self.contrastive.draws, of_y]
            found.append(self.contrastive(x.distributions[of_x], y.distributions[of_y], *samples))
        return found

    def _slices(self, shown: dict[str, Shown], present: Presence) -> list[Tensor]:
        """L_S of every two modalities that any item has."""
        circles = great_circles(self.options.projections, next(iter(shown.values())).samples) if shown else None
        on_circles = {name: coordinates(one.samples.transpose(0, 1), circles) for name, one in shown.items()}
        found = []
        for one, other, rows in meetings(present, 1):
            a, b = (on_circles[name][:, shown[name].places[rows]] for name in (one, other))
            found.append(from_coordinates(a, b, self.options.power).mean())
        return found

    def _scales(self) -> dict[str, Tensor]:
        """The learned numbers, to be logged."""
        if self.contrastive is None:
            return {}
        learned = {name: value for name, value in self.contrastive.named_parameters() if name != "log_scale"}
        return {"scale": self.contrastive.scale, **learned}


def _sharpness(one: VonMisesFisher) -> Tensor:
    """The mean square of log(kappa / d): 0 at the concentration where the spread and the sphere are of one size."""
    return (one.concentration.log() - log(one.dimension)).square().mean()
