"""What holds of every loss: how it is called, what absent rows do, what it logs, and that it teaches."""

from __future__ import annotations

import math
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra 'sphere'")

from emoretrieve.sphere.losses import LOSSES, LossOptions  # noqa: E402  # after the skip
from emoretrieve.sphere.losses.making import make_loss  # noqa: E402
from tests.emoretrieve.sphere.losses.batches import Learnable, present  # noqa: E402

LOGGED = {
    "elk": {"contrastive", "sliced", "scale"},
    "mcinfonce": {"contrastive", "sliced", "scale"},
    "hib": {"contrastive", "sliced", "scale", "shift"},
    "det": {"contrastive", "sliced", "scale"},
    "none": {"sliced"},
    "pcme": {"match", "kl", "negative_scale", "shift"},
    "mpc": {"retrieval", "log_variance"},
}
WITHOUT_SAMPLES = ("elk", "det")


def loss_named(name: str, **options: Any) -> Any:
    return make_loss(LossOptions(name, samples=4, projections=10, **options), 8).double()


def value(loss: Any, batch: dict[str, Any], flags: dict[str, Any], seed: int = 1) -> Any:
    torch.manual_seed(seed)
    return loss(batch, flags)


def test_all_losses_are_tried_here() -> None:
    assert set(LOGGED) == set(LOSSES)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_a_finite_scalar_that_teaches_heads_and_scales(name: str) -> None:
    loss = loss_named(name)
    learnable = Learnable.random(loss.family)
    found = value(loss, learnable.batch(), present())
    found.total.backward()
    assert found.total.shape == ()
    assert set(found.parts) == LOGGED[name]
    assert all(part.shape == () and not part.requires_grad and part.isfinite() for part in found.parts.values())
    assert all(
        one.grad is not None and one.grad.isfinite().all() for one in [*learnable.parameters, *loss.parameters()]
    )
    assert all(float(one.grad.abs().sum()) > 0 for one in learnable.directions.values())
    assert all(float(one.grad.abs()) > 0 for one in loss.parameters())


@pytest.mark.parametrize("name", LOSSES)
def test_a_seed_gives_the_same_loss_again(name: str) -> None:
    loss = loss_named(name)
    batch = Learnable.random(loss.family).batch()
    assert torch.equal(value(loss, batch, present()).total, value(loss, batch, present()).total)


@pytest.mark.parametrize("name", LOSSES)
def test_what_absent_rows_hold_makes_no_difference(name: str) -> None:
    loss, flags = loss_named(name), present(audio=[0, 3], text=[1, 3])
    totals = []
    for filler in (0.0, 1e9):
        learnable = Learnable.random(loss.family)
        batch = learnable.batch()
        for modality, places in (("audio", [0, 3]), ("text", [1, 3])):
            for values in vars_of(batch[modality]):
                values[places] = filler
        found = value(loss, batch, flags)
        found.total.backward()
        totals.append(found.total.detach())
        for modality, places in (("audio", [0, 3]), ("text", [1, 3])):
            gradient = learnable.directions[modality].grad
            assert float(gradient[places].abs().sum()) == 0
            assert float(gradient.abs().sum()) > 0
    assert torch.equal(*totals)


def vars_of(distribution: Any) -> list[Any]:
    """The tensors that a distribution consists of, to be overwritten in place."""
    if hasattr(distribution, "loc"):
        distribution.loc, distribution.concentration = distribution.loc.clone(), distribution.concentration.clone()
        return [distribution.loc, distribution.concentration]
    return [distribution.mean, distribution.log_variance]


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("flags", [present(audio=[0, 1, 2, 3, 4, 5], image=[0, 1, 2], text=[3, 4, 5])], ids=["apart"])
def test_a_batch_in_which_nothing_meets_costs_nothing(name: str, flags: dict[str, Any]) -> None:
    loss = loss_named(name)
    learnable = Learnable.random(loss.family)
    found = value(loss, learnable.batch(), flags)
    found.total.backward()
    assert float(found.total.detach()) == 0
    assert all(float(one.grad.abs().sum()) == 0 for one in [*learnable.parameters, *loss.parameters()])


@pytest.mark.parametrize("name", ["elk", "mcinfonce", "hib", "det"])
def test_the_total_is_the_weighted_sum_of_its_parts(name: str) -> None:
    loss = loss_named(name, sliced_weight=3.0, concentration_penalty=0.01)
    found = value(loss, Learnable.random("vmf").batch(), present())
    parts = found.parts
    assert float(found.total.detach()) == pytest.approx(
        float(parts["contrastive"] + 3.0 * parts["sliced"] + 0.01 * parts["penalty"]), rel=1e-12
    )


