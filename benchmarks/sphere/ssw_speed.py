"""L_S of one batch, beside its matrix products and sorts alone, and beside POT's.

    python benchmarks/sphere/ssw_speed.py [TURNS]

128 triplets, 16 samples of each distribution in 128 dimensions, 100 circles: the mean SSW_1 of the three pairs of
modalities, forward, from samples that want gradients. Yardsticks, in turns with it, on one thread, medians of its
processor time:

- the products with the circles, and what is sorted (the points of each pair, and the levels of F_a - F_b by which the
  median is found), by torch's sort, and by NumPy's argsort that our code calls: goal at most 2.0 times these;
- `ot.sliced_wasserstein_sphere` for each of the 384 pairs on the same circles, on NumPy arrays (with tensors it is
  slower): goal at least 5 times faster.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import combinations
from statistics import median
from time import thread_time

import ot
import torch
from torch import Tensor

from emoretrieve.sphere.sliced import coordinates, from_coordinates, great_circles
from emoretrieve.sphere.von_mises_fisher import VonMisesFisher

ITEMS, SAMPLES, CIRCLES, DIMENSION = 128, 16, 100, 128


def main(turns: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    samples = [drawn().requires_grad_() for _ in range(3)]
    circles = great_circles(CIRCLES, samples[0])
    pairs = list(combinations(range(3), 2))
    joined = [torch.cat([on.detach() for on in pair], -1) for pair in combinations(on_circles(samples, circles), 2)]
    arrays = [one.detach().numpy() for one in samples]
    competitors: dict[str, Callable[[], object]] = {
        "L_S": lambda: sliced_loss(samples, circles),
        "products and sorts by torch": lambda: products_and_sorts(samples, circles, joined, torch.sort),
        "products and sorts by NumPy": lambda: products_and_sorts(samples, circles, joined, by_numpy),
        "POT": lambda: by_pot(arrays, pairs, circles.numpy()),
    }
    spent: dict[str, list[float]] = {name: [] for name in competitors}
    for _ in range(turns):
        for name, compute in competitors.items():
            start = thread_time()
            compute()
            spent[name].append(1e3 * (thread_time() - start))
    report({name: median(times) for name, times in spent.items()}, turns)
    difference = float(sliced_loss(samples, circles).detach()) - by_pot(arrays, pairs, circles.numpy())
    print(f"L_S of ours less POT's: {difference:.1e}")


def report(spent: dict[str, float], turns: int) -> None:
    print(f"{ITEMS} triplets, {SAMPLES} samples, {CIRCLES} circles, d = {DIMENSION}, float32; medians of {turns} turns")
    ours = spent.pop("L_S")
    print(f"L_S: {ours:.1f} ms")
    for name, time in spent.items():
        print(f"{name}: {time:.1f} ms; L_S / this {ours / time:.2f}, this / L_S {time / ours:.1f}")


def drawn() -> Tensor:
    """(B, L, d): samples of random distributions of a concentration as trained ones have."""
    mu = torch.nn.functional.normalize(torch.randn(ITEMS, DIMENSION), dim=-1)
    return VonMisesFisher(mu, torch.full((ITEMS,), 200.0)).rsample((SAMPLES,)).transpose(0, 1).contiguous()


def on_circles(samples: list[Tensor], circles: Tensor) -> list[Tensor]:
    return [coordinates(one, circles) for one in samples]


def sliced_loss(samples: list[Tensor], circles: Tensor) -> Tensor:
    pairs = combinations(on_circles(samples, circles), 2)
    return torch.stack([from_coordinates(a, b).mean() for a, b in pairs]).mean()


def products_and_sorts(
    samples: list[Tensor], circles: Tensor, joined: list[Tensor], sort: Callable[[Tensor], object]
) -> None:
    planes = circles.permute(2, 0, 1).reshape(-1, DIMENSION)
    for one in samples:
        planes @ one.detach().reshape(-1, DIMENSION).T
    for points in joined:
        sort(points)
        sort(points)


def by_numpy(points: Tensor) -> object:
    return points.numpy().argsort(axis=-1)


def by_pot(samples, pairs, circles) -> float:
    """The mean over all pairs, one call each: POT compares two samples at a time."""
    found = [
        float(ot.sliced_wasserstein_sphere(x, y, n_projections=CIRCLES, p=1, projections=circles))
        for first, second in pairs
        for x, y in zip(samples[first], samples[second], strict=True)
    ]
    return sum(found) / len(found)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
