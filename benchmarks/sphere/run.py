"""One run: train one row with one seed, embed validation and test, score every query, keep what came out.

A result is two files in the results folder, `ROW seed N.json` (measures) and `ROW seed N.npz` (ranks of all test
queries); a run whose files are there is not made again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from benchmarks.sphere.material import Features, Material
from benchmarks.sphere.queries import Clouds, Embedding, Embeddings, Scored, all_scores
from benchmarks.sphere.reranking import reranked
from benchmarks.sphere.rows import Protocol, Row
from emoretrieve.sphere.heads import Gaussians
from emoretrieve.sphere.modality import MODALITIES, Modality
from emoretrieve.sphere.network import SphereNetwork
from emoretrieve.sphere.points import Points
from emoretrieve.sphere.ranks import measured, ranks
from emoretrieve.sphere.training.trainer import train
from emoretrieve.sphere.triplets import Triplets

KINDS = (("text", "mentioned"), ("audio", "snr_db"), ("image", "blur_px"))
"""What is logged of an item that its concentration of that modality might follow."""


@dataclass(frozen=True, slots=True)
class Measures:
    """How well one direction is answered on one side of the split."""

    side: str
    direction: str
    composition: str
    distance: str
    mrr: float
    recall: tuple[float, float, float, float]
    median_rank: float


def run(material: Material, row: Row, protocol: Protocol, seed: int, folder: Path, rerank: bool = False) -> None:
    """Make the result of a row and seed, if it is not there yet; `rerank` also scores a part of the queries by SSW."""
    path = result_path(folder, row.name, seed)
    if path.exists():
        return
    begin = time.perf_counter()
    trained = train(_items(material, row), None, row.settings(protocol, seed))
    embedded = {side: embed(trained.network, material.side(side)) for side in ("validation", "test")}
    measures, test_ranks = _measured(embedded)
    if rerank:
        measures += [_measures("test", scored, found) for scored, found in reranked(embedded["test"])]
    result = {
        "row": row.name,
        "loss": row.loss,
        "weight": row.weight,
        "changes": row.changes,
        "seed": seed,
        "seconds": time.perf_counter() - begin,
        "ms_per_triplet": 1e3 * trained.seconds_per_step / trained.settings.batch_size,
        "measures": [asdict(one) for one in measures],
        **describe(embedded["test"], material.sides["test"], material.logged),
    }
    _write(path, result, test_ranks)
    spent = time.perf_counter() - begin
    print(f"{row.name}, seed {seed}: text -> audio {_shown(measures)}, {spent:.0f} s", flush=True)


def result_path(folder: Path, name: str, seed: int) -> Path:
    return folder / f"{name} seed {seed}.json"


def embed(network: SphereNetwork, features: Mapping[Modality, Features]) -> Embeddings:
    import torch

    found: dict[Modality, Embedding] = {}
    with torch.inference_mode():
        for modality, rows in features.items():
            encoded = network.encode(modality, torch.as_tensor(rows))
            first, second = (values.double().numpy() for values in encoded)
            found[modality] = Clouds(first, second) if isinstance(encoded, Gaussians) else Points(first, second)
    return found


def describe(
    embedded: Embeddings, places: npt.NDArray[np.int64], logged: Mapping[str, npt.NDArray[np.float64]]
) -> dict[str, object]:
    """Concentrations, what they follow, the cosine of positives, and the gap between the means of modalities."""
    spheres = {modality: one for modality, one in embedded.items() if isinstance(one, Points)}
    means = {modality: one.mu if isinstance(one, Points) else one.mean for modality, one in embedded.items()}
    pairs = [(f"{one}-{other}", means[one], means[other]) for one, other in combinations(MODALITIES, 2)]
    return {
        "kappa": {modality: float(one.kappa.mean()) for modality, one in spheres.items()},
        "kappa_spread": {modality: float(np.log(one.kappa).std()) for modality, one in spheres.items()},
        "kappa_follows": {
            name: float(spearmanr(spheres[modality].kappa, logged[name][places]).statistic)
            for modality, name in KINDS
            if modality in spheres and name in logged and np.ptp(spheres[modality].kappa) > 0
        },
        "cosine_of_positives": {name: float((one * other).sum(axis=1).mean()) for name, one, other in pairs},
        "cosine_of_all": {name: float(one.mean(axis=0) @ other.mean(axis=0)) for name, one, other in pairs},
        "modality_gap": {
            name: float(np.linalg.norm(one.mean(axis=0) - other.mean(axis=0))) for name, one, other in pairs
        },
    }


def _items(material: Material, row: Row) -> Triplets:
    side = material.side("train")
    return Triplets.complete({modality: rows[: row.training_items] for modality, rows in side.items()})


def _measured(embedded: Mapping[str, Embeddings]) -> tuple[list[Measures], dict[str, npt.NDArray[np.float32]]]:
    measures, kept = [], {}
    for side, of_it in embedded.items():
        for scored in all_scores(of_it):
            found = ranks(scored.scores, np.arange(len(scored.scores)))
            measures.append(_measures(side, scored, found))
            if side == "test":
                kept[rank_key(scored.direction.name, scored.composition, scored.distance)] = found.astype(np.float32)
    return measures, kept


def rank_key(direction: str, composition: str, distance: str) -> str:
    return f"{direction} {composition} {distance}"


def _measures(side: str, scored: Scored, found: npt.NDArray[np.float64]) -> Measures:
    value = measured(found)
    return Measures(
        side, scored.direction.name, scored.composition, scored.distance, value.mrr, value.recall, value.median_rank
    )


def _write(path: Path, result: Mapping[str, object], test_ranks: Mapping[str, npt.NDArray[np.float32]]) -> None:
    """The ranks first: where the measures are, both are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, **test_ranks)  # type: ignore[arg-type]  # names of arrays, none of which is `allow_pickle`
    part.replace(path.with_suffix(".npz"))
    written = path.with_suffix(".part")
    written.write_text(json.dumps(result, indent=1), "utf-8")
    written.replace(path)


def _shown(measures: list[Measures]) -> str:
    wanted = [one for one in measures if one.side == "test" and one.direction == "text -> audio"]
    return ", ".join(f"{one.distance} {one.mrr:.3f}" for one in wanted)
