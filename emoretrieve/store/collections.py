"""The collections of a data folder: `DATA/collections/NAME/`, each the files of one embedded store.

`shard/` is the engine's, `lock` keeps other processes out, `collection.json` describes the collection and is
written last: a folder without it is what a crash left of a creation, and counts as absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from emoretrieve.errors import StoreError
from emoretrieve.store.edge import EdgeEngine, EdgeStore
from emoretrieve.store.failures import store_error, translated
from emoretrieve.store.lock import FileLock
from emoretrieve.store.schema import SCHEMA_VERSION
from emoretrieve.store.sidecar import write_atomically

_DESCRIPTION = "collection.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_WAIT_S = 2.0
"""How long to wait for another process to finish: a query takes less."""


def open_collection(
    data: Path,
    name: str,
    *,
    signature: Mapping[str, str] | None = None,
    create: bool = False,
    wait_s: float = _WAIT_S,
) -> EdgeStore:
    """Open the collection `name` of the data folder, with `create` also where there is none yet.

    A `signature` must equal that of the collection; None accepts any. Raises StoreError of kind `no_collection`,
    `other_perception`, `locked` (after waiting `wait_s` seconds), `read_only`, `unlockable`, `storage_full`,
    `corrupt`, `other_schema`, `bad_name`.
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
            return _load(folder, lock, signature)
        if create:
            return _create(folder, lock, signature or {})
        raise _no_collection(data, name)  # deleted while we waited
    except BaseException:
        lock.release()
        raise


def list_collections(data: Path) -> list[str]:
    """The names of the collections in a data folder, sorted; none where there is no such folder."""
    return sorted(path.parent.name for path in (data / "collections").glob(f"*/{_DESCRIPTION}"))


def delete_collection(data: Path, name: str, *, wait_s: float = _WAIT_S) -> None:
    """Remove a collection and all its files. Raises StoreError of kind `no_collection`, `locked`, `read_only`."""
    folder = _folder(data, name)
    if not _is_there(folder):
        raise _no_collection(data, name)
    lock = FileLock(folder / "lock", f"collection '{name}'", wait_s)
    try:
        with translated(f"delete the collection '{name}'"):
            (folder / _DESCRIPTION).unlink(missing_ok=True)  # first, so that a crash leaves no half of a collection
            _remove(folder)
    finally:
        lock.release()


def _is_there(folder: Path) -> bool:
    with translated(f"look for the collection '{folder.name}'"):
        return (folder / _DESCRIPTION).exists()


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
    description = {
        "schema": SCHEMA_VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "signature": dict(signature),
    }
    with translated(f"create the collection '{folder.name}'"):
        write_atomically(folder / _DESCRIPTION, json.dumps(description, indent=2).encode())
    return _store(folder, engine, lock, signature)


def _load(folder: Path, lock: FileLock, signature: Mapping[str, str] | None) -> EdgeStore:
    stored = _stored_signature(folder)
    if signature is not None and dict(signature) != stored:
        raise other_perception(folder.name, stored, signature)
    return _store(folder, EdgeEngine.load(folder / "shard"), lock, stored)


def _store(folder: Path, engine: EdgeEngine, lock: FileLock, signature: Mapping[str, str]) -> EdgeStore:
    try:
        return EdgeStore(folder, engine, lock, signature)
    except BaseException:
        engine.close()
        raise


def _stored_signature(folder: Path) -> dict[str, str]:
    """The signature in `collection.json`, once its schema is known to be ours."""
    action = f"read the description of the collection '{folder.name}'"
    with translated(action):
        text = (folder / _DESCRIPTION).read_bytes()
    try:
        description = json.loads(text)
        schema = description["schema"]
        signature = {str(key): str(value) for key, value in description["signature"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise store_error(error, action, "corrupt") from error
    if schema != SCHEMA_VERSION:
        raise StoreError(
            f"The collection '{folder.name}' has schema {schema}, this release reads schema {SCHEMA_VERSION}; "
            "export it with the release that made it and import it again.",
            kind="other_schema",
        )
    return signature


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
        f"The collection '{name}' was made with another perception ({first} is {stored.get(first)!r} there and "
        f"{asked.get(first)!r} here); use the settings that it was made with, or another collection with --collection.",
        kind="other_perception",
    )
