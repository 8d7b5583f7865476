"""The progress bar of indexing, on stderr and only where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from emoretrieve_indexer import OnProgress, Progress


@contextmanager
def progress_bar(doing: str = "indexing") -> Iterator[OnProgress]:
    """A function that shows where a run is, answers of models and failures included. `doing` names the work."""
    if not sys.stderr.isatty():
        yield _silent
        return
    with _bar() as bar:
        task = bar.add_task(doing, total=None, rate="", answers="", failures="")

        def show(progress: Progress) -> None:
            elapsed = bar.tasks[task].elapsed or 0.0
            bar.update(
                task,
                description="looking" if progress.finding else doing,
                total=None if progress.finding else progress.found,
                completed=progress.done,
                rate=f"{progress.done / elapsed:.1f}/s" if elapsed >= 1 else "",
                answers=f"{progress.answers} answers" if progress.answers else "",
                failures=f"[red]{progress.failed} failed" if progress.failed else "",
            )

        yield show


@contextmanager
def counting_bar(doing: str) -> Iterator[Callable[[int, int], None]]:
    """The same for a run that knows only how many of how many are done."""
    from emoretrieve_indexer import Progress

    with progress_bar(doing) as on_progress:
        yield lambda done, found: on_progress(Progress(found, done, 0, finding=False))


def _silent(_progress: Progress, /) -> None:
    """Nobody is watching."""


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description:<9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[answers]}"),
        TextColumn("{task.fields[failures]}"),
        console=Console(stderr=True),
        transient=True,
    )
