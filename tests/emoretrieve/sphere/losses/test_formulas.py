"""Each loss against its formula written out, pair by pair and sample by sample."""

from __future__ import annotations

import math
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra 'sphere'")

from emoretrieve.sphere.gaussian import Gaussian  # noqa: E402  # after the skip
from emoretrieve.sphere.losses.contrastive import (  # noqa: E402
    Deterministic,
    ExpectedLikelihood,
    MonteCarloInfoNCE,
    SoftContrastive,
)
from emoretrieve.sphere.losses.mpc import Mpc, Query  # noqa: E402
from emoretrieve.sphere.losses.mpc import scores as mpc_scores  # noqa: E402
from emoretrieve.sphere.losses.pcme import Pcme  # noqa: E402
from tests.emoretrieve.sphere.losses.batches import Learnable, present  # noqa: E402

NONE = torch.empty(0)


@pytest.fixture(autouse=True)
def no_gradients() -> Any:
    with torch.no_grad():
        yield


def two(rows: int = 5) -> tuple[Any, Any]:
    batch = Learnable.random("vmf", rows).batch()
    return batch["audio"], batch["image"]


def certain(rows: int = 4) -> dict[str, Gaussian]:
    """Gaussians whose samples are their means."""
    return {
        name: Gaussian(one.mean, torch.full_like(one.mean, -60.0))
        for name, one in Learnable.random("gaussian", rows).batch().items()
    }


def entropy_both_ways(scores: list[list[float]]) -> float:
    """The mean cross-entropy of the diagonal, by rows and by columns, written out."""
    count, total = len(scores), 0.0
    for n in range(count):
        row = [math.exp(score) for score in scores[n]]
        column = [math.exp(scores[m][n]) for m in range(count)]
        total -= math.log(row[n] / sum(row)) + math.log(column[n] / sum(column))
    return total / (2 * count)


def test_elk_is_infonce_on_the_log_expected_likelihood() -> None:
    x, y = two()
    loss = ExpectedLikelihood(128).double()
    scores = [[0.2 * float(x[n].log_expected_likelihood(y[m])) for m in range(5)] for n in range(5)]
    assert float(loss(x, y, NONE, NONE)) == pytest.approx(entropy_both_ways(scores), rel=1e-6)


def test_det_is_infonce_on_the_mean_directions() -> None:
    x, y = two()
    scores = [[float(x.loc[n] @ y.loc[m]) / 0.07 for m in range(5)] for n in range(5)]
    assert float(Deterministic(8).double()(x, y, NONE, NONE)) == pytest.approx(entropy_both_ways(scores), rel=1e-6)


def test_mcinfonce_is_the_log_of_the_mean_softmax_over_samples() -> None:
    x, y = two()
    of_x, of_y = x.rsample((3,)), y.rsample((3,))
    total = 0.0
    for a, b in ((of_x, of_y), (of_y, of_x)):
        for n in range(5):
            scores = [[float(a[sample, n] @ b[sample, m]) / 0.07 for m in range(5)] for sample in range(3)]
            shares = [math.exp(row[n]) / sum(math.exp(score) for score in row) for row in scores]
            total -= math.log(sum(shares) / 3) / 10
    assert float(MonteCarloInfoNCE(8).double()(x, y, of_x, of_y)) == pytest.approx(total, rel=1e-6)


def test_hib_is_the_log_likelihood_of_soft_matches_over_all_pairs_of_samples() -> None:
    x, y = two()
    of_x, of_y = x.rsample((3,)), y.rsample((3,))
    total = 0.0
    for n in range(5):
        for m in range(5):
            distances = [float((a - b).norm()) for a in of_x[:, n] for b in of_y[:, m]]
            match = sum(1 / (1 + math.exp(15 * distance - 15)) for distance in distances) / 9
            total -= math.log(match if n == m else 1 - match) / 5
    assert float(SoftContrastive(8).double()(x, y, of_x, of_y)) == pytest.approx(total, rel=1e-6)


def test_pcme_is_the_log_likelihood_of_soft_matches_by_distance() -> None:
    batch = certain()
    total = 0.0
    for x, y in (("audio", "image"), ("audio", "text"), ("image", "text")):
        for n in range(4):
            for m in range(4):
                logit = 15 - 15 * math.sqrt(float((batch[x].mean[n] - batch[y].mean[m]).square().sum()) + 1e-6)
                match = math.exp(logit) / (math.exp(logit) + math.exp(-logit))
                total -= 2 * math.log(match if n == m else 1 - match) / 3
    assert float(Pcme().double()(batch, present(4)).parts["match"]) == pytest.approx(total, rel=1e-6)


def test_pcme_ranks_targets_by_the_probability_of_a_match() -> None:
    batch, pcme = certain(), Pcme().double()
    distances = torch.cdist(batch["audio"].mean, batch["text"].mean)
    assert torch.equal(pcme.scores(batch["audio"], batch["text"]).argsort(1), distances.argsort(1, descending=True))


def test_the_kl_to_the_standard_gaussian_is_that_of_torch() -> None:
    one = Learnable.random("gaussian").batch()["audio"]
    theirs = torch.distributions.kl_divergence(
        torch.distributions.Normal(one.mean, (0.5 * one.log_variance).exp()), torch.distributions.Normal(0.0, 1.0)
    )
    assert torch.allclose(one.kl_to_standard(), theirs.sum(-1))


def test_the_product_of_gaussians_is_proportional_to_the_product_of_densities() -> None:
    batch = Learnable.random("gaussian").batch()
    product, log_z = batch["audio"].product(batch["text"])

    def log_density(one: Gaussian, points: Any) -> Any:
        return torch.distributions.Normal(one.mean, (0.5 * one.log_variance).exp()).log_prob(points).sum(-1)

    points = torch.randn(10, 1, 8, dtype=torch.float64)
    both = log_density(batch["audio"], points) + log_density(batch["text"], points)
    assert torch.allclose(both, log_density(product, points) + log_z)


def test_mpc_scores_targets_by_the_mean_log_density_of_the_query() -> None:
    batch = Learnable.random("gaussian").batch()
    query = Query.of(batch["audio"], batch["image"])
    target = Query.of(batch["text"])
    torch.manual_seed(9)
    found = mpc_scores(query, target)
    torch.manual_seed(9)
    samples = target.gaussian.rsample(7)
    density = torch.distributions.Normal(
        query.gaussian.mean[:, None], (0.5 * query.gaussian.log_variance).exp()[:, None]
    )
    expected = torch.stack([density.log_prob(one).sum(-1) for one in samples]).mean(0) + query.log_z[:, None]
    assert torch.allclose(found, expected)


def test_mpc_counts_each_pair_both_ways_and_each_product_of_two() -> None:
    batch = certain(4)
    assert torch.allclose(Query.of(batch["audio"]).gaussian.mean, batch["audio"].mean)
    precise = {name: Gaussian(one.mean, torch.zeros_like(one.mean)) for name, one in batch.items()}
    torch.manual_seed(10)
    complete = Mpc()(precise, present(4))
    torch.manual_seed(10)
    partial = Mpc()(precise, present(4, text=[0, 1, 2, 3]))
    assert float(complete.parts["retrieval"]) > 0
    assert float(partial.parts["retrieval"]) > 0
    assert not torch.equal(complete.parts["retrieval"], partial.parts["retrieval"])
