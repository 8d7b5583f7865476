"""The log of a training: a CSV table, and TensorBoard where that is installed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Protocol, TypeAlias

from emoretrieve.errors import SourceError
from emoretrieve.files import replacing
from emoretrieve.sphere.modality import Modality
from emoretrieve.sphere.training.stepping import Step
from emoretrieve.sphere.training.validation import Validation

TABLE, BOARD = "metrics.csv", "tensorboard"


Row: TypeAlias = Mapping[str, float | None]
"""Numbers by name; None: not counted after this step."""


class Log(Protocol):
    """Takes a row of numbers after some steps."""

    def write(self, row: Row) -> None: ...


def numbers(step: Step, seconds: float, validation: Validation | None, modalities: Sequence[Modality]) -> Row:
    """A row: the step, its loss and parts, and what was validated after it."""
    kappa, at_clamp = ({}, {}) if validation is None else (validation.kappa, validation.at_clamp)
    return {
        "step": step.number,
        "loss": step.loss,
        **{f"loss_{name}": value for name, value in step.parts.items()},
        "learning_rate": step.learning_rate,
        "gradient_norm": step.gradient_norm,
        "seconds": round(seconds, 3),
        "validation_mrr": None if validation is None else validation.mrr,
        "chance_mrr": None if validation is None else validation.chance_mrr,
        **{f"kappa_{modality}": kappa.get(modality) for modality in modalities},
        **{f"at_clamp_{modality}": at_clamp.get(modality) for modality in modalities},
    }


@contextmanager
def opened_logs(folder: Path, taken: int) -> Iterator[list[Log]]:
    """The logs in a folder, without what an earlier run wrote after the step that is resumed from."""
    with ExitStack() as stack:
        logs: list[Log] = [stack.enter_context(_table(folder, taken))]
        if find_spec("tensorboard") is not None:
            logs.append(stack.enter_context(_board(folder, taken)))
        yield logs


class _Table:
    """Rows of a CSV file, all with the columns of the first."""

    def __init__(self, file: Path, opened: IO[str]) -> None:
        self._file, self._opened = file, opened
        self._columns = _columns(file)

    def write(self, row: Row) -> None:
        with _translated(self._file):
            if not self._columns:
                self._columns = list(row)
                csv.writer(self._opened).writerow(self._columns)
            csv.writer(self._opened).writerow([row.get(name) for name in self._columns])
            self._opened.flush()


@contextmanager
def _table(folder: Path, taken: int) -> Iterator[_Table]:
    file = folder / TABLE
    with _translated(file):
        folder.mkdir(parents=True, exist_ok=True)
        _keep(file, taken)
        opened = file.open("a", newline="", encoding="utf-8")
    try:
        yield _Table(file, opened)
    finally:
        with _translated(file):
            opened.close()


def _columns(file: Path) -> list[str]:
    with file.open(newline="", encoding="utf-8") as text:
        return next(csv.reader(text), [])


def _keep(file: Path, taken: int) -> None:
    """Leave out the rows after a step, and a last one that a kill cut short; none is left where nothing is resumed."""
    rows = list(csv.reader(file.read_text(encoding="utf-8", errors="replace").splitlines())) if file.is_file() else []
    head, body = rows[:1], rows[1:]
    kept = [row for row in body if len(row) == len(head[0]) and row[0].isdigit() and int(row[0]) <= taken]
    with replacing(file) as partial, partial.open("w", newline="", encoding="utf-8") as text:
        csv.writer(text).writerows([*head, *kept] if kept else [])


class _Board:
    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def write(self, row: Row) -> None:
        step = row["step"]
        for name, value in row.items():
            if name != "step" and value is not None:
                self._writer.add_scalar(name, value, step)


@contextmanager
def _board(folder: Path, taken: int) -> Iterator[_Board]:
    from torch.utils.tensorboard import SummaryWriter

    with _translated(folder / BOARD):
        writer = SummaryWriter(str(folder / BOARD), purge_step=taken + 1)
    try:
        yield _Board(writer)
    finally:
        writer.close()


@contextmanager
def _translated(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(
            f"The log '{file}' cannot be written: {error.strerror or error}; the last checkpoint stays.",
            kind="not_writable",
        ) from error
