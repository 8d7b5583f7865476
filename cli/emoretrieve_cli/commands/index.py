"""`emoretrieve index`: describe pictures and songs and store them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from emoretrieve_cli.dataset import check_dataset, dataset_options, paths_of
from emoretrieve_cli.embed import check_embedding, check_space, embed_items
from emoretrieve_cli.embedder import embedder_options, embedder_settings
from emoretrieve_cli.engine import engine_options, ray_settings
from emoretrieve_cli.failure import INTERRUPTED, SOME_FAILED
from emoretrieve_cli.options import Command, Common, modality_option
from emoretrieve_cli.perception import perception_options
from emoretrieve_cli.tables import Tables, refuse_paths_beside_tables

if TYPE_CHECKING:
    from emoretrieve.item import Modality
    from emoretrieve.perception import PerceptionChoice
    from emoretrieve_indexer import IndexReport, IndexSettings
    from emoretrieve_indexer.embedding import EmbedSettings


class Given(TypedDict):
    """The options as click hands them over."""

    captions: tuple[Path, ...]
    colours: tuple[Path, ...]
    dataset: str | None
    sample: int | None
    seed: int | None
    modality: Modality | None
    workers: int | None
    limit: int | None
    prune: bool
    dry_run: bool
    retry_failed: bool
    engine: str
    address: str | None
    embedder: str | None
    space: str | None
    model: Path | None
    replace: bool
    weights: str | None
    device: str | None
    accepted: tuple[str, ...]
    perception: PerceptionChoice


@click.command("index", cls=Command)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--captions",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Take the captions of this table instead of describing a PATH (docs/captions.md). Repeatable.",
)
@click.option(
    "--colours",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Take the colours of those items from this table. Repeatable.",
)
@dataset_options
@modality_option
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Worker processes.  [default: one a core]")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Describe at most this many new items.")
@click.option("--prune", is_flag=True, help="Forget the files that are gone from PATH.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--retry-failed", is_flag=True, help="Ask models again about items that they failed on before.")
@engine_options
@click.option(
    "--embed",
    "embedder",
    metavar="NAME",
    help="Describe nothing, but add this embedder's vectors to the items of PATH, or to all: imagebind, pe-av, "
    "clap, clip, siglip or a plug-in's (docs/rescoring.md).",
)
@click.option(
    "--space",
    type=click.Choice(["sphere"]),
    help="Describe nothing, but add the points of a model on the hypersphere to the items of PATH, or to all "
    "(docs/sphere.md).",
)
@click.option(
    "--model",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="With --space sphere: the folder of the model.",
)
@click.option("--replace", is_flag=True, help="With --embed or --space: remove the vectors of this name first.")
@embedder_options
@perception_options
@click.pass_obj
def command(common: Common, paths: tuple[str, ...], **given: Unpack[Given]) -> int:
    """Describe pictures and songs and store them.

    PATH is a file, a folder (searched with all its folders), a pattern such as 'art/*.png', or a manifest: CSV, JSONL
    or Parquet with a column file_name. What is stored already is not described again, so an interrupted or repeated run
    does only what is missing.
    """
    if "" in paths:
        raise click.UsageError("A path is empty; '.' is the current folder.")
    check_dataset(given["dataset"], paths, _useless_with_dataset(given), _only_with_dataset(given))
    check_embedding(given["embedder"], _useless_with_embed(given), _only_with_embed(given))
    check_space(given["space"], given["model"], _useless_with_space(given))
    if given["embedder"] is not None or given["space"] is not None:
        return embed_items(common, paths, _embed_settings(given))
    tables = Tables(given["captions"], given["colours"])
    tables.check(paths, given["perception"], _useless_with_tables(given))
    from emoretrieve_indexer import IndexInterrupted

    try:
        with paths_of(given["dataset"], paths, given["sample"], given["seed"]) as chosen:
            report = _index(common, chosen, tables, given)
    except IndexInterrupted as interrupted:
        _print(interrupted.report, given, as_json=common.as_json)
        click.echo("Interrupted; run the same command again to go on.", err=True)
        return INTERRUPTED
    _print(report, given, as_json=common.as_json)
    return SOME_FAILED if report.failed else 0


def _useless_with_tables(given: Given) -> list[str]:
    options = {
        "--workers": given["workers"] is not None,
        "--prune": given["prune"],
        "--engine": given["engine"] != "local",
        "--use-descriptions": given["perception"].use_descriptions,
    }
    return [name for name, is_given in options.items() if is_given]


def _useless_with_dataset(given: Given) -> list[str]:
    options = {
        "--captions": bool(given["captions"]),
        "--colours": bool(given["colours"]),
        "--prune": given["prune"],
        "--embed": given["embedder"] is not None,
        "--space": given["space"] is not None,
    }
    return [name for name, is_given in options.items() if is_given]


def _only_with_dataset(given: Given) -> list[str]:
    options = {"--sample": given["sample"] is not None, "--seed": given["seed"] is not None}
    return [name for name, is_given in options.items() if is_given]


def _useless_with_embed(given: Given) -> list[str]:
    options = {"--space": given["space"] is not None, **_of_descriptions(given)}
    return [name for name, is_given in options.items() if is_given]


def _useless_with_space(given: Given) -> list[str]:
    options = {
        **_of_descriptions(given),
        "--weights": given["weights"] is not None,
        "--accept-licence": bool(given["accepted"]),
    }
    return [name for name, is_given in options.items() if is_given]


def _of_descriptions(given: Given) -> dict[str, bool]:
    """Options that say how items are described, and whether they were given."""
    return {
        "--captions": bool(given["captions"]),
        "--colours": bool(given["colours"]),
        "--workers": given["workers"] is not None,
        "--prune": given["prune"],
        "--dry-run": given["dry_run"],
        "--retry-failed": given["retry_failed"],
        "--engine": given["engine"] != "local",
        "--perception": given["perception"].name is not None,
        "--mapper": given["perception"].mapper is not None,
        "--set": bool(given["perception"].options),
    }


def _only_with_embed(given: Given) -> list[str]:
    """Options that mean nothing without --embed; two of them also have a meaning beside --space."""
    alone = given["space"] is None
    options = {
        "--replace": given["replace"] and alone,
        "--weights": given["weights"] is not None and alone,
        "--device": given["device"] is not None and alone,
        "--accept-licence": bool(given["accepted"]) and alone,
    }
    return [name for name, is_given in options.items() if is_given]


def _embed_settings(given: Given) -> EmbedSettings:
    from emoretrieve_indexer.embedding import EmbedSettings, SphereSettings

    if given["model"] is not None:
        model = SphereSettings(given["model"], given["device"])
        return EmbedSettings(model, given["modality"], given["limit"], given["replace"])
    settings = embedder_settings(given["embedder"] or "", given["weights"], given["device"], given["accepted"])
    return EmbedSettings(settings, given["modality"], given["limit"], given["replace"])


def _index(common: Common, paths: Sequence[str], tables: Tables, given: Given) -> IndexReport:
    if tables.captions:
        return tables.index(common, given["perception"], _settings(given))
    from emoretrieve_cli.terminal.progress import progress_bar
    from emoretrieve_indexer import index

    open_library = common.open_or_empty if given["dry_run"] else common.open_or_make
    ray, perception = ray_settings(given["engine"], given["address"], given["perception"])
    with open_library(perception) as library, progress_bar() as on_progress:
        refuse_paths_beside_tables(library)
        return index(library, [Path(path) for path in paths], replace(_settings(given), ray=ray), on_progress)


def _settings(given: Given) -> IndexSettings:
    from emoretrieve_indexer import IndexSettings

    settings = IndexSettings(
        modality=given["modality"],
        limit=given["limit"],
        dry_run=given["dry_run"],
        prune=given["prune"],
        retry_failed=given["retry_failed"],
    )
    return settings if given["workers"] is None else replace(settings, workers=given["workers"])


def _print(report: IndexReport, given: Given, *, as_json: bool) -> None:
    if as_json:
        from emoretrieve_cli.output import print_json

        print_json(report.to_json())
        return
    from emoretrieve_cli.terminal.report import report_lines

    click.echo("\n".join(report_lines(report, dry_run=given["dry_run"])))
