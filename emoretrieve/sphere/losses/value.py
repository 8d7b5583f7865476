"""What a loss is given, what it says, and what losses share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, TypeAlias, TypeVar

import torch
from torch import Tensor

D = TypeVar("D")
Batch: TypeAlias = Mapping[str, D]
"""Distributions of B rows by modality."""
Presence: TypeAlias = Mapping[str, Tensor]
"""Booleans (B,) by modality."""
Family: TypeAlias = Literal["vmf", "gaussian"]


@dataclass(frozen=True, slots=True)
class LossValue:
    """The loss of one batch."""

    total: Tensor
    """A scalar to differentiate."""
    parts: dict[str, Tensor]
    """What it consists of and the learned scales, scalars without gradients, to be logged."""


def meetings(present: Presence, least: int) -> list[tuple[str, str, Tensor]]:
    """Every two modalities that `least` rows or more have both of, in order, with the flags (B,) of those rows."""
    met = ((one, other, present[one] & present[other]) for one, other in combinations(present, 2))
    return [(one, other, rows) for one, other, rows in met if int(rows.sum()) >= least]


def mean_of(terms: Iterable[Tensor], nothing: Tensor) -> Tensor:
    """The mean of scalars, or `nothing` where there are none."""
    found = list(terms)
    return torch.stack(found).mean() if found else nothing


def zero_of(tensors: Iterable[Tensor]) -> Tensor:
    """A scalar 0 with a gradient of 0 to each of these: a batch that teaches nothing still has gradients."""
    return torch.stack([(tensor * 0).sum() for tensor in tensors]).sum()


def both_ways(scores: Tensor) -> Tensor:
    """Cross-entropy of scores (N, N), queries in rows, targets in columns, row n belonging to column n; both ways."""
    places = torch.arange(len(scores), device=scores.device)
    entropy = torch.nn.functional.cross_entropy
    return (entropy(scores, places) + entropy(scores.T, places)) / 2
