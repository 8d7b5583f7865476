"""What a training is told."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Literal, TypeAlias, get_args

from emoretrieve.errors import TrainingError
from emoretrieve.sphere.heads import Family, HeadShape
from emoretrieve.sphere.losses import LOSSES, LossOptions

Schedule: TypeAlias = Literal["cosine", "one-cycle", "constant"]
Precision: TypeAlias = Literal["float32", "bfloat16"]
AtClamp: TypeAlias = Literal["warn", "stop"]

_CHOICES = {
    "loss.name": LOSSES,
    "schedule": get_args(Schedule),
    "precision": get_args(Precision),
    "at_clamp": get_args(AtClamp),
}


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """All settings; raises TrainingError (`bad_training`) for values that make no sense."""

    loss: LossOptions = field(default_factory=LossOptions)
    head: HeadShape = field(default_factory=HeadShape)
    seed: int = 0
    """Of weights, order and samples."""
    steps: int = 2000
    """At most; early stopping may end it before."""
    batch_size: int = 128
    """Items of a step, over all processes together; all items where there are fewer."""
    learning_rate: float = 1e-3
    """Of the heads and of what the loss learns, at its highest."""
    backbone_learning_rate: float = 1e-4
    weight_decay: float = 1e-4
    schedule: Schedule = "cosine"
    """What the learning rates do: `cosine` rises, then falls to 0; `one-cycle` rises longer from a 25th."""
    warmup: float = 0.05
    """Share of the steps in which they rise; of one-cycle 0.3 at least."""
    gradient_clip: float = 5.0
    """The largest norm of all gradients together: those of kappa have spikes."""
    kappa_from: float = 0.0
    """Share of the steps after which concentrations learn too; directions first (Kirchhof et al. 2023)."""
    validate_every: int = 100
    """Steps from one validation, and checkpoint, to the next."""
    patience: int = 10
    """Validations without a better MRR that end the training; 0: none do."""
    validation_items: int = 2000
    """At most so many items are validated on: the first ones."""
    at_clamp: AtClamp = "warn"
    """What is done where more than 5 % of the concentrations of a modality lie at their limit."""
    device: str | None = None
    """Such as `cpu` or `cuda:0`; None: a GPU where there is one."""
    precision: Precision = "float32"
    """bfloat16: mixed precision of backbones and hidden layers, on a GPU only."""
    compile: bool = False
    """torch.compile, on a GPU only."""

    def __post_init__(self) -> None:
        values = self.flat()
        for name, choices in _CHOICES.items():
            if values[name] not in choices:
                raise _bad(name, values[name], f"one of {', '.join(choices)}")
        for name, (least, most) in _LIMITS.items():
            value = values[name]
            if not isinstance(value, int | float) or not least <= value <= most:
                raise _bad(name, value, f"from {_shown(least)} to {_shown(most)}")
        if self.head.kappa_min >= self.head.kappa_max:
            raise _bad("head.kappa_max", self.head.kappa_max, f"above head.kappa_min, {self.head.kappa_min:g}")

    @property
    def family(self) -> Family:
        """What the loss compares."""
        return "gaussian" if self.loss.name in ("pcme", "mpc") else "vmf"

    def flat(self) -> dict[str, object]:
        """Every setting by its name in a configuration file, such as `head.dimension`."""
        values: dict[str, object] = {}
        for name, value in asdict(self).items():
            inner = {f"{name}.{key}": one for key, one in value.items()} if isinstance(value, dict) else {name: value}
            values |= inner
        return values

    def decisive(self) -> dict[str, object]:
        """Those that decide what is learnt; the others say what it runs on."""
        return {name: value for name, value in self.flat().items() if name not in ("device", "compile")}


_MANY = 10**9
_LIMITS: dict[str, tuple[float, float]] = {
    "head.dimension": (2, 65536),
    "head.hidden": (1, 65536),
    "head.layers": (0, 64),
    "head.dropout": (0, 0.99),
    "head.kappa_min": (1e-3, 1e5),
    "head.kappa_max": (1e-3, 1e5),
    "loss.sliced_weight": (0, 1e6),
    "loss.samples": (1, 4096),
    "loss.projections": (1, 65536),
    "loss.power": (1, 2),
    "loss.concentration_penalty": (0, 1e6),
    "seed": (0, 2**31 - 1),
    "steps": (1, _MANY),
    "batch_size": (2, 2**20),
    "learning_rate": (1e-12, 1e3),
    "backbone_learning_rate": (0, 1e3),
    "weight_decay": (0, 1e3),
    "warmup": (0, 1),
    "gradient_clip": (1e-6, 1e9),
    "kappa_from": (0, 1),
    "validate_every": (1, _MANY),
    "patience": (0, _MANY),
    "validation_items": (2, _MANY),
}


def _shown(limit: float) -> str:
    """1,048,576 and not 1.04858e+06."""
    return f"{limit:,}" if isinstance(limit, int) else f"{limit:g}"


def _bad(name: str, value: object, wanted: str) -> TrainingError:
    return TrainingError(f"The setting {name} is {value!r}; it has to be {wanted}.", kind="bad_training")
