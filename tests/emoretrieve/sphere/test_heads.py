"""Heads put out distributions within their limits, start as they say, and never hear the decibels only."""

from __future__ import annotations

import math

import pytest
import torch

from emoretrieve.sphere.heads import GaussianHead, HeadShape, Standardise, VonMisesFisherHead, at_clamp, make_head


def features(count: int, width: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed))


def test_directions_have_length_one_and_every_kappa_starts_at_twice_the_dimension() -> None:
    head = VonMisesFisherHead(7, HeadShape(dimension=32, hidden=16))
    mu, kappa = head(features(5, 7))
    assert mu.shape == (5, 32)
    torch.testing.assert_close(mu.norm(dim=-1), torch.ones(5))
    torch.testing.assert_close(kappa, torch.full((5,), 64.0))


def test_kappa_stays_within_its_limits_and_the_share_at_them_is_counted() -> None:
    shape = HeadShape(dimension=8, hidden=16, kappa_min=2.0, kappa_max=50.0)
    torch.manual_seed(0)
    head = VonMisesFisherHead(4, shape)
    with torch.no_grad():
        head.concentration.bias.fill_(0.0)
        head.concentration.weight[0, 0] = 1e4
    kappa = head(10 * features(200, 4)).kappa.detach()
    assert float(kappa.min()) == pytest.approx(2.0)
    assert float(kappa.max()) == pytest.approx(50.0)
    assert at_clamp(kappa, shape) > 0.9
    assert at_clamp(torch.tensor([2.0, 10.0, 50.0, 20.0]), shape) == 0.5


def test_a_gaussian_head_has_means_of_length_one_and_starts_with_one_unit_of_spread() -> None:
    mean, log_variance = GaussianHead(7, HeadShape(dimension=32, hidden=16))(features(5, 7))
    torch.testing.assert_close(mean.norm(dim=-1), torch.ones(5))
    torch.testing.assert_close(log_variance.exp().sum(dim=-1), torch.ones(5))


def test_features_of_any_scale_are_standardised_by_the_training_items() -> None:
    given = features(500, 3) * torch.tensor([1.0, 1e3, 1e-3]) + torch.tensor([0.0, -70.0, 5.0])
    standardise = Standardise(3)
    standardise.fit(given)
    seen = standardise(given)
    torch.testing.assert_close(seen.mean(dim=0), torch.zeros(3), atol=1e-3, rtol=0)
    torch.testing.assert_close(seen.std(dim=0, correction=0), torch.ones(3), atol=1e-3, rtol=0)


def test_a_feature_that_never_varies_does_no_harm() -> None:
    standardise = Standardise(2)
    standardise.fit(torch.tensor([[3.0, 0.1], [3.0, 0.2]]))
    assert torch.isfinite(standardise(torch.tensor([[3.0, 0.1], [9.0, 0.3]]))).all()


@pytest.mark.parametrize(("layers", "linears"), [(0, 2), (1, 3), (3, 5)])
def test_a_head_has_as_many_hidden_layers_as_it_is_told(layers: int, linears: int) -> None:
    head = make_head("vmf", 6, HeadShape(dimension=4, hidden=5, layers=layers))
    assert sum(isinstance(module, torch.nn.Linear) for module in head.modules()) == linears
    assert math.isfinite(float(head(features(2, 6)).kappa.detach().sum()))
