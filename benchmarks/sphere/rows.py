"""The rows of the tables, and the grid that looks for conditions under which L_S helps: what is trained, and how."""

from __future__ import annotations

from dataclasses import dataclass, field

from emoretrieve.sphere.heads import HeadShape
from emoretrieve.sphere.losses import LossOptions
from emoretrieve.sphere.training.settings import TrainingSettings

WEIGHTS = (1e-12, 0.01, 0.1, 1.0, 10.0, 100.0)
"""lambda, as in the paper's sweep."""
GRID_WEIGHTS = (0.0, 1.0)
DIMENSION, SAMPLES, PROJECTIONS = 64, 8, 32
KAPPA_MAX = 1e4
CONTRASTIVE = ("elk", "mcinfonce")
"""Losses that the whole sweep is run for; the paper does not print its own."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """What all runs of an experiment have in common."""

    steps: int = 400
    batch_size: int = 128
    hidden: int = 256
    dropout: float = 0.2
    learning_rate: float = 2e-3
    seeds: int = 3
    grid_seeds: int = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `loss` (none: L_S alone), lambda, and what is otherwise than in the other rows."""

    loss: str
    weight: float = 0.0
    changes: dict[str, float] = field(default_factory=dict)
    """Of a run of the grid: by the names of `_CHANGES`."""

    @property
    def name(self) -> str:
        """Also of the files of its results."""
        changed = "".join(f" {key}={value:g}" for key, value in sorted(self.changes.items()))
        return (
            self.loss
            if self.loss in ("det", "pcme", "mpc", "none") and not self.changes
            else f"{self.loss} {self.weight:g}{changed}"
        )

    def settings(self, protocol: Protocol, seed: int) -> TrainingSettings:
        """With a fixed number of steps and no choice among them: every row gets the same training."""
        changed = {name: value for name, value in self.changes.items() if name != "train"}
        head = HeadShape(
            dimension=int(changed.pop("d", DIMENSION)),
            hidden=protocol.hidden,
            dropout=protocol.dropout,
            kappa_max=changed.pop("kappa_max", KAPPA_MAX),
        )
        loss = LossOptions(
            name=self.loss,
            sliced_weight=self.weight,
            samples=int(changed.pop("L", SAMPLES)),
            projections=int(changed.pop("T", PROJECTIONS)),
            concentration_penalty=changed.pop("penalty", 0.0),
        )
        batch_size = int(changed.pop("B", protocol.batch_size))
        if changed:
            raise ValueError(f"a row changes {sorted(changed)}, which is no setting")
        return TrainingSettings(
            loss=loss,
            head=head,
            seed=seed,
            steps=protocol.steps,
            batch_size=batch_size,
            learning_rate=protocol.learning_rate,
            patience=0,
            validate_every=protocol.steps,
            device="cpu",
        )

    @property
    def training_items(self) -> int | None:
        """At most so many of the training's; None: all."""
        return int(self.changes["train"]) if "train" in self.changes else None


def table_rows() -> list[Row]:
    """Those of the paper's tables, the most wanted first."""
    sweeps = [Row(loss, weight) for weight in (0.0, 1.0, *WEIGHTS) for loss in CONTRASTIVE]
    rows = [Row("none", 1.0), *sweeps, Row("det"), Row("pcme"), Row("mpc")]
    return list({row.name: row for row in rows}.values())


def grid_rows() -> list[Row]:
    """One change at a time, with and without L_S: the pairs answer whether L_S helps there. The most telling first."""
    changes: list[dict[str, float]] = [
        {"penalty": 1e-3},
        {"d": 16},
        {"train": 500},
        {"kappa_max": 640},
        {"d": 256},
        {"B": 32},
    ]
    rows = [
        Row(loss, weight, changed) for changed in changes for loss in ("mcinfonce", "elk") for weight in GRID_WEIGHTS
    ]
    more: list[dict[str, float]] = [{"L": 32, "T": 128}, {"L": 32}, {"T": 128}]
    rows += [Row("mcinfonce", weight, changed) for changed in more for weight in GRID_WEIGHTS]
    return rows + [Row("hib", weight) for weight in GRID_WEIGHTS]
