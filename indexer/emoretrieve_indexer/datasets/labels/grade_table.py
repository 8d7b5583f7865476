"""Pairs of a data set as a table of truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from emoretrieve_indexer.datasets.description import bad_dataset
from emoretrieve_indexer.datasets.labels.artsound import ARTSOUND
from emoretrieve_indexer.datasets.labels.emid import EMID
from emoretrieve_indexer.datasets.labels.graded_pairs import GradedPair, PairSet
from emoretrieve_indexer.datasets.labels.imemnet import IMEMNET
from emoretrieve_indexer.datasets.labels.table_file import tables_of, write_truth

PAIR_SETS = {pairs.name: pairs for pairs in (ARTSOUND, EMID, IMEMNET)}
_COLUMNS = ("from", "to", "grade")


def write_grades(pairs: PairSet, folder: Path, file: Path) -> int:
    """Write the pairs of a data set as a CSV table, songs first; the number of pairs.

    The file appears whole or not at all. Raises SourceError: `bad_dataset` where the tables are not there or are none,
    `not_writable`.
    """
    tables = tables_of(pairs.name, folder, pairs.tables)
    grades = _graded_once(pairs.read(tables), tables[-1])
    if not grades:
        raise bad_dataset(tables[0], "says nothing of any pair")
    write_truth(file, _COLUMNS, ((*both, f"{grade:.6g}") for both, grade in sorted(grades.items())))
    return len(grades)


def _graded_once(pairs: Iterable[GradedPair], last: Path) -> Mapping[tuple[str, str], float]:
    """The grade of each pair; what is named again with the same grade is one pair."""
    grades: dict[tuple[str, str], float] = {}
    for pair in pairs:
        if grades.setdefault((pair.song, pair.picture), pair.grade) != pair.grade:
            raise bad_dataset(last, f"grades '{pair.song}' and '{pair.picture}' twice, differently; keep one of them")
    return grades
