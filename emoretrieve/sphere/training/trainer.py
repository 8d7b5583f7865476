"""A training from its first step to its last: step, log, validate, keep the best, stop when nothing gets better."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TypeAlias

import torch
from torch import Tensor, nn

from emoretrieve.errors import TrainingError
from emoretrieve.sphere.modality import Modality
from emoretrieve.sphere.network import NetworkShape, SphereNetwork
from emoretrieve.sphere.training.batch import Tensors
from emoretrieve.sphere.training.checkpoint import (
    Progress,
    Told,
    read_checkpoint,
    remove_checkpoint,
    write_checkpoint,
)
from emoretrieve.sphere.training.log import Log, numbers, opened_logs
from emoretrieve.sphere.training.order import derived_seed
from emoretrieve.sphere.training.parallel import ALONE, Group
from emoretrieve.sphere.training.settings import TrainingSettings
from emoretrieve.sphere.training.stepping import Step, Stepper
from emoretrieve.sphere.training.validation import Validation, validate
from emoretrieve.sphere.triplets import Triplets

CLAMPED = 0.05
"""Concentrations at their limit beyond this share say that kappa means nothing."""
_LOGGED_EVERY = 20
"""Steps, beside those that are validated."""

OnStep: TypeAlias = Callable[[Step, Validation | None], object]
"""Told of each step, and of the last validation."""


@dataclass(frozen=True, slots=True)
class Run:
    """Where a training is kept, and how it is watched and stopped."""

    folder: Path | None = None
    """Gets the checkpoint and the logs; None: nothing is kept."""
    resume: bool = False
    """Go on from the checkpoint, which has to be there."""
    on_step: OnStep | None = None
    stop: Callable[[], bool] = lambda: False
    """Asked between two steps."""
    group: Group = ALONE


@dataclass(frozen=True, slots=True)
class Trained:
    """What became of a training."""

    network: SphereNetwork
    """With the weights of the best validation, or the last ones where there was none; on the processor."""
    loss: nn.Module
    """What was minimised, with what it learnt, after the last step; on the processor."""
    settings: TrainingSettings
    steps: int
    """Taken in all."""
    interrupted: bool
    """Stopped from outside; it can be resumed."""
    history: Sequence[Validation]
    best: Validation | None
    cautions: Sequence[str]
    """Sentences about concentrations that mean nothing."""
    seconds_per_step: float
    """On average of this run, validation left out; 0 where no step was taken."""


def train(
    items: Triplets,
    validation: Triplets | None,
    settings: TrainingSettings,
    run: Run | None = None,
    backbones: Mapping[Modality, nn.Module] | None = None,
) -> Trained:
    """Train a network on `items` with two modalities or three, of which those with one are left out.

    Without validation items the last weights are the best ones. A backbone learns along and takes the inputs of its
    modality. Raises TrainingError: `no_pairs`, `one_item`, `nan_loss`, `kappa_at_clamp`, `bad_training`, and of the
    checkpoint `no_checkpoint`, `damaged_checkpoint`, `other_training`; SourceError (`not_writable`).
    """
    chosen = run or Run()
    usable = _usable(items)
    if chosen.group.leads and chosen.folder is not None and not chosen.resume:
        remove_checkpoint(chosen.folder)
    network = _network(usable, settings, backbones or {})
    training = _Training(Stepper(network, usable, settings, chosen.group), validation, settings, chosen)
    if chosen.folder is not None:
        training.told = Told(settings.decisive(), _digest(usable, validation))
    return training.run()


class _Training:
    """The loop and what it remembers."""

    told: Told

    def __init__(self, stepper: Stepper, validation: Triplets | None, settings: TrainingSettings, run: Run) -> None:
        self._stepper, self._settings, self._run = stepper, settings, run
        self._validation = None if validation is None else _validated(validation, settings, stepper.device)
        self._progress = Progress({}, [])
        self._seconds, self._taken_here = 0.0, 0

    def run(self) -> Trained:
        run, stepper = self._run, self._stepper
        if run.resume and run.folder is not None:
            self._progress = read_checkpoint(run.folder, stepper, self.told)
        interrupted = False
        with ExitStack() as stack:
            logs: list[Log] = []
            if run.folder is not None and run.group.leads:
                logs = stack.enter_context(opened_logs(run.folder, stepper.taken))
            while not self._done():
                if run.group.anyone(run.stop(), stepper.device):
                    interrupted = True
                    break
                self._advance(logs)
        if interrupted or self._taken_here:
            self._keep()
        return self._trained(interrupted)

    def _done(self) -> bool:
        if self._stepper.taken >= self._settings.steps:
            return True
        best = self._progress.best_validation
        patience = self._settings.patience
        if best is None or patience == 0:
            return False
        history = self._progress.history
        return len(history) - 1 - history.index(best) >= patience

    def _advance(self, logs: Sequence[Log]) -> None:
        began = monotonic()
        step = self._stepper.step()
        self._seconds += monotonic() - began
        self._taken_here += 1
        is_last = step.number == self._settings.steps
        due = step.number % self._settings.validate_every == 0 or is_last
        found = self._validate(step.number) if due else None
        if due or step.number % _LOGGED_EVERY == 0 or step.number == 1:
            for log in logs:
                log.write(numbers(step, self._seconds, found, self._stepper.network.modalities))
        if self._run.on_step is not None:
            self._run.on_step(step, self._latest)
        if due:
            self._keep()

    @property
    def _latest(self) -> Validation | None:
        return self._progress.history[-1] if self._progress.history else None

    def _validate(self, number: int) -> Validation | None:
        if self._validation is None:
            return None
        found = validate(self._stepper.network, self._validation, number)
        before = self._progress.best_validation
        self._progress.history.append(found)
        if before is None or found.mrr > before.mrr:
            self._progress.best = _copied(self._stepper.network)
        return found

    def _keep(self) -> None:
        if self._run.folder is not None and self._run.group.leads:
            write_checkpoint(self._run.folder, self._stepper, self._progress, self.told)

    def _trained(self, interrupted: bool) -> Trained:
        network = self._stepper.network
        if self._progress.best:
            network.load_state_dict(self._progress.best)
        best = self._progress.best_validation
        cautions = [] if best is None else _cautions(best)
        if cautions and self._settings.at_clamp == "stop" and not interrupted:
            raise TrainingError(cautions[0], kind="kappa_at_clamp")
        pace = self._seconds / self._taken_here if self._taken_here else 0.0
        return Trained(
            network.cpu().eval(),
            self._stepper.loss.cpu(),
            self._settings,
            self._stepper.taken,
            interrupted,
            tuple(self._progress.history),
            best,
            cautions,
            pace,
        )


def _usable(items: Triplets) -> Triplets:
    """Those with something to be drawn towards."""
    if not len(items):
        raise TrainingError("There is no item to learn from; give items of the split 'train'.", kind="one_item")
    present = [modality for modality in items.modalities if items.present[modality].any()]
    if len(present) < 2:
        raise TrainingError(
            f"The items have only {present[0] if present else 'no modality'}; a model needs two of audio, image and "
            "text to bring together.",
            kind="no_pairs",
        )
    rows = items.paired()
    if len(rows) < 2:
        raise TrainingError(
            f"Only {len(rows)} of {len(items)} items have two modalities; at least two are needed, since each is told "
            "apart from the others.",
            kind="one_item",
        )
    return items if len(rows) == len(items) else items.take(rows)


def _validated(items: Triplets, settings: TrainingSettings, device: torch.device) -> Tensors:
    """The first items that have something to be found by."""
    rows = items.paired()[: settings.validation_items]
    if len(rows) < 2:
        raise TrainingError(
            f"Only {len(rows)} of {len(items)} items to validate on have two modalities, and among fewer than two "
            "everything is found; give more of them, or none.",
            kind="one_item",
        )
    return Tensors(items.take(rows), device)


def _network(items: Triplets, settings: TrainingSettings, backbones: Mapping[Modality, nn.Module]) -> SphereNetwork:
    """With weights that follow from the seed, and scales from the items."""
    widths = {modality: _width(items, modality, backbones) for modality in items.modalities}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derived_seed(settings.seed, "weights"))
        network = SphereNetwork(NetworkShape(widths, settings.head, settings.family), backbones)
    for modality in items.modalities:
        if modality not in backbones:
            there = items.inputs[modality][items.present[modality]]
            network.standardise(modality, torch.as_tensor(there))
    return network


def _width(items: Triplets, modality: Modality, backbones: Mapping[Modality, nn.Module]) -> int:
    """Of the features; a backbone is asked, on two items, what it puts out."""
    inputs = items.inputs[modality]
    if modality not in backbones:
        return int(inputs.shape[-1])
    with torch.no_grad():
        features: Tensor = backbones[modality].eval()(torch.as_tensor(inputs[:2]))
    if features.ndim != 2:
        raise TrainingError(
            f"The backbone of {modality} gives a tensor of shape {tuple(features.shape)} for two items; it has to give "
            "one row of features each.",
            kind="bad_training",
        )
    return int(features.shape[1])


def _digest(items: Triplets, validation: Triplets | None) -> str:
    return " ".join(one.digest() for one in (items, validation) if one is not None)


def _copied(network: SphereNetwork) -> dict[str, Tensor]:
    return {name: tensor.detach().cpu().clone() for name, tensor in network.state_dict().items()}


def _cautions(validation: Validation) -> list[str]:
    return [
        f"kappa of {modality} lies at its limit for {share:.0%} of the items (more than {CLAMPED:.0%}), so it says "
        "nothing of how sure the model is and distances that use it mislead; raise loss.concentration_penalty, widen "
        "head.kappa_min and head.kappa_max, or use the loss elk."
        for modality, share in validation.at_clamp.items()
        if share > CLAMPED
    ]
