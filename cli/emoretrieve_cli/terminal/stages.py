"""What a longer computation is doing, on stderr and only where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

OnStage: TypeAlias = Callable[[str, int, int | None], object]
"""What is being done, how much of it is done, and of how much, where that is known."""


@contextmanager
def stages(first: str) -> Iterator[OnStage]:
    """A function that shows the stages; `first` names what is done before it is called."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<9}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(first, total=None)

        def show(stage: str, done: int, total: int | None) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        yield show


def _silent(_stage: str, _done: int, _total: int | None, /) -> None:
    """Nobody is watching."""
