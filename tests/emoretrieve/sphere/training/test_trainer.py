"""A training learns, can be stopped and resumed without a bit's difference, and never ends in a silent NaN."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from emoretrieve.errors import SourceError, TrainingError
from emoretrieve.sphere.encoding import encode_items
from emoretrieve.sphere.evaluation import EvaluationOptions, evaluate
from emoretrieve.sphere.heads import HeadShape
from emoretrieve.sphere.losses import LOSSES
from emoretrieve.sphere.modality import MODALITIES
from emoretrieve.sphere.training.checkpoint import CHECKPOINT
from emoretrieve.sphere.training.settings import TrainingSettings
from emoretrieve.sphere.training.stepping import Step
from emoretrieve.sphere.training.trainer import Run, Trained, train
from emoretrieve.sphere.training.validation import Validation
from emoretrieve.sphere.triplets import Triplets
from tests.emoretrieve.sphere.training.items import QUICK, quick, related


def losses_of(settings: TrainingSettings, run: Run | None = None) -> tuple[list[float], Trained]:
    """The loss of every step, and what came of the training."""
    found: list[float] = []

    def note(step: Step, _validation: Validation | None) -> None:
        found.append(step.loss)

    trained = train(related(), related(30, 7), settings, replace(run or Run(), on_step=note))
    return found, trained


def stopping_after(steps: int) -> Callable[[], bool]:
    asked = iter(range(steps + 1))
    return lambda: next(asked, steps) >= steps


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_trains_its_heads(loss: str) -> None:
    found, trained = losses_of(quick(loss))
    assert np.isfinite(found).all()
    assert trained.best is not None
    assert evaluate(encode_items(trained.network, related(9, 3)), EvaluationOptions(("cos",))).kappa.keys() == (
        set() if loss in ("pcme", "mpc") else set(MODALITIES)
    )
    if loss != "none":
        assert np.mean(found[-10:]) < np.mean(found[:5])
        assert trained.best.mrr > 1.5 * trained.best.chance_mrr


def test_the_same_seed_gives_the_same_training_and_another_does_not() -> None:
    state = torch.random.get_rng_state()
    first, _ = losses_of(quick("mcinfonce"))
    torch.manual_seed(99)
    second, _ = losses_of(quick("mcinfonce"))
    assert first == second
    assert first != losses_of(quick("mcinfonce", seed=1))[0]
    torch.random.set_rng_state(state)


def test_a_training_leaves_the_random_numbers_of_its_caller_alone() -> None:
    torch.manual_seed(5)
    losses_of(quick(steps=2))
    after = torch.rand(3)
    torch.manual_seed(5)
    assert torch.equal(after, torch.rand(3))


@pytest.mark.parametrize("stop", [13, 20])
def test_what_was_stopped_and_resumed_is_bit_for_bit_what_was_not(stop: int, tmp_path: Path) -> None:
    settings = quick("mcinfonce", head=replace(QUICK.head, dropout=0.2))
    whole, trained = losses_of(settings, Run(tmp_path / "whole"))
    before, stopped = losses_of(settings, Run(tmp_path / "parts", stop=stopping_after(stop)))
    assert (stopped.interrupted, stopped.steps) == (True, stop)
    after, resumed = losses_of(settings, Run(tmp_path / "parts", resume=True))
    assert before + after == whole
    assert resumed.history == trained.history
    states = [one.network.state_dict() for one in (trained, resumed)]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_a_killed_training_goes_on_from_its_last_checkpoint(tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def kill(step: Step, _validation: Validation | None) -> None:
        if step.number == 27:
            raise Killed

    whole, _ = losses_of(QUICK)
    with pytest.raises(Killed):
        train(related(), related(30, 7), QUICK, Run(tmp_path, on_step=kill))
    after, _ = losses_of(QUICK, Run(tmp_path, resume=True))
    assert after == whole[20:]
    rows = list(csv.DictReader((tmp_path / "metrics.csv").read_text().splitlines()))
    assert [int(row["step"]) for row in rows] == [1, 10, 20, 30, 40]
    assert [float(row["loss"]) for row in rows] == [whole[number - 1] for number in (1, 10, 20, 30, 40)]


def test_a_finished_training_that_is_resumed_takes_no_step(tmp_path: Path) -> None:
    _, trained = losses_of(QUICK, Run(tmp_path))
    found, again = losses_of(QUICK, Run(tmp_path, resume=True))
    assert found == []
    assert (again.steps, again.best) == (trained.steps, trained.best)


def test_the_best_weights_are_kept_and_no_progress_ends_the_training() -> None:
    settings = quick(steps=300, learning_rate=0.05, patience=2, validate_every=5)
    found, trained = losses_of(settings)
    assert trained.steps == len(found) < 300
    assert trained.best is max(trained.history, key=lambda one: one.mrr)
    assert [one.mrr for one in trained.history].index(trained.best.mrr) == len(trained.history) - 3


def test_items_that_lack_a_modality_are_learnt_from_all_the_same() -> None:
    trained = train(related(90, missing=True), related(30, 7, missing=True), QUICK)
    assert trained.best is not None
    assert trained.best.mrr > 2 * trained.best.chance_mrr


def test_what_a_missing_row_holds_changes_nothing() -> None:
    items = related(90, missing=True)
    filled = {
        modality: np.where(items.present[modality][:, None], values, np.float32(1e6))
        for modality, values in items.inputs.items()
    }
    first, second = (train(one, None, quick(steps=5)) for one in (items, Triplets(items.ids, filled, items.present)))
    states = first.network.state_dict(), second.network.state_dict()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_concentrations_can_wait_until_directions_have_settled() -> None:
    _, trained = losses_of(quick(kappa_from=1.0))
    assert trained.best is not None
    assert trained.best.kappa == pytest.approx(dict.fromkeys(MODALITIES, 16.0), rel=1e-5)


def test_a_backbone_learns_along_at_its_own_rate() -> None:
    backbone = torch.nn.Linear(9, 6)
    before = backbone.weight.detach().clone()
    trained = train(related(), None, quick(steps=5), backbones={"audio": backbone})
    assert trained.network.shape.features == {"audio": 6, "image": 9, "text": 9}
    assert 0 < float((backbone.weight - before).abs().max().detach()) < 5 * 1.1e-4


def test_a_loss_that_is_no_number_stops_the_training_with_step_and_modality(tmp_path: Path) -> None:
    class Bursting(torch.nn.Linear):  # type: ignore[misc]  # torch is Any here
        calls = 0

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            self.calls += self.training
            found: torch.Tensor = super().forward(inputs)
            return found * (torch.nan if self.calls > 14 else 1.0)

    with pytest.raises(TrainingError, match=r"stopped in step 15: the mu of image is NaN or infinite; lower") as caught:
        train(related(), None, QUICK, Run(tmp_path), backbones={"image": Bursting(9, 6)})
    assert caught.value.kind == "nan_loss"
    assert all(torch.isfinite(tensor).all() for tensor in load_file(tmp_path / CHECKPOINT).values())


def test_a_gradient_that_is_no_number_is_not_learnt_from() -> None:
    class Cliff(torch.autograd.Function):  # type: ignore[misc]  # torch is Any here
        @staticmethod
        def forward(_context: object, values: torch.Tensor) -> torch.Tensor:
            return values.clone()

        @staticmethod
        def backward(_context: object, gradient: torch.Tensor) -> torch.Tensor:
            return gradient * torch.inf

    class Sharp(torch.nn.Linear):  # type: ignore[misc]  # likewise
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = Cliff.apply(super().forward(inputs))
            return found

    backbone = Sharp(9, 6)
    before = backbone.weight.detach().clone()
    with pytest.raises(TrainingError, match=r"step 1: the gradient of the encoder of text is NaN or infinite"):
        train(related(), None, QUICK, backbones={"text": backbone})
    assert torch.equal(backbone.weight, before)


def test_concentrations_at_their_limit_are_a_caution_or_the_end() -> None:
    narrow = HeadShape(dimension=8, hidden=24, kappa_min=15.9, kappa_max=16.0)
    _, trained = losses_of(quick(head=narrow))
    assert len(trained.cautions) >= 1
    assert "lies at its limit for" in trained.cautions[0]
    with pytest.raises(TrainingError, match=r"kappa of \w+ lies at its limit for \d+%") as caught:
        losses_of(quick(head=narrow, at_clamp="stop"))
    assert caught.value.kind == "kappa_at_clamp"


def test_a_checkpoint_of_another_training_is_told_by_what_differs(tmp_path: Path) -> None:
    losses_of(QUICK, Run(tmp_path))
    with pytest.raises(TrainingError, match=r"head.dimension 8 and not 12") as caught:
        losses_of(quick(head=HeadShape(dimension=12, hidden=24)), Run(tmp_path, resume=True))
    assert caught.value.kind == "other_training"
    with pytest.raises(TrainingError, match="other items or features"):
        train(related(81), related(30, 7), QUICK, Run(tmp_path, resume=True))


@pytest.mark.parametrize("content", [None, b"", b"no tensors at all"])
def test_a_checkpoint_that_is_absent_or_damaged_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / CHECKPOINT).write_bytes(content)
    with pytest.raises(TrainingError, match=r"no training to resume|cannot be used \(") as caught:
        losses_of(QUICK, Run(tmp_path, resume=True))
    assert caught.value.kind == ("no_checkpoint" if content is None else "damaged_checkpoint")


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match=r"cannot be written") as caught:
        losses_of(QUICK, Run(tmp_path / "file"))
    assert caught.value.kind == "not_writable"


def test_items_of_one_modality_and_single_items_are_refused() -> None:
    items = related()
    only_text = Triplets(items.ids, {"text": items.inputs["text"]}, {"text": items.present["text"]})
    with pytest.raises(TrainingError, match="The items have only text; a model needs two") as caught:
        train(only_text, None, QUICK)
    assert caught.value.kind == "no_pairs"
    with pytest.raises(TrainingError, match="Only 1 of 1 items have two modalities") as caught:
        train(items.take([0]), None, QUICK)
    assert caught.value.kind == "one_item"
    with pytest.raises(TrainingError, match="no item to learn from"):
        train(items.take([]), None, QUICK)
    with pytest.raises(TrainingError, match="The device 'nonsense' cannot be used") as caught:
        train(items, None, quick(device="nonsense"))
    assert caught.value.kind == "bad_device"
    with pytest.raises(TrainingError, match="Only 1 of 1 items to validate on"):
        train(items, items.take([0]), QUICK)


def test_features_that_are_no_numbers_are_told_with_their_item() -> None:
    items = related()
    broken = {**items.inputs, "image": items.inputs["image"].copy()}
    broken["image"][[3, 5], 0] = np.nan
    with pytest.raises(TrainingError, match=r"features of image of the item 'item 3' hold NaN .*1 more") as caught:
        Triplets(items.ids, broken, items.present)
    assert caught.value.kind == "nan_features"


def test_the_log_is_written_for_tensorboard_too_where_that_is_installed(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="tensorboard is not installed")
    losses_of(quick(steps=2), Run(tmp_path))
    assert list((tmp_path / "tensorboard").glob("events.out.tfevents.*"))
