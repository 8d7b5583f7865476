"""The collections of a data folder: `DATA/collections/NAME/`, each the files of one embedded store.

`shard/` is the engine's, `lock` keeps other processes out, `collection.json` describes the collection and is
written last: a folder without it is what a crash left of a creation, and counts as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from emoretrieve.errors import StoreError
from emoretrieve.store.description import (
    DESCRIPTION,
    Description,
    accepted,
    check_name,
    read_description,
    write_description,
)
from emoretrieve.store.edge import EdgeEngine, EdgeStore
from emoretrieve.store.failures import translated
from emoretrieve.store.filter import Filter
from emoretrieve.store.lock import FileLock
from emoretrieve.store.sidecar import FolderSidecar
from emoretrieve.store.state import remembered_count

WAIT_S = 2.0
"""How long to wait for another process to finish: a query takes less."""


def open_collection(
    data: Path,
    name: str,
    *,
    signature: Mapping[str, str] | None = None,
    create: bool = False,
    unfinished: bool = False,
    wait_s: float = WAIT_S,
) -> EdgeStore:
    """Open the collection `name` of the data folder, with `create` also where there is none yet.

    A `signature` must equal that of the collection; None accepts any. One whose recolouring broke off is opened only
    if it may be `unfinished`. Raises StoreError of kind `no_collection`, `other_perception`, `unfinished_recolouring`,
    `locked` (after waiting `wait_s` seconds), `read_only`, `unlockable`, `storage_full`, `corrupt`, `other_schema`,
    `bad_name`.
    """
    folder = collection_folder(data, name)
    if create:
        with translated(f"create the collection '{name}'"):
            folder.mkdir(parents=True, exist_ok=True)
    elif not _is_there(folder):
        raise _no_collection(data, name)
    lock = FileLock(folder / "lock", f"collection '{name}'", wait_s)
    try:
        if _is_there(folder):
            return _load(folder, lock, accepted(folder.name, read_description(folder), signature, unfinished))
        if create:
            return _create(folder, lock, signature or {})
        raise _no_collection(data, name)  # deleted while we waited
    except BaseException:
        lock.release()
        raise


def list_collections(data: Path) -> list[str]:
    """The names of the collections in a data folder, sorted; none where there is no such folder."""
    return sorted(path.parent.name for path in (data / "collections").glob(f"*/{DESCRIPTION}"))


def delete_collection(data: Path, name: str, *, wait_s: float = WAIT_S) -> None:
    """Remove a collection and all its files. Raises StoreError of kind `no_collection`, `locked`, `read_only`."""
    folder = collection_folder(data, name)
    if not _is_there(folder):
        raise _no_collection(data, name)
    lock = FileLock(folder / "lock", f"collection '{name}'", wait_s)
    try:
        with translated(f"delete the collection '{name}'"):
            (folder / DESCRIPTION).unlink(missing_ok=True)  # first, so that a crash leaves no half of a collection
            _remove(folder)
    finally:
        lock.release()


def _is_there(folder: Path) -> bool:
    with translated(f"look for the collection '{folder.name}'"):
        return (folder / DESCRIPTION).exists()


def _remove(folder: Path) -> None:
    """Remove a folder and all in it, if it is there."""
    import shutil  # loads the compression modules, which opening a collection must not wait for

    if folder.exists():
        shutil.rmtree(folder)


def _create(folder: Path, lock: FileLock, signature: Mapping[str, str]) -> EdgeStore:
    with translated(f"create the collection '{folder.name}'"):
        (folder / "state.json").unlink(missing_ok=True)
        for leftover in ("derived", "shard", "shard-second"):
            _remove(folder / leftover)
    engine = EdgeEngine.create(folder / "shard")
    description = Description(dict(signature), datetime.now(UTC).isoformat(timespec="seconds"))
    with translated(f"create the collection '{folder.name}'"):
        write_description(folder, description)
    return _store(folder, engine, lock, description)


def _load(folder: Path, lock: FileLock, description: Description) -> EdgeStore:
    return _store(folder, EdgeEngine.load(folder / "shard"), lock, description)


def _store(folder: Path, engine: EdgeEngine, lock: FileLock, description: Description) -> EdgeStore:
    try:
        _require_all_items(folder, engine)
        return EdgeStore(folder, engine, lock, description)
    except BaseException:
        engine.close()
        raise


def _require_all_items(folder: Path, engine: EdgeEngine) -> None:
    """The engine opens what it finds of its files, and a part of them that is gone leaves fewer items."""
    written, there = remembered_count(FolderSidecar(folder)), engine.count(Filter())
    if written is not None and there < written:
        raise StoreError(
            f"The collection '{folder.name}' has {there} items where {written} were written: its files are damaged. "
            "Restore them from a copy; or go on with what is there by removing the file "
            f"{folder / 'state.json'}, and index again, which describes only what is missing.",
            kind="corrupt",
        )


def collection_folder(data: Path, name: str) -> Path:
    """Where the files of the collection of this name are, or would be; StoreError of kind `bad_name`."""
    check_name(name)
    return data / "collections" / name


def _no_collection(data: Path, name: str) -> StoreError:
    others = list_collections(data)
    known = f"there are {', '.join(others)}" if others else "there are none yet"
    return StoreError(
        f"There is no collection '{name}' in {data} ({known}); index something into it first.", kind="no_collection"
    )
