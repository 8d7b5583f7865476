"""Balanced samples of data sets, as a manifest that `index` takes."""

from __future__ import annotations

import json
import os
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from emoretrieve.item import stored_path
from emoretrieve_indexer.datasets.artgraph import ARTGRAPH
from emoretrieve_indexer.datasets.description import Dataset, Entry, bad_dataset
from emoretrieve_indexer.datasets.fma import FMA
from emoretrieve_indexer.manifest import FILE_NAME, clean_metadata, read_cell

DATASETS = {dataset.name: dataset for dataset in (ARTGRAPH, FMA)}


@dataclass(frozen=True, slots=True)
class Chosen:
    """An item of a sample, with its file."""

    path: str
    entry: Entry


def sample(dataset: Dataset, folder: Path, count: int, seed: int) -> list[Chosen]:
    """`count` items whose files lie anywhere below the folder, as many of each group as there are, by name of the file.

    Groups in an order drawn by the seed give one item each, in turn, until there are enough or none are left; which
    items of a group is drawn too. The same table, files and seed give the same sample. Items without a group are not
    drawn. Raises SourceError (`bad_dataset`) where the table is not there or none, or no file of it is there.
    """
    files = _files(folder)
    if dataset.table not in files:
        raise bad_dataset(folder, f"holds no file '{dataset.table}', the table of {dataset.name}")
    table = Path(files[dataset.table])
    present = [
        Chosen(files[entry.file_name], entry)
        for entry in dataset.read(table)
        if entry.group and entry.file_name in files
    ]
    if not present:
        raise bad_dataset(table, f"names no file with a {dataset.balanced_by} that lies below '{folder}'")
    drawn = _balanced(present, count, seed)
    return sorted(drawn, key=lambda chosen: chosen.entry.file_name)


def write_manifest(chosen: Iterable[Chosen], file: Path) -> None:
    """Write a manifest (JSON lines) with absolute paths and the metadata of the table."""
    with file.open("w", encoding="utf-8") as lines:
        for one in chosen:
            values = clean_metadata((key, _value(key, value)) for key, value in one.entry.metadata.items())
            lines.write(json.dumps({FILE_NAME: one.path, **values}) + "\n")


def _value(key: str, value: object) -> object:
    return read_cell(key, value) if isinstance(value, str) else value


def _files(folder: Path) -> dict[str, str]:
    """Files below the folder by name; of equal names the first path."""
    found: dict[str, str] = {}
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in names:
            found.setdefault(name, stored_path(Path(place) / name))
    return found


def _balanced(present: Sequence[Chosen], count: int, seed: int) -> list[Chosen]:
    groups: dict[str, list[Chosen]] = defaultdict(list)
    for one in sorted(present, key=lambda chosen: chosen.entry.file_name):
        groups[one.entry.group].append(one)
    names = sorted(groups)
    random.Random(f"{seed}").shuffle(names)
    for name in names:
        random.Random(f"{seed} {name}").shuffle(groups[name])
    return list(_in_turn([groups[name] for name in names], count))


def _in_turn(groups: Sequence[Sequence[Chosen]], count: int) -> Iterator[Chosen]:
    left = count
    for turn in range(max(map(len, groups))):
        for group in groups:
            if turn < len(group) and left:
                left -= 1
                yield group[turn]
