"""One process at a time: a lock on a file that the system releases when its holder ends, however it ends."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path

from emoretrieve.errors import StoreError
from emoretrieve.store.failures import translated

_POLL_S = 0.02


class FileLock:
    """An exclusive flock(2) on a file, held from construction to `release`.

    The engine must never be opened twice: a second open fails, but damages the first handle. So this lock is taken
    before the engine looks at its files. The file keeps the holder's process id for the error message.
    """

    def __init__(self, path: Path, owner: str, wait_s: float) -> None:
        """Wait up to `wait_s` seconds. `owner` names what is locked in messages.

        Raises StoreError of kind `locked` after waiting, and `unlockable` where the file system has no locks.
        """
        self._path = path
        self._owner = owner
        self._descriptor: int | None = None
        deadline = time.monotonic() + wait_s
        while not self._acquire():
            if time.monotonic() >= deadline:
                raise self._refusal()
            time.sleep(_POLL_S)

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _acquire(self) -> bool:
        descriptor = _open(self._path, self._owner)
        if descriptor is None:
            return True
        held = False
        try:
            with translated(f"lock the {self._owner}", "unlockable"):
                # The file may have been deleted, together with the collection, while we waited.
                held = _take(descriptor) and _is_at(descriptor, self._path)
        finally:
            if not held:
                os.close(descriptor)
        if not held:
            return False
        _note_holder(descriptor)
        self._descriptor = descriptor
        return True

    def _refusal(self) -> StoreError:
        try:
            holder = self._path.read_text().strip()
        except OSError:
            holder = ""
        who = f"process {holder}" if holder else "another process"
        return StoreError(
            f"The {self._owner} is in use by {who}; wait until it has finished, then run it again.", kind="locked"
        )


def _open(path: Path, owner: str) -> int | None:
    """A descriptor to lock, also where the folder is read-only; None where nobody could have locked it either."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        if error.errno not in (errno.EROFS, errno.EACCES):
            with translated(f"open the {owner}"):
                raise
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def _take(descriptor: int) -> bool:
    """Try to take the lock; False where another process has it. OSError, such as ENOLCK, where there are no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _note_holder(descriptor: int) -> None:
    """Write our process id into the file; only a help for people, so a full or read-only disk does not matter."""
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    except OSError:
        return
