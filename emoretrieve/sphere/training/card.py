"""What the card of a trained model says: what it learnt from, how, and what it is worth beside chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from emoretrieve.sphere.evaluation import KappaNumbers, ModelEvaluation
from emoretrieve.sphere.model_card import ModelCard
from emoretrieve.sphere.summary import COLUMNS, table_rows
from emoretrieve.sphere.training.plan import Plan

if TYPE_CHECKING:
    from emoretrieve.sphere.training.from_manifest import Report

_FEW = 1000
"""Items to learn from below which a model shows that the machinery works, and little else."""


def card_of(report: Report, plan: Plan) -> ModelCard:
    """The card of the model that came of a plan."""
    return ModelCard(
        tuple(_data(report, plan)),
        tuple(_losses(report, plan)),
        tuple(_metrics(report.evaluation)),
        tuple(f"- {caution}" for caution in cautions(report)),
    )


def cautions(report: Report) -> list[str]:
    """Sentences that must be read beside the numbers."""
    found = list(report.cautions)
    learnt, shared = report.items["train"], report.manifest.shared("test")
    if learnt < _FEW:
        found.insert(0, f"This is a demonstration: it learnt from {learnt} items.")
    if report.trained.best is None and not report.trained.interrupted:
        found.append("There were fewer than two items to validate on, so the last weights were kept, not the best.")
    if report.evaluation is None and not report.trained.interrupted:
        found.append("There were fewer than two items to test on, so nothing says what the model is worth.")
    if shared:
        found.append(
            f"{shared} of the {report.items['test']} items of the test share a file or a text with one that was learnt "
            "from, so the test flatters the model."
        )
    if report.failures:
        found.append(f"{len(report.failures)} files could not be read, and their items were used without them.")
    return found


def _data(report: Report, plan: Plan) -> Iterator[str]:
    manifest = report.manifest
    yield f"- Manifest `{manifest.file.name}`, SHA-256 {manifest.sha256}."
    for split, items in report.items.items():
        of_split = manifest.of(split)
        parts = (f"{sum(modality in one.parts for one in of_split)} with {modality}" for modality in plan.extractors)
        yield f"- {split}: {items} items ({', '.join(parts)})."
    for modality in report.trained.network.modalities:
        yield f"- Features of {modality}: `{plan.extractors[modality].name}`, frozen."


def _losses(report: Report, plan: Plan) -> Iterator[str]:
    trained = report.trained
    yield f"- {trained.steps} steps of AdamW, seed {plan.settings.seed}."
    if trained.best is not None:
        yield f"- The weights are those after step {trained.best.step}, the best on validation: MRR " + (
            f"{trained.best.mrr:.4f} by the cosine, chance {trained.best.chance_mrr:.4f}."
        )
    yield "- " + ", ".join(f"{name} {value}" for name, value in plan.settings.decisive().items()) + "."


def _metrics(evaluation: ModelEvaluation | None) -> Iterator[str]:
    if evaluation is None:
        return
    yield f"On the {evaluation.items} items of the test; recalls in per cent. Ties count half a rank."
    yield ""
    yield from markdown(COLUMNS, table_rows([evaluation]))
    yield ""
    if not evaluation.kappa:
        yield "The distributions are Gaussians, ranked by their means."
        return
    columns = ("kappa", "items", "mean", "sd", "lowest", "highest", "at its limit")
    yield from markdown(columns, [_kappa_row(name, one) for name, one in evaluation.kappa.items()])


def _kappa_row(modality: str, one: KappaNumbers) -> list[str]:
    spread = (f"{value:.1f}" for value in (one.mean, one.sd, one.lowest, one.highest))
    return [modality, str(one.items), *spread, f"{one.at_clamp:.1%}"]


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a table in GitHub's Markdown."""
    for cells in (columns, ["---", *["---:"] * (len(columns) - 1)], *rows):
        yield f"| {' | '.join(cells)} |"
