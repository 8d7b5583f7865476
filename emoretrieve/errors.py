"""Every error that emoretrieve raises on purpose.

    EmoretrieveError
    ├── MediaError         a file that cannot be read as sound or picture
    ├── SourceError        a path or manifest that cannot be used
    ├── PerceptionError    an item that cannot be described or coloured
    ├── StoreError         a collection that cannot be opened, read or written
    ├── QueryError         a query that makes no sense
    ├── RequestError       a request that a server refuses
    ├── TrainingError      a model that cannot be trained or evaluated
    └── MissingDependency  a library or program that is not installed

An error carries one sentence for people (what was wrong, with which value, what to do) and a `kind`, a short
stable name for programs. `docs/errors.md` lists the kinds. Errors of other libraries are translated where those
libraries are called; only the command line turns errors into exit codes.
"""

from __future__ import annotations


class EmoretrieveError(Exception):
    """Base of all errors of this library."""

    default_kind = "error"

    def __init__(self, message: str, *, kind: str | None = None) -> None:
        super().__init__(message)
        self.kind = kind or self.default_kind

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process boundaries with their kind."""
        return (_rebuild, (type(self), str(self), self.kind))


def _rebuild(cls: type[EmoretrieveError], message: str, kind: str) -> EmoretrieveError:
    return cls(message, kind=kind)


class MediaError(EmoretrieveError):
    """A file that cannot be read as sound or picture."""

    default_kind = "unreadable_media"


class SourceError(EmoretrieveError):
    """A path or a manifest that cannot be used."""

    default_kind = "bad_source"


class PerceptionError(EmoretrieveError):
    """An item that cannot be described or coloured."""

    default_kind = "not_described"

    def __init__(self, message: str, *, kind: str | None = None, answer: str | None = None) -> None:
        super().__init__(message, kind=kind)
        self.answer = answer
        """What a language model answered, where that is the trouble."""

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_with_answer, (type(self), str(self), self.kind, self.answer))


def _rebuild_with_answer(cls: type[PerceptionError], message: str, kind: str, answer: str | None) -> PerceptionError:
    return cls(message, kind=kind, answer=answer)


class StoreError(EmoretrieveError):
    """A collection that cannot be opened, read or written."""

    default_kind = "store"


class QueryError(EmoretrieveError):
    """A query that makes no sense as it stands."""

    default_kind = "bad_query"


class RequestError(EmoretrieveError):
    """A request that a server refuses, whatever it asks for."""

    default_kind = "bad_request"


class TrainingError(EmoretrieveError):
    """A model that cannot be trained or evaluated: its data, its settings, or what became of it."""

    default_kind = "bad_training"


class MissingDependency(EmoretrieveError):
    """A library or program that is not installed; the message names the way to get it."""

    default_kind = "missing_dependency"
