"""The collections of a data folder: `DATA/collections/NAME/`, each the files of one embedded store.

`shard/` is the engine's, `lock` keeps other processes out, `collection.json` describes the collection and is
written last: a folder without it is what a crash left of a creation, and counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from emoretrieve.errors import StoreError
from emoretrieve.store.description import DESCRIPTION, Description, read_description, write_description
from emoretrieve.store.edge import EdgeEngine, EdgeStore
from emoretrieve.store.failures import translated
from emoretrieve.store.lock import FileLock

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_WAIT_S = 2.0
"""How long to wait for another process to finish: a query takes less."""


def open_collection(
    data: Path,
    name: str,
    *,
    signature: Mapping[str, str] | None = None,
    create: bool = False,
    unfinished: bool = False,
    wait_s: float = _WAIT_S,
) -> EdgeStore:
    """Open the collection `name` of the data folder, with `create` also where there is none yet.

    A `signature` must equal that of the collection; None accepts any. One whose recolouring broke off is opened only
    if it may be `unfinished`. Raises StoreError of kind `no_collection`, `other_perception`, `unfinished_recolouring`,
    `locked` (after waiting `wait_s` seconds), `read_only`, `unlockable`, `storage_full`, `corrupt`, `other_schema`,
    `bad_name`.
    """
    folder = _folder(data, name)
    if create:
        with translated(f"create the collection '{name}'"):
            folder.mkdir(parents=True, exist_ok=True)
    elif not _is_there(folder):
        raise _no_collection(data, name)
    lock = FileLock(folder / "lock", f"collection '{name}'", wait_s)
    try:
        if _is_there(folder):
            return _load(folder, lock, _accepted(folder, signature, unfinished))
        if create:
            return _create(folder, lock, signature or {})
        raise _no_collection(data, name)  # deleted while we waited
    except BaseException:
        lock.release()
        raise


def list_collections(data: Path) -> list[str]:
    """The names of the collections in a data folder, sorted; none where there is no such folder."""
    return sorted(path.parent.name for path in (data / "collections").glob(f"*/{DESCRIPTION}"))


def delete_collection(data: Path, name: str, *, wait_s: float = _WAIT_S) -> None:
    """Remove a collection and all its files. Raises StoreError of kind `no_collection`, `locked`, `read_only`."""
    folder = _folder(data, name)
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


def _accepted(folder: Path, signature: Mapping[str, str] | None, unfinished: bool) -> Description:
    """The description of a collection, if it may be opened."""
    description = read_description(folder)
    if description.recolouring is not None and not unfinished:
        raise unfinished_recolouring(folder.name, description.recolouring)
    if signature is not None and dict(signature) != description.signature:
        raise other_perception(folder.name, description.signature, signature)
    return description


def _load(folder: Path, lock: FileLock, description: Description) -> EdgeStore:
    return _store(folder, EdgeEngine.load(folder / "shard"), lock, description)


def _store(folder: Path, engine: EdgeEngine, lock: FileLock, description: Description) -> EdgeStore:
    try:
        return EdgeStore(folder, engine, lock, description)
    except BaseException:
        engine.close()
        raise


def _folder(data: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise StoreError(
            f"'{name}' is no name for a collection; use up to 64 letters, digits, '.', '_' and '-', "
            "beginning with a letter or digit.",
            kind="bad_name",
        )
    return data / "collections" / name


def _no_collection(data: Path, name: str) -> StoreError:
    others = list_collections(data)
    known = f"there are {', '.join(others)}" if others else "there are none yet"
    return StoreError(
        f"There is no collection '{name}' in {data} ({known}); index something into it first.", kind="no_collection"
    )


def other_perception(name: str, stored: Mapping[str, str], asked: Mapping[str, str]) -> StoreError:
    """The error where the signature of a collection and that of a perception differ."""
    different = [key for key in stored.keys() | asked.keys() if stored.get(key) != asked.get(key)]
    first = min(different, key=lambda key: (key != "perception", key))
    return StoreError(
        f"The collection '{name}' was made with another perception ({first} is {_said(stored, first)} there and "
        f"{_said(asked, first)} here); use the settings that it was made with, or another collection with "
        "--collection.",
        kind="other_perception",
    )


def _said(signature: Mapping[str, str], key: str) -> str:
    return f"'{signature[key]}'" if key in signature else "not set"


def unfinished_recolouring(name: str, wanted: Mapping[str, str]) -> StoreError:
    """The error where only some items of a collection have the colours of the mapper that they all shall have."""
    mapper = wanted.get("mapper.name", "another mapper")
    return StoreError(
        f"A recolouring of the collection '{name}' (with {mapper}) broke off while it was writing, so that some items "
        "have the old colours and some the new; run the same 'emoretrieve recolour' again, which finishes it.",
        kind="unfinished_recolouring",
    )