@pytest.mark.parametrize("name", WITHOUT_SAMPLES)
def test_without_the_sliced_loss_no_sample_is_drawn(name: str) -> None:
    loss, batch = loss_named(name, sliced_weight=0.0), Learnable.random("vmf").batch()
    torch.manual_seed(3)
    before = torch.get_rng_state()
    found = loss(batch, present())
    assert torch.equal(torch.get_rng_state(), before)
    assert "sliced" not in found.parts


@pytest.mark.parametrize("name", WITHOUT_SAMPLES)
def test_only_rows_that_have_both_modalities_are_compared(name: str) -> None:
    loss, batch = loss_named(name, sliced_weight=0.0), Learnable.random("vmf").batch()
    masked = loss(batch, present(text=[0, 1, 2, 3, 4, 5], audio=[1, 4]))
    kept = torch.tensor([0, 2, 3, 5])
    rows = {name: batch[name][kept] for name in ("audio", "image")}
    alone = loss(rows, {name: torch.ones(4, dtype=torch.bool) for name in rows})
    assert float(masked.total.detach()) == pytest.approx(float(alone.total.detach()), rel=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_mixed_precision_around_a_loss_does_not_reach_into_it(name: str) -> None:
    loss = make_loss(LossOptions(name, samples=4, projections=10), 8)
    batch = {
        modality: type(one)(*(values.float().detach() for values in vars_of(one)))
        for modality, one in Learnable.random(loss.family).batch().items()
    }
    plain = value(loss, batch, present())
    with torch.autocast("cpu", torch.bfloat16):
        mixed = value(loss, batch, present())
    assert mixed.total.dtype == torch.float32
    assert torch.equal(mixed.total, plain.total)


@pytest.mark.parametrize("name", [name for name in LOSSES if name != "none"])
def test_learning_brings_the_modalities_of_an_item_nearer_than_those_of_others(name: str) -> None:
    loss = loss_named(name)
    learnable = Learnable.random(loss.family, rows=8, seed=4)
    optimiser = torch.optim.Adam([*learnable.parameters, *loss.parameters()], lr=0.1)
    torch.manual_seed(5)
    for _ in range(40):
        optimiser.zero_grad()
        loss(learnable.batch(), present(8)).total.backward()
        optimiser.step()
    directions = [torch.nn.functional.normalize(one.detach(), dim=-1) for one in learnable.directions.values()]
    for x, y in ((0, 1), (1, 2), (2, 0)):
        cosines = directions[x] @ directions[y].T
        positive = float(cosines.trace()) / 8
        assert positive > (float(cosines.sum()) / 8 - positive) / 7 + 0.5


def test_the_sliced_loss_alone_pulls_everything_together() -> None:
    """What the paper saw of it without L_C: nothing keeps items apart."""
    loss = loss_named("none")
    learnable = Learnable.random("vmf", seed=6)
    batch = learnable.batch()
    far = float(batch["audio"].log_expected_likelihood(batch["image"]).detach().mean())
    optimiser = torch.optim.Adam(learnable.parameters, lr=0.1)
    torch.manual_seed(7)
    for _ in range(60):
        optimiser.zero_grad()
        loss(learnable.batch(), present()).total.backward()
        optimiser.step()
    batch = learnable.batch()
    assert float(batch["audio"].log_expected_likelihood(batch["image"]).detach().mean()) > far
    assert float((batch["audio"].loc * batch["image"].loc).sum(-1).detach().mean()) > 0.9


def test_the_sliced_loss_of_sharp_distributions_is_their_mean_angle() -> None:
    learnable = Learnable.random("vmf", rows=20, seed=8)
    batch = {
        name: type(one)(one.loc.detach(), torch.full((20,), 1e8).double()) for name, one in learnable.batch().items()
    }
    loss = make_loss(LossOptions("none", samples=1, projections=1000), 8)
    angles = [
        torch.acos((batch[x].loc * batch[y].loc).sum(-1)).mean()
        for x, y in (("audio", "image"), ("image", "text"), ("text", "audio"))
    ]
    found = float(value(loss, batch, present(20)).parts["sliced"])
    assert found == pytest.approx(float(torch.stack(angles).mean()) / math.tau, abs=0.005)


def test_there_is_no_loss_of_another_name() -> None:
    with pytest.raises(ValueError, match="there is no loss 'triplet'; choose one of elk, "):
        loss_named("triplet")
