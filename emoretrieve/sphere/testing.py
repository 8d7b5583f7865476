"""Models in folders on the items of a manifest: what they are worth, and all their vectors as a table."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from emoretrieve.errors import PerceptionError, SourceError, TrainingError
from emoretrieve.files import replacing
from emoretrieve.sphere.encoding import encode_items
from emoretrieve.sphere.evaluation import EncodedItems, EvaluationOptions, ModelEvaluation, evaluate
from emoretrieve.sphere.features.cache import FeatureCache
from emoretrieve.sphere.gathering import Failure, Gathered, OnInput, gather
from emoretrieve.sphere.manifest import SPLITS, Manifest, ManifestItem, read_manifest
from emoretrieve.sphere.modality import Modality
from emoretrieve.sphere.model import SphereModel
from emoretrieve.sphere.normaliser import log_normaliser, resultant

Part: TypeAlias = Literal["train", "validation", "test", "all"]
"""Which items of a manifest."""


@dataclass(frozen=True, slots=True)
class Tested:
    """What models are worth on the same items."""

    evaluations: Sequence[ModelEvaluation]
    """In the order of the folders."""
    failures: Sequence[Failure]
    cautions: Sequence[str]
    """Those of the models' cards, each once, and then those about the items."""


def evaluate_models(
    folders: Sequence[Path],
    file: Path,
    options: EvaluationOptions,
    part: Part = "test",
    cache: Path | None = None,
    on_input: OnInput = lambda _done, _of: None,
) -> Tested:
    """Evaluate each model. Raises what `read_manifest`, `SphereModel.load` and `evaluate` raise.

    TrainingError (`no_pairs`) where the manifest has no items of `part`.
    """
    manifest = read_manifest(file)
    items = _items(manifest, part)
    if not items:
        raise TrainingError(
            f"'{file}' has no items of the split '{part}', so nothing to evaluate on; name another by --split.",
            kind="no_pairs",
        )
    evaluations, failures, warnings = [], [], dict[str, None]()
    with FeatureCache(cache) as kept:
        for folder in folders:
            model = SphereModel.load(folder)
            gathered = _gathered(model, items, kept, on_input)
            evaluations.append(evaluate(encode_items(model.network, gathered.triplets), options))
            failures = list(gathered.failures)
            warnings |= dict.fromkeys(model.card.warnings())
    if len({tuple((row.direction, row.gallery) for row in one.ranked) for one in evaluations}) > 1:
        raise PerceptionError(
            "These models know different modalities, so there is no mean of them; evaluate each by itself.",
            kind="other_modality",
        )
    return Tested(evaluations, failures, [*warnings, *_cautions(manifest, part)])


def export_vectors(
    folder: Path, source: Path, file: Path, cache: Path | None = None, on_input: OnInput = lambda _done, _of: None
) -> tuple[int, Sequence[Failure]]:
    """Write a row for each modality of each item: its direction, kappa, A_d(kappa) and log C_d(kappa).

    How many rows, and what failed. The ending decides: `.parquet` or `.jsonl`. Raises SourceError of kind
    `unknown_format` or `not_writable`.
    """
    if file.suffix not in (".parquet", ".jsonl"):
        raise SourceError(
            f"'{file}' has an ending that is not known; let it be .parquet or .jsonl.", kind="unknown_format"
        )
    model, items = SphereModel.load(folder), read_manifest(source).items
    with FeatureCache(cache) as kept:
        gathered = _gathered(model, items, kept, on_input)
    rows = _rows(items, encode_items(model.network, gathered.triplets))
    _write(rows, file)
    return len(rows), gathered.failures


def _items(manifest: Manifest, part: Part) -> Sequence[ManifestItem]:
    return manifest.items if part == "all" else manifest.of(part)


def _gathered(model: SphereModel, items: Sequence[ManifestItem], cache: FeatureCache, on_input: OnInput) -> Gathered:
    used = [modality for modality in model.modalities if any(modality in item.parts for item in items)]
    return gather(items, {modality: model.extractor(modality) for modality in used}, cache, on_input)


def _cautions(manifest: Manifest, part: Part) -> list[str]:
    if part == "all":
        counts = ", ".join(f"{len(manifest.of(split))} of {split}" for split in SPLITS)
        return [f"These are all items ({counts}): what a model learnt from is easy for it."]
    shared = manifest.shared(part) if part != "train" else 0
    if part == "train":
        return ["These are the items that the manifest gives for training: what a model learnt from is easy for it."]
    return [f"{shared} items share a file or a text with one of 'train', so this flatters the model."] if shared else []


def _rows(items: Sequence[ManifestItem], encoded: EncodedItems) -> list[Mapping[str, object]]:
    return [row for modality in encoded.points for row in _rows_of(items, encoded, modality)]


def _rows_of(items: Sequence[ManifestItem], encoded: EncodedItems, modality: Modality) -> list[Mapping[str, object]]:
    places = encoded.having([modality])
    points = encoded.points[modality].take(places)
    dimension = points.mu.shape[1]
    numbers = zip(
        points.kappa, resultant(points.kappa, dimension), log_normaliser(points.kappa, dimension), strict=True
    )
    return [
        {
            "id": items[place].id,
            "split": items[place].split,
            "modality": modality,
            "mu": direction.tolist(),
            "kappa": float(kappa),
            "A": float(length),
            "log_C": float(log_c),
        }
        for place, direction, (kappa, length, log_c) in zip(places, points.mu, numbers, strict=True)
    ]


def _write(rows: Sequence[Mapping[str, object]], file: Path) -> None:
    import json

    try:
        with replacing(file) as partial:
            if file.suffix == ".jsonl":
                partial.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
                return
            import pyarrow as pa
            import pyarrow.parquet as pq

            pq.write_table(pa.Table.from_pylist(list(rows)), partial)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SourceError(f"The vectors cannot be written to '{file}': {reason}.", kind="not_writable") from error
