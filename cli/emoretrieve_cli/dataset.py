"""`emoretrieve index --dataset`: a balanced sample of a data set in place of paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

DATASETS = ("artgraph", "fma")
SAMPLE = 100

Decorated = TypeVar("Decorated", bound=Callable[..., object])


def dataset_options(function: Decorated) -> Decorated:
    """`--dataset`, `--sample` and `--seed`."""
    for option in reversed(
        [
            click.option(
                "--dataset",
                type=click.Choice(DATASETS),
                help="PATH is the folder of this data set: take a balanced sample of it (docs/datasets.md).",
            ),
            click.option(
                "--sample",
                type=click.IntRange(min=1),
                metavar="N",
                help=f"Of the data set, so many items.  [default: {SAMPLE}]",
            ),
            click.option("--seed", type=int, metavar="N", help="Which sample of the data set.  [default: 0]"),
        ]
    ):
        function = option(function)
    return function


def check_dataset(name: str | None, paths: Sequence[str], others: Sequence[str], only: Sequence[str]) -> None:
    """Raise click.UsageError unless paths and options make sense together.

    `others` are given options that say nothing of a data set, `only` those that speak of nothing else.
    """
    if name is None:
        if only:
            raise click.UsageError(f"{only[0]} says which items of a data set; name it with --dataset.")
    elif len(paths) != 1:
        raise click.UsageError("--dataset wants one PATH, the folder of the data set.")
    elif others:
        raise click.UsageError(f"{others[0]} says nothing about --dataset; leave it out.")


@contextmanager
def paths_of(name: str | None, paths: Sequence[str], count: int | None, seed: int | None) -> Iterator[Sequence[str]]:
    """The paths to index: those given, or a manifest of the sample, which vanishes afterwards."""
    if name is None:
        yield paths
        return
    from tempfile import TemporaryDirectory

    from emoretrieve_indexer.datasets.sample import DATASETS as KNOWN
    from emoretrieve_indexer.datasets.sample import sample, write_manifest

    wanted = SAMPLE if count is None else count
    chosen = sample(KNOWN[name], Path(paths[0]), wanted, seed or 0)
    if len(chosen) < wanted:
        click.echo(f"Only {len(chosen):,} items with a file are there; all of them are taken.", err=True)
    with TemporaryDirectory() as folder:
        manifest = Path(folder) / f"{name}.jsonl"
        write_manifest(chosen, manifest)
        yield [str(manifest)]
