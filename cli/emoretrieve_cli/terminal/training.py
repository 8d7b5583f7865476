"""A training and an evaluation on the hypersphere, in lines of text and as JSON; and how a training is watched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from emoretrieve.evaluation.result_table import ResultTable
from emoretrieve.sphere.evaluation import ModelEvaluation
from emoretrieve.sphere.summary import COLUMNS, summary_json, table_rows
from emoretrieve.sphere.training.card import cautions as cautions_of
from emoretrieve_cli.terminal.evaluation import evaluation_lines
from emoretrieve_cli.terminal.text import printable

if TYPE_CHECKING:
    from emoretrieve.sphere.gathering import Failure
    from emoretrieve.sphere.testing import Tested
    from emoretrieve.sphere.training.from_manifest import Report, Watch
    from emoretrieve.sphere.training.stepping import Step
    from emoretrieve.sphere.training.validation import Validation


@contextmanager
def watching(steps: int) -> Iterator[Watch]:
    """Stages and live numbers on stderr, where that is a terminal; Ctrl-C ends the training between two steps."""
    from emoretrieve.sphere.training.from_manifest import Watch
    from emoretrieve_cli.terminal.stages import stages
    from emoretrieve_indexer.interruption import watch_for_interruption

    with watch_for_interruption() as interruption, stages("reading") as show:
        yield Watch(show, lambda step, found: show(_live(step, found), step.number, steps), lambda: interruption.wanted)


def _live(step: Step, found: Validation | None) -> str:
    text = f"step {step.number}  loss {step.loss:.3f}"
    if found is None:
        return text
    kappa = " ".join(f"{modality[0]} {value:.0f}" for modality, value in found.kappa.items())
    return f"{text}  MRR {found.mrr:.3f} (chance {found.chance_mrr:.3f})  {f'kappa {kappa}' if kappa else ''}".rstrip()


def report_lines(report: Report, folder: Path) -> list[str]:
    """What was trained, and what it is worth."""
    trained = report.trained
    counts = ", ".join(f"{count:,} {split}" for split, count in report.items.items())
    lines = [f"Items: {counts}."]
    if trained.interrupted:
        lines.append(
            f"Stopped after step {trained.steps:,} of {trained.settings.steps:,}; the checkpoint is in {folder}."
        )
    else:
        lines.append(f"Trained {trained.steps:,} steps; the model is in {folder}.")
    if trained.best is not None:
        best = trained.best
        lines.append(f"Best on validation, step {best.step:,}: MRR {best.mrr:.4f}, chance {best.chance_mrr:.4f}.")
    if report.evaluation is not None:
        lines += ["", *_tables([report.evaluation])]
    return [*lines, *_cautions(cautions_of(report)), *failure_lines(report.failures)]


def report_json(report: Report, folder: Path) -> dict[str, object]:
    trained, best = report.trained, report.trained.best
    return {
        "model": None if trained.interrupted else str(folder),
        "steps": trained.steps,
        "interrupted": trained.interrupted,
        "items": dict(report.items),
        "best_step": None if best is None else best.step,
        "best_mrr": None if best is None else best.mrr,
        "chance_mrr": None if best is None else best.chance_mrr,
        "seconds_per_step": trained.seconds_per_step,
        "test": None if report.evaluation is None else summary_json([report.evaluation]),
        "cautions": cautions_of(report),
        "failed": [failure_json(one) for one in report.failures],
    }


def tested_lines(tested: Tested) -> list[str]:
    return [*_tables(tested.evaluations), *_cautions(tested.cautions), *failure_lines(tested.failures)]


def tested_json(tested: Tested) -> dict[str, object]:
    return {
        **summary_json(tested.evaluations),
        "cautions": list(tested.cautions),
        "failed": [failure_json(one) for one in tested.failures],
    }


def failure_lines(failures: Sequence[Failure]) -> list[str]:
    return [f"Left out: {modality_of(one)} ({printable(str(one.error))})" for one in failures]


def modality_of(failure: Failure) -> str:
    return f"{failure.modality} of {printable(failure.id)}"


def failure_json(failure: Failure) -> dict[str, str]:
    return {
        "id": failure.id,
        "modality": failure.modality,
        "error": str(failure.error),
        "kind": failure.error.kind,
    }


def _cautions(cautions: Sequence[str]) -> list[str]:
    return [f"Caution: {printable(one)}" for one in cautions]


def _tables(evaluations: Sequence[ModelEvaluation]) -> list[str]:
    models = len(evaluations)
    spread = f" Means of {models} models ± population deviations." if models > 1 else ""
    note = f"Of {evaluations[0].items:,} items; ties count half a rank. Each gallery's chance stands before its rows."
    ranked = ResultTable("Found", COLUMNS, table_rows(evaluations), note + spread)
    concentrations = [_kappa(evaluations)] if any(one.kappa for one in evaluations) else []
    return evaluation_lines([ranked, *concentrations, _pairs(evaluations)])


def _kappa(evaluations: Sequence[ModelEvaluation]) -> ResultTable:
    rows = [
        [
            modality,
            str(one.items),
            *(f"{value:.1f}" for value in (one.mean, one.sd, one.lowest, one.highest)),
            f"{one.at_clamp:.1%}",
        ]
        for evaluation in evaluations
        for modality, one in evaluation.kappa.items()
    ]
    columns = ("", "items", "mean", "sd", "lowest", "highest", "at its limit")
    return ResultTable("Concentrations, kappa", columns, rows, "A table for each model, one under the other.")


def _pairs(evaluations: Sequence[ModelEvaluation]) -> ResultTable:
    rows = [
        [
            " and ".join(one.modalities),
            str(one.items),
            f"{one.gap:.3f}",
            f"{one.positive_cosine:.3f}",
            f"{one.random_cosine:.3f}",
        ]
        for evaluation in evaluations
        for one in evaluation.pairs
    ]
    note = "gap: length of the difference of the mean directions; cosines of the two sides of an item, and of others."
    return ResultTable("Modalities", ("", "items", "gap", "of an item", "of others"), rows, note)
