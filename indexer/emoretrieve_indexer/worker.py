"""A worker process: looks into files and describes them, one at a time, until its connection closes.

It gets a `Setup`, answers None when it is ready (or the error that keeps it from being so), then answers each task
with a result. Whatever kills it, kills this process alone.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from emoretrieve.errors import EmoretrieveError, MediaError, PerceptionError
from emoretrieve.item import hash_file
from emoretrieve.media import MediaFile
from emoretrieve.perception import Described, Description, Perception, PerceptionSettings

if TYPE_CHECKING:
    from emoretrieve.perception.prompted.excerpts import Excerpts


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker needs to know before its first task."""

    open_perception: Callable[[PerceptionSettings], Perception]
    """A function at the top level of a module: it is sent by name."""
    settings: PerceptionSettings
    timeout_s: float
    """Seconds a task may take; then the worker ends itself."""


@dataclass(frozen=True, slots=True)
class Examine:
    """Recognise a file by content, hash it and read its tags."""

    path: str


@dataclass(frozen=True, slots=True)
class Describe:
    """Caption and colour a file."""

    media: MediaFile


@dataclass(frozen=True, slots=True)
class Prepare:
    """Do the part of describing a file that asks no model."""

    media: MediaFile


Task: TypeAlias = Examine | Describe | Prepare


@dataclass(frozen=True, slots=True)
class Examined:
    media: MediaFile
    """Its metadata are the file's own tags."""
    sha256: str


@dataclass(frozen=True, slots=True)
class NotMedia:
    """The content is neither sound nor picture."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The task could not be done, and why."""

    error: str
    kind: str
    answer: str | None = None
    """What a model answered, where that is the trouble."""

    @classmethod
    def of(cls, error: EmoretrieveError) -> Failed:
        return cls(str(error), error.kind, error.answer if isinstance(error, PerceptionError) else None)

    @classmethod
    def unexpectedly(cls, error: BaseException) -> Failed:
        """A defect of this program, or of what it uses."""
        return cls(f"Describing failed unexpectedly: {type(error).__name__}: {error}", "internal_error")


Result: TypeAlias = "Examined | NotMedia | Described | Description | Excerpts | Failed"
"""`Examined` or `NotMedia` of an `Examine`, `Described` of a `Describe`, the two after it of a `Prepare`."""


def main(descriptor: int) -> None:
    """Serve tasks from the connection behind an open file descriptor."""
    with Connection(descriptor) as connection:
        try:
            _serve(connection)
        except (EOFError, OSError):
            return  # the indexing process is gone


def _serve(connection: Connection) -> None:
    setup: Setup = connection.recv()
    try:
        perception = setup.open_perception(setup.settings)
    except EmoretrieveError as error:
        connection.send(error)
        return
    connection.send(None)
    _silence_libraries()
    _volunteer_as_victim()
    while True:
        task = connection.recv()
        # The signal's default is to end the process, which works in the middle of foreign code as well.
        signal.setitimer(signal.ITIMER_REAL, setup.timeout_s)
        result = perform(task, perception)
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.send(result)


def _silence_libraries() -> None:
    """Decoders write warnings about odd files to the terminal; what matters comes back as an error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _volunteer_as_victim() -> None:
    """Where memory runs out, Linux shall end this process and not the one that stores."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


def perform(task: Task, perception: Perception) -> Result:
    """Do one task; no file, however broken, makes it raise."""
    try:
        if isinstance(task, Examine):
            return _examine(Path(task.path))
        return perception.prepare(task.media) if isinstance(task, Prepare) else perception.describe(task.media)
    except EmoretrieveError as error:
        return Failed.of(error)
    except Exception as error:  # a defect met by one file must not cost the others
        return Failed.unexpectedly(error)


def _examine(path: Path) -> Examined | NotMedia:
    from emoretrieve.media.identify import identify
    from emoretrieve.media.tags import read_tags

    media = identify(path)
    if media is None:
        return NotMedia()
    try:
        sha256 = hash_file(path)
    except OSError as error:
        raise MediaError(f"The file '{path}' cannot be read: {error.strerror}.", kind="unreadable_file") from error
    return Examined(replace(media, metadata=read_tags(media)), sha256)
