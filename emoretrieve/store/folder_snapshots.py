"""Snapshots in a data folder: `DATA/snapshots/COLLECTION/NAME.tar`.

Each is an archive of the folder of the closed collection, with its checksum beside it in the form that `sha256sum -c`
reads. The archive is moved into place last, when all of it and the checksum are on disk: what is there is whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast
from uuid import uuid4

from emoretrieve.errors import StoreError
from emoretrieve.files import exchange, replacing
from emoretrieve.store.collections import WAIT_S, collection_folder, open_collection
from emoretrieve.store.description import DESCRIPTION, read_description
from emoretrieve.store.edge import EdgeEngine
from emoretrieve.store.failures import full_disk, translated
from emoretrieve.store.filter import Filter
from emoretrieve.store.lock import FileLock
from emoretrieve.store.sidecar import write_atomically
from emoretrieve.store.snapshots import Snapshot, refuse_taken
from emoretrieve.store.space import missing_bytes
from emoretrieve.store.sparse_tar import pack, read_first, unpack

_ABOUT = "snapshot.json"
_VERSION = 1
_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class FolderSnapshots:
    """Those of one data folder (see the protocol `Snapshots`)."""

    data: Path

    def collections(self) -> list[str]:
        return sorted({file.parent.name for file in self._root.glob("*/[!.]*.tar")})

    def known(self, collection: str) -> list[Snapshot]:
        return [_described(file) for file in sorted(self._folder(collection).glob("[!.]*.tar"))]

    def create(self, collection: str) -> Snapshot:
        created = datetime.now(UTC)
        store = open_collection(self.data, collection)
        about = {
            "emoretrieve_snapshot": _VERSION,
            "collection": collection,
            "created": created.isoformat(timespec="seconds"),
            "items": store.count(),
        }
        source, folder = collection_folder(self.data, collection), self._folder(collection)
        with store.closed_and_held(), translated(f"write a snapshot of the collection '{collection}'"):
            folder.mkdir(parents=True, exist_ok=True)
            _remove_leftovers(folder)
            _require_space(folder, source)
            file = _free_name(folder, f"{collection}-{created:%Y%m%dT%H%M%SZ}")
            with replacing(file) as partial:
                checksum = _write(partial, source, json.dumps(about).encode())
                write_atomically(_checksum_file(file), f"{checksum}  {file.name}\n".encode())
        return _described(file)

    def restore(self, snapshot: Snapshot, into: str, *, replace: bool) -> int:
        folder = collection_folder(self.data, into)
        if (folder / DESCRIPTION).exists() and not replace:
            raise refuse_taken(into)
        with self._unpacked(self._folder(snapshot.collection) / snapshot.name) as (unpacked, items):
            _put(unpacked, folder, replace=replace)
        return items

    def delete(self, snapshot: Snapshot) -> None:
        file = self._folder(snapshot.collection) / snapshot.name
        with translated(f"remove the snapshot '{snapshot.name}'"):
            file.unlink()
            _checksum_file(file).unlink(missing_ok=True)

    @property
    def _root(self) -> Path:
        return self.data / "snapshots"

    def _folder(self, collection: str) -> Path:
        return self._root / collection_folder(self.data, collection).name  # refuses what is no name

    @contextmanager
    def _unpacked(self, file: Path) -> Iterator[tuple[Path, int]]:
        """A folder with the collection as it was, and its number of items, verified; the folder is gone afterwards.

        Who wants to keep it lets it change places with another.
        """
        action = f"restore the snapshot '{file.name}'"
        lock = FileLock(self.data / "snapshots.lock", "folder of snapshots", WAIT_S)
        try:
            with translated(action):
                _remove_leftovers(self._root)
                _require_checksum(file)
                _require_space(self._root, file)
                folder = self._root / f".{uuid4().hex}"
                folder.mkdir()
            try:
                with translated(action):
                    items = _unpack(file, folder)
                yield folder, items
            finally:
                shutil.rmtree(folder)
        finally:
            lock.release()


class _Hashing:
    """A file that is written to, with the SHA-256 of what was."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        return self._file.write(data)


def _described(file: Path) -> Snapshot:
    """What an archive says of itself; where it cannot say it, restoring it will tell why."""
    size = file.stat().st_size
    try:
        about = json.loads(read_first(file)[1])
        return Snapshot(file.name, file.parent.name, str(about["created"]), size, int(about["items"]))
    except (tarfile.TarError, OSError, ValueError, LookupError, TypeError):
        return Snapshot(file.name, file.parent.name, "", size)


def _put(unpacked: Path, folder: Path, *, replace: bool) -> None:
    """Let an unpacked collection and what is at its place, if anything, change places."""
    action = f"restore the collection '{folder.name}'"
    with translated(action):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK, f"collection '{folder.name}'", WAIT_S)
    try:
        if (folder / DESCRIPTION).exists() and not replace:
            raise refuse_taken(folder.name)
        with translated(action):
            exchange(unpacked, folder)
    finally:
        lock.release()


def _write(file: Path, collection: Path, about: bytes) -> str:
    """Write the archive of a collection's folder; its SHA-256."""
    with file.open("wb") as raw:
        archive = _Hashing(raw)
        pack(collection, cast(BinaryIO, archive), (_ABOUT, about), frozenset({_LOCK}))
    return archive.sha256.hexdigest()


def _unpack(file: Path, folder: Path) -> int:
    """Write the files of a snapshot to a folder and see that the engine opens them; the number of items."""
    try:
        items = int(json.loads(read_first(file)[1])["items"])
        unpack(file, folder)
        (folder / _ABOUT).unlink()
    except (tarfile.TarError, ValueError, LookupError, TypeError) as error:
        raise _damaged(file, str(error)) from error
    count = _count(file, folder)
    if count != items:
        raise _damaged(file, f"it holds {count} items and says {items}")
    return items


def _count(file: Path, folder: Path) -> int:
    """The items of the collection that was unpacked."""
    try:
        read_description(folder)
        engine = EdgeEngine.load(folder / "shard")
    except StoreError as error:
        if error.kind not in ("corrupt", "store"):
            raise
        raise _damaged(file, "what is in it is no collection, or a damaged one") from error
    count = engine.count(Filter())
    engine.close()
    return count


def _require_checksum(file: Path) -> None:
    try:
        expected = _checksum_file(file).read_text().split()[0]
    except (OSError, LookupError, ValueError) as error:
        raise _damaged(file, f"there is no checksum in '{_checksum_file(file)}'") from error
    with file.open("rb") as archive:
        found = hashlib.file_digest(archive, "sha256").hexdigest()
    if found != expected:
        raise _damaged(file, "its checksum is another one")


def _damaged(file: Path, reason: str) -> StoreError:
    return StoreError(
        f"The snapshot '{file.name}' cannot be restored: {reason}; nothing was changed, use another snapshot.",
        kind="damaged_snapshot",
    )


def _require_space(disk: Path, source: Path) -> None:
    """Raise StoreError (`storage_full`) where what lies at `source` does not fit once more."""
    files = source.rglob("*") if source.is_dir() else (source,)
    missing = missing_bytes(disk, sum(512 * file.stat().st_blocks for file in files))
    if missing:
        raise full_disk("copy the collection", missing)


def _free_name(folder: Path, wanted: str) -> Path:
    names = (f"{wanted}{f'-{number}' if number else ''}.tar" for number in range(10_000))
    return next(file for file in map(folder.joinpath, names) if not file.exists())


def _checksum_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def _remove_leftovers(folder: Path) -> None:
    """What runs that were killed have left; the caller holds the lock that its writers take."""
    for path in folder.glob(".*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
