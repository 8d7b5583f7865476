"""From a manifest to a model in a folder: read, extract, train, test, save with its card."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from emoretrieve.errors import TrainingError
from emoretrieve.sphere.encoding import encode_items
from emoretrieve.sphere.evaluation import EvaluationOptions, ModelEvaluation, evaluate
from emoretrieve.sphere.features import ExtractorSettings, FeatureExtractor
from emoretrieve.sphere.features.cache import FeatureCache
from emoretrieve.sphere.features.extraction import require
from emoretrieve.sphere.features.registry import open_extractor
from emoretrieve.sphere.gathering import Failure, gather
from emoretrieve.sphere.manifest import SPLITS, Manifest, Split, read_manifest
from emoretrieve.sphere.modality import MODALITIES, Modality
from emoretrieve.sphere.model import SphereModel
from emoretrieve.sphere.model_config import FeatureSource, ModelConfig
from emoretrieve.sphere.model_files import CONFIG
from emoretrieve.sphere.training.card import card_of
from emoretrieve.sphere.training.checkpoint import CHECKPOINT
from emoretrieve.sphere.training.parallel import Group, joined
from emoretrieve.sphere.training.plan import Plan
from emoretrieve.sphere.training.trainer import OnStep, Run, Trained, train
from emoretrieve.sphere.triplets import Triplets

OnStage: TypeAlias = Callable[[str, int, int | None], object]
"""What is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who watches a training, and may end it."""

    on_stage: OnStage = lambda _stage, _done, _of: None
    on_step: OnStep | None = None
    stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a training works."""

    folder: Path
    """Gets the model, its checkpoint and its logs."""
    cache: Path | None = None
    """Of features; None keeps none."""
    resume: bool = False
    replace: bool = False
    """Whether a model that the folder holds may be lost."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it."""

    manifest: Manifest
    trained: Trained
    failures: Sequence[Failure]
    cautions: Sequence[str]
    evaluation: ModelEvaluation | None
    """On the items of `test`; None where there are fewer than two, or the training was interrupted."""
    items: Mapping[Split, int] = field(default_factory=dict)
    leads: bool = True
    """Whether this process speaks for all that train together."""


def train_from_manifest(file: Path, plan: Plan, place: Place, watch: Watch | None = None) -> Report:
    """Train, test and save; an interrupted training is kept to be resumed, and saves no model.

    Raises what `read_manifest`, `open_extractor`, `train` and `SphereModel.save` raise, and TrainingError
    (`folder_in_use`).
    """
    watching = watch or Watch()
    _check_folder(place)
    manifest = read_manifest(file)
    with joined() as group:
        extractors = _extractors(manifest, plan)
        gathered = _gathered(manifest, extractors, place, watching, group)
        splits = {split: triplets for split, (triplets, _) in gathered.items()}
        failures = [failure for _, failed in gathered.values() for failure in failed]
        run = Run(place.folder, place.resume, watching.on_step, watching.stop, group)
        validation = splits["validation"] if len(splits["validation"].paired()) > 1 else None
        with _failures_named(failures):
            trained = train(splits["train"], validation, plan.settings, run)
        evaluation = None if trained.interrupted else _tested(trained, splits["test"], watching)
        counts = {split: len(triplets) for split, triplets in splits.items()}
        report = Report(manifest, trained, failures, list(trained.cautions), evaluation, counts, group.leads)
        if group.leads and not trained.interrupted:
            _save(report, plan, extractors, place.folder)
        group.wait()
    return report


def _check_folder(place: Place) -> None:
    held = [name for name in (CONFIG, CHECKPOINT) if (place.folder / name).exists()]
    if held and not (place.resume or place.replace):
        raise TrainingError(
            f"'{place.folder}' holds a model or a training already ({held[0]}); name another folder, go on with it by "
            "--resume, or let it be lost by --replace.",
            kind="folder_in_use",
        )


def _extractors(manifest: Manifest, plan: Plan) -> dict[Modality, FeatureExtractor]:
    """Of the modalities that occur; one for all that have the same settings."""
    opened: dict[ExtractorSettings, FeatureExtractor] = {}
    found: dict[Modality, FeatureExtractor] = {}
    for modality in MODALITIES:
        if any(modality in item.parts for item in manifest.items):
            settings = plan.extractors[modality]
            if settings not in opened:
                opened[settings] = open_extractor(settings)
            require(opened[settings], modality)
            found[modality] = opened[settings]
    return found


def _gathered(
    manifest: Manifest, extractors: Mapping[Modality, FeatureExtractor], place: Place, watch: Watch, group: Group
) -> dict[Split, tuple[Triplets, Sequence[Failure]]]:
    """The features of each split; the first process extracts, the others find them in the cache."""
    if not group.leads:
        group.wait()
    found: dict[Split, tuple[Triplets, Sequence[Failure]]] = {}
    with FeatureCache(place.cache) as cache:
        for split in SPLITS:
            gathered = gather(manifest.of(split), extractors, cache, partial(watch.on_stage, f"features of {split}"))
            found[split] = gathered.triplets, gathered.failures
    if group.leads:
        group.wait()
    return found


@contextmanager
def _failures_named(failures: Sequence[Failure]) -> Iterator[None]:
    """Where too little is left to train on, say which files it is for."""
    try:
        yield
    except TrainingError as error:
        if error.kind not in ("no_pairs", "one_item") or not failures:
            raise
        raise TrainingError(
            f"{str(error).rstrip('.')}; {len(failures)} of the files could not be used, the first because: "
            f"{failures[0].error}",
            kind=error.kind,
        ) from error


def _tested(trained: Trained, items: Triplets, watch: Watch) -> ModelEvaluation | None:
    if len(items.paired()) < 2:
        return None
    watch.on_stage("testing", 0, None)
    try:
        return evaluate(encode_items(trained.network, items), EvaluationOptions())
    except TrainingError:  # no two items with the same two modalities
        return None


def _save(report: Report, plan: Plan, extractors: Mapping[Modality, FeatureExtractor], folder: Path) -> None:
    network = report.trained.network
    sources = {
        modality: FeatureSource(_anchored(plan.extractors[modality]), dict(extractors[modality].signature(modality)))
        for modality in network.modalities
    }
    config = ModelConfig(network.shape, sources, training=plan.settings.decisive())
    SphereModel(network, config, card_of(report, plan)).save(folder)


def _anchored(settings: ExtractorSettings) -> ExtractorSettings:
    """A path of weights that is there, absolute: the model may be used from elsewhere."""
    path = Path(settings.weights or "").expanduser()
    there = settings.weights is not None and path.exists()
    return replace(settings, weights=str(path.absolute()) if there else settings.weights, device=None)
