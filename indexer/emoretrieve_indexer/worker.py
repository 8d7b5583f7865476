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
from emoretrieve.item import Modality, hash_file
from emoretrieve.media import MediaFile
from emoretrieve.media.limits import NO_LIMITS, MediaLimits
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
    limits: MediaLimits = NO_LIMITS
    """What a file may ask of it."""


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


@dataclass(frozen=True, slots=True)
class Preview:
    """Make a picture small, or cut a sound short, so that browsers show or play it."""

    path: str
    modality: Modality
    longest_edge: int = 0
    """Of a picture, in pixels."""


Task: TypeAlias = Examine | Describe | Prepare | Preview


@dataclass(frozen=True, slots=True)
class Examined:
    media: MediaFile
    """Its metadata are the file's own tags."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Previewed:
    data: bytes
    """A JPEG or an MP3."""


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


Result: TypeAlias = "Examined | NotMedia | Described | Description | Excerpts | Previewed | Failed"
"""`Examined` or `NotMedia` of an `Examine`, `Described` of a `Describe`, the two after it of a `Prepare`, and
`Previewed` of a `Preview`."""


def main(descriptor: int) -> None:
    """Serve tasks from the connection behind an open file descriptor."""
    with Connection(descriptor) as connection:
        try:
            _serve(connection)
        except (EOFError, OSError):
            return  # the indexing process is gone


def _serve(connection: Connection) -> None:
    setup: Setup = connection.recv()
    setup.limits.bound_memory()
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
        result = perform(task, perception, setup.limits)
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


def perform(task: Task, perception: Perception, limits: MediaLimits = NO_LIMITS) -> Result:
    """Do one task; no file, however broken, makes it raise."""
    try:
        if isinstance(task, Examine):
            return _examine(Path(task.path))
        if isinstance(task, Preview):
            return _preview(task)
        limits.check(task.media)
        return perception.prepare(task.media) if isinstance(task, Prepare) else perception.describe(task.media)
    except EmoretrieveError as error:
        return Failed.of(error)
    except MemoryError:
        return Failed("Reading the file takes more memory than is allowed; make it smaller.", "too_large")
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


def _preview(task: Preview) -> Previewed | Failed:
    from emoretrieve.media.preview import excerpt, thumbnail

    path = Path(task.path)
    made = thumbnail(path, task.longest_edge) if task.modality == "image" else excerpt(path)
    if made is None:
        return Failed(f"The file '{path}' cannot be shown or played any more.", "unreadable_media")
    return Previewed(made.data)
