"""`emoretrieve sphere`: models of the hypersphere, trained, evaluated and used on files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from emoretrieve_cli.failure import INTERRUPTED, SOME_FAILED
from emoretrieve_cli.options import Common, PlaceCommand
from emoretrieve_cli.output import print_json

if TYPE_CHECKING:
    from emoretrieve.sphere.training.plan import Plan

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("sphere")
def command() -> None:
    """Train models that put songs, pictures and words on one sphere.

    A model learns from a table of what belongs together (docs/sphere_training.md) and gives every input a direction
    and a concentration; collections and queries use it by --space sphere (docs/sphere.md). Needs the extra 'sphere'.
    """


class Training(TypedDict):
    """The options of `train` as click hands them over."""

    out: Path
    config: Path | None
    options: tuple[str, ...]
    seed: int | None
    steps: int | None
    device: str | None
    accepted: tuple[str, ...]
    resume: bool
    replace: bool


@command.command("train", cls=PlaceCommand)
@click.argument("manifest", type=_FILE)
@click.option("--out", type=_FOLDER, required=True, metavar="DIR", help="Gets the model, its checkpoint and its logs.")
@click.option("--config", type=_FILE, help="Settings as TOML (docs/sphere_training.md).")
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="A setting, such as loss.name=mcinfonce.")
@click.option("--seed", type=int, help="Of weights, order and samples.  [default: 0]")
@click.option("--steps", type=int, help="At most so many.  [default: 2000]")
@click.option("--device", metavar="NAME", help="What it runs on.  [default: a GPU where there is one]")
@click.option("--accept-licence", "accepted", multiple=True, metavar="NAME", help="Of an embedder that gives features.")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in DIR.")
@click.option("--replace", is_flag=True, help="Let a model that DIR holds be lost.")
@click.pass_obj
def train(common: Common, manifest: Path, **given: Unpack[Training]) -> int:
    """Train a model on the triplets of MANIFEST.

    MANIFEST is a table (CSV, JSONL or Parquet) with the columns id, audio, image, text and split. The model is tested
    on its test items, beside chance, and its card says what it learnt from. Ctrl-C keeps what was learnt for --resume.
    """
    from emoretrieve.sphere.opening import require_torch

    require_torch()
    from emoretrieve.sphere.training.from_manifest import Place, train_from_manifest
    from emoretrieve_cli.terminal.training import report_json, report_lines, watching

    place = Place(given["out"], _cache(common), given["resume"], given["replace"])
    plan = _plan(given)
    with watching(plan.settings.steps) as watch:
        report = train_from_manifest(manifest, plan, place, watch)
    if not report.leads:
        return 0
    if common.as_json:
        print_json(report_json(report, place.folder))
    else:
        click.echo("\n".join(report_lines(report, place.folder)))
    if report.trained.interrupted:
        click.echo("Interrupted; run the same command with --resume to go on.", err=True)
        return INTERRUPTED
    return SOME_FAILED if report.failures else 0


def _plan(given: Training) -> Plan:
    from emoretrieve.sphere.training.plan import make_plan

    named = {"seed": given["seed"], "steps": given["steps"], "device": given["device"]}
    options = {name: str(value) for name, value in named.items() if value is not None}
    for text in given["options"]:
        key, sign, value = text.partition("=")
        if not (key and sign):
            raise click.UsageError(f"--option takes KEY=VALUE, such as loss.name=mcinfonce, and not '{text}'.")
        options[key.strip()] = value
    return make_plan(given["config"], options, given["accepted"])


@command.command("evaluate", cls=PlaceCommand)
@click.argument("models", nargs=-1, required=True, type=_FOLDER, metavar="DIR...")
@click.argument("manifest", type=_FILE)
@click.option(
    "--distance",
    "distances",
    multiple=True,
    default=("cos", "elk", "expected_cos"),
    show_default=True,
    metavar="NAME",
    help="What ranks: cos, elk, expected_cos, kl, kl_xq or ssw. Repeatable.",
)
@click.option(
    "--composition",
    "compositions",
    multiple=True,
    default=("product",),
    show_default=True,
    metavar="NAME",
    help="How two modalities become one query: product, mean or mixture. Repeatable.",
)
@click.option(
    "--split",
    type=click.Choice(["train", "validation", "test", "all"]),
    default="test",
    show_default=True,
    help="Which items of the manifest.",
)
@click.pass_obj
def evaluate(
    common: Common,
    models: tuple[Path, ...],
    manifest: Path,
    distances: tuple[str, ...],
    compositions: tuple[str, ...],
    split: str,
) -> int:
    """Say what the model in DIR finds among the items of MANIFEST.

    From each modality to each other, and from each two to the third: MRR, recalls and median rank, with the size of the
    gallery and its chance. Several DIRs, such as of several seeds, give means with population deviations.
    """
    from emoretrieve.sphere.opening import require_torch

    require_torch()
    from emoretrieve.sphere.evaluation import EvaluationOptions
    from emoretrieve.sphere.testing import Part, evaluate_models
    from emoretrieve_cli.terminal.stages import stages
    from emoretrieve_cli.terminal.training import tested_json, tested_lines

    part: Part = next(one for one in ("train", "validation", "test", "all") if one == split)
    options = EvaluationOptions(distances, compositions)
    with stages("features") as show:
        tested = evaluate_models(
            models, manifest, options, part, _cache(common), lambda done, of: show("features", done, of)
        )
    if common.as_json:
        print_json(tested_json(tested))
    else:
        click.echo("\n".join(tested_lines(tested)))
    return SOME_FAILED if tested.failures else 0


@command.command("embed", cls=PlaceCommand)
@click.argument("model", type=_FOLDER, metavar="DIR")
@click.argument("files", nargs=-1, type=_FILE)
@click.option("--text", "texts", multiple=True, metavar="WORDS", help="Words to embed as well. Repeatable.")
@click.option("--device", metavar="NAME", help="What the model runs on.  [default: the processor]")
@click.pass_obj
def embed(common: Common, model: Path, files: tuple[Path, ...], texts: tuple[str, ...], device: str | None) -> int:
    """Show where the model in DIR puts FILES and words.

    kappa is how concentrated the distribution is, A its mean length along the direction: 0 knows nothing, 1 is sure.
    --json has the directions as well.
    """
    if not files and not texts:
        raise click.UsageError("Name files, or words with --text.")
    from emoretrieve.sphere.opening import open_model
    from emoretrieve_cli.terminal.embedding import embed_inputs, embedded_lines

    embedded = embed_inputs(open_model(model, device), files, texts)
    if common.as_json:
        print_json(embedded.to_json())
    else:
        click.echo("\n".join(embedded_lines(embedded)))
    return SOME_FAILED if embedded.failed else 0


@command.command("export", cls=PlaceCommand)
@click.argument("model", type=_FOLDER, metavar="DIR")
@click.argument("manifest", type=_FILE)
@click.argument("file", type=_FILE)
@click.pass_obj
def export(common: Common, model: Path, manifest: Path, file: Path) -> int:
    """Write where the model in DIR puts the items of MANIFEST to FILE.

    FILE ends in .parquet or .jsonl and gets a row for each modality of each item: id, split, modality, mu, kappa, A and
    log_C (docs/sphere_training.md).
    """
    from emoretrieve.sphere.opening import require_torch

    require_torch()
    from emoretrieve.sphere.testing import export_vectors
    from emoretrieve_cli.terminal.stages import stages
    from emoretrieve_cli.terminal.training import failure_json, failure_lines

    with stages("features") as show:
        rows, failures = export_vectors(
            model, manifest, file, _cache(common), lambda done, of: show("features", done, of)
        )
    if common.as_json:
        print_json({"file": str(file), "rows": rows, "failed": [failure_json(one) for one in failures]})
    else:
        click.echo("\n".join([f"{rows:,} vectors written to {file}.", *failure_lines(failures)]))
    return SOME_FAILED if failures else 0


def _cache(common: Common) -> Path:
    """Where features are kept: one file for all models."""
    return common.folder / "features.sqlite"
