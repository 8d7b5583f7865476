"""Errors of engines and of the operating system, said in one sentence with a stable kind."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from emoretrieve.errors import StoreError
from emoretrieve.store.space import RESERVE_BYTES, megabytes

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
_FULL_WORDS = ("no space left", "os error 28", "os error 122", "os error 27", "file too large")
_READ_ONLY_WORDS = ("read-only file system", "permission denied", "os error 30", "os error 13")


@contextmanager
def translated(action: str, kind: str = "store") -> Iterator[None]:
    """Raise what the engine or the system raises inside as StoreError; `action` completes "could not ...".

    `kind` is that of failures which are neither a full disk nor a read-only folder.
    """
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        raise store_error(error, action, kind) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic of the engine's Rust code; the class has no public name
            raise
        raise store_error(error, action, kind) from error


def store_error(error: BaseException, action: str, kind: str) -> StoreError:
    """The StoreError for a foreign error."""
    reason = _first_line(error)
    number = error.errno if isinstance(error, OSError) else None
    words = reason.lower()
    if number in _FULL or any(word in words for word in _FULL_WORDS):
        return full_disk(action)
    if number in _READ_ONLY or any(word in words for word in _READ_ONLY_WORDS):
        return read_only(action)
    return _told(action, reason, kind)


def corrupt(action: str, reason: str) -> StoreError:
    """For damage that neither the engine nor the system has noticed."""
    return _told(action, reason, "corrupt")


def _told(action: str, reason: str, kind: str) -> StoreError:
    return StoreError(f"The store could not {action}: {reason}.{_ADVICE.get(kind, '')}", kind=kind)


def full_disk(action: str, missing: int = RESERVE_BYTES) -> StoreError:
    """`missing` bytes are to be freed: all of the reserve where the system found the disk full."""
    return StoreError(
        f"The store could not {action}, because the disk of the data folder is full; free at least "
        f"{megabytes(missing)} there and run it again.",
        kind="storage_full",
    )


def read_only(action: str) -> StoreError:
    return StoreError(
        f"The store could not {action}, because the data folder is not writable; "
        "make it writable or choose another one with --data.",
        kind="read_only",
    )


_ADVICE = {
    "corrupt": " Its files are damaged; restore them from a copy, or remove the collection with "
    "'emoretrieve delete --all' and import an export of it or index again.",
    "unlockable": " Its file system may have no locks; choose a folder on a local disk with --data.",
}


def _first_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")
