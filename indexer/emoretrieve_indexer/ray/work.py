"""What each stage does with one task: the same functions as on one machine, by the kind of what arrives."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from emoretrieve.errors import EmoretrieveError, MissingDependency, StoreError
from emoretrieve.perception import Description, ModelMapper, Perception
from emoretrieve.perception.prompted.excerpts import Excerpts
from emoretrieve.perception.prompted.failures import RUN_ENDING
from emoretrieve_indexer.ray.parcel import Content, Ending
from emoretrieve_indexer.worker import Describe, Examine, Failed, Prepare, perform

Stage: TypeAlias = Literal["files", "prepare", "audio", "image", "colour"]
"""Examine files, and describe them where that needs no model; decode; ask the model of one role."""
STAGES: tuple[Stage, ...] = get_args(Stage)

_ARRIVING: dict[Stage, tuple[type, ...]] = {
    "files": (Examine, Describe),
    "prepare": (Describe,),
    "audio": (Excerpts, Description),
    "image": (Excerpts, Description),
    "colour": (Description,),
}


def concerns(stage: Stage, content: Content) -> bool:
    """False where the stage passes it on: it failed before, or models were asked about it in an earlier run."""
    return isinstance(content, _ARRIVING[stage])


def do(stage: Stage, content: Content, perception: Perception) -> Content:
    """Do what the stage has to do; nothing makes it raise."""
    try:
        return _do(stage, content, perception)
    except EmoretrieveError as error:
        ends_run = isinstance(error, MissingDependency | StoreError) or error.kind in RUN_ENDING
        return Ending(error) if ends_run else Failed.of(error)
    except Exception as error:  # a defect met by one file must not cost the others
        return Failed(f"Describing failed unexpectedly: {type(error).__name__}: {error}", "internal_error")


def _do(stage: Stage, content: Content, perception: Perception) -> Content:
    match content:
        case Describe(media) if stage == "prepare":
            return perform(Prepare(media), perception)
        case Examine() | Describe():
            return perform(content, perception)
        case Excerpts() if isinstance(perception.mapper, ModelMapper):
            return perception.describer.caption_excerpts(content).result()
        case Description() if stage != "colour" and isinstance(perception.mapper, ModelMapper):
            return content
        case Excerpts() | Description():
            return perception.describer.submit(content).result()
    raise AssertionError(f"{stage} has nothing to do with {content}")


def unreachable(task: Examine | Describe) -> Failed | None:
    """Why a file that the driver sees cannot be read on this machine; None where it can."""
    path = Path(task.path) if isinstance(task, Examine) else task.media.path
    if path.exists():
        return None
    return Failed(
        f"The machine '{socket.gethostname()}' of the cluster has no file '{path}'; give all machines the same folders "
        "under the same paths, as by a network drive.",
        "unreachable_file",
    )


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End this process if the block takes longer; the signal's default works in the middle of foreign code as well."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
