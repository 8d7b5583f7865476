"""A checkpoint: one file that holds all of a training's state, written whole or not at all.

Weights, the optimiser's moments and the best weights so far are tensors of a safetensors file; counters, history and
what the training was told stand in its header. Nothing in it is executed when it is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from emoretrieve.errors import SourceError, TrainingError
from emoretrieve.files import replacing
from emoretrieve.sphere.training.stepping import Stepper
from emoretrieve.sphere.training.validation import Validation

CHECKPOINT = "checkpoint.safetensors"


@dataclass(frozen=True, slots=True)
class Told:
    """What decides a training: the same told on the same data is the same training."""

    settings: Mapping[str, object]
    data: str
    """The digest of the items."""


@dataclass(slots=True)
class Progress:
    """Where a training is."""

    best: dict[str, Tensor]
    """The weights of the best validation so far, on the processor; empty before the first."""
    history: list[Validation]

    @property
    def best_validation(self) -> Validation | None:
        """The first of those with the highest MRR."""
        return max(self.history, key=lambda one: one.mrr, default=None)


def write_checkpoint(folder: Path, stepper: Stepper, progress: Progress, told: Told) -> None:
    """Write the file; raises SourceError (`not_writable`), and the old one stays."""
    from safetensors import SafetensorError
    from safetensors.torch import save

    tensors = {f"network.{name}": one for name, one in stepper.network.state_dict().items()}
    tensors |= {f"loss.{name}": one for name, one in stepper.loss.state_dict().items()}
    tensors |= {f"best.{name}": one for name, one in progress.best.items()}
    for place, state in stepper.optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{place}.{name}": one for name, one in state.items()}
    said = {
        "taken": stepper.taken,
        "history": [asdict(one) for one in progress.history],
        "settings": dict(told.settings),
        "data": told.data,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        whole = {name: one.detach().cpu().contiguous() for name, one in tensors.items()}
        content = save(whole, {"said": json.dumps(said)})
        with replacing(folder / CHECKPOINT) as partial:
            partial.write_bytes(content)
    except (OSError, SafetensorError) as error:
        raise _not_writable(folder, error) from error


def remove_checkpoint(folder: Path) -> None:
    """Forget an earlier training; raises SourceError (`not_writable`)."""
    try:
        (folder / CHECKPOINT).unlink(missing_ok=True)
    except OSError as error:
        raise _not_writable(folder, error) from error


def read_checkpoint(folder: Path, stepper: Stepper, told: Told) -> Progress:
    """Set the stepper to where the checkpoint was written, and tell what was known then.

    Raises TrainingError of kind `no_checkpoint` (there is none), `damaged_checkpoint`, `other_training` (other
    settings, such as another dimension, or other data).
    """
    file = folder / CHECKPOINT
    tensors, said = _read(file)
    _check_told(file, said, told)
    try:
        stepper.network.load_state_dict(_under("network.", tensors))
        stepper.loss.load_state_dict(_under("loss.", tensors))
        _load_optimiser(stepper, _under("optimiser.", tensors))
        stepper.taken = int(said["taken"])
        return Progress(_under("best.", tensors), [Validation(**one) for one in said["history"]])
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise _damaged(file, error) from error


def _read(file: Path) -> tuple[dict[str, Tensor], Mapping[str, Any]]:
    from safetensors import SafetensorError, safe_open

    if not file.is_file():
        raise TrainingError(
            f"There is no training to resume in '{file.parent}' (no {CHECKPOINT}); leave --resume out, or name the "
            "folder that it wrote to.",
            kind="no_checkpoint",
        )
    try:
        with safe_open(file, "pt") as opened:
            said = json.loads((opened.metadata() or {})["said"])
            return {name: opened.get_tensor(name) for name in opened.keys()}, said  # noqa: SIM118  no mapping
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise _damaged(file, error) from error


def _check_told(file: Path, said: Mapping[str, Any], told: Told) -> None:
    before = said.get("settings", {})
    changed = [name for name, value in told.settings.items() if before.get(name) != value]
    if changed:
        changed.sort(key=lambda name: not name.startswith("head."))  # sizes first: they cannot be wanted
        named = ", ".join(f"{name} {before.get(name)!r} and not {told.settings[name]!r}" for name in changed[:3])
        more = f" ({len(changed) - 3} more differ)" if len(changed) > 3 else ""
        raise TrainingError(
            f"The checkpoint '{file}' is of a training with {named}{more}; resume with the same settings, or train "
            "into another folder.",
            kind="other_training",
        )
    if said.get("data") != told.data:
        raise TrainingError(
            f"The checkpoint '{file}' is of a training on other items or features; resume with the same manifest and "
            "files, or train into another folder.",
            kind="other_training",
        )


def _load_optimiser(stepper: Stepper, tensors: Mapping[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for name, one in tensors.items():
        place, _, key = name.partition(".")
        state.setdefault(int(place), {})[key] = one
    stepper.optimiser.load_state_dict({**stepper.optimiser.state_dict(), "state": state})


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): one for name, one in tensors.items() if name.startswith(prefix)}


def _damaged(file: Path, error: Exception) -> TrainingError:
    reason = " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__
    return TrainingError(
        f"The checkpoint '{file}' cannot be used ({reason}); remove it and train again.", kind="damaged_checkpoint"
    )


def _not_writable(folder: Path, error: Exception) -> SourceError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return SourceError(f"The checkpoint cannot be written to '{folder}': {reason}.", kind="not_writable")
