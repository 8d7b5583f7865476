"""`emoretrieve doctor`: what is installed, what is missing, and how to get it."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

import click

from emoretrieve_cli.failure import FAILED
from emoretrieve_cli.options import Command, Common


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    status: Literal["ok", "missing", "broken"]
    """`missing` is optional and does no harm; `broken` must be mended."""
    detail: str


@click.command("doctor", cls=Command)
@click.pass_obj
def command(common: Common) -> int:
    """Check what is installed and what is missing.

    Looks at Python, packages, optional extras, ffmpeg, the data folder and the search engine. Ends with 1 where
    something that is needed is broken.
    """
    checks = list(_checks(common.folder))
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"checks": [asdict(check) for check in checks]})
    else:
        _print(checks)
    return FAILED if any(check.status == "broken" for check in checks) else 0


def _checks(data: Path) -> Iterator[Check]:
    yield Check("python", "ok", f"{platform.python_version()} on {platform.platform()}, {sys.executable}")
    yield from _packages()
    yield _ffmpeg()
    yield _data_folder(data)
    yield _engine()


def _packages() -> Iterator[Check]:
    """The distribution's own requirements, then one line an extra."""
    extras: dict[str, list[str]] = {}
    for requirement in metadata.requires("emoretrieve") or []:
        package, extra = _parse(requirement)
        if extra is None:
            yield _package(package)
        elif extra not in ("all", "dev"):
            extras.setdefault(extra, []).append(package)
    for extra, packages in extras.items():
        yield _extra(extra, packages)


def _parse(requirement: str) -> tuple[str, str | None]:
    """`torch>=2.6; extra == 'qwen'` is ("torch", "qwen")."""
    import re

    name = re.match(r"[\w.-]+", requirement)
    extra = re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", requirement)
    return name.group() if name else requirement, extra.group(1) if extra else None


def _package(name: str) -> Check:
    version = _version(name)
    if version is None:
        return Check(name, "broken", f"not installed: pip install {name}")
    return Check(name, "ok", version)


def _extra(extra: str, packages: list[str]) -> Check:
    missing = [package for package in packages if _version(package) is None]
    if missing:
        return Check(f"extra {extra}", "missing", f"without {', '.join(missing)}: pip install 'emoretrieve[{extra}]'")
    return Check(f"extra {extra}", "ok", ", ".join(f"{package} {_version(package)}" for package in packages))


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _ffmpeg() -> Check:
    path = shutil.which("ffmpeg")
    if path is None:
        return Check(
            "ffmpeg",
            "missing",
            "M4A, AAC, Speex and FLAC in Ogg cannot be read: install ffmpeg (apt install ffmpeg, brew install ffmpeg)",
        )
    return Check("ffmpeg", "ok", path)


def _data_folder(data: Path) -> Check:
    """The folder or, where it does not exist yet, the nearest one above it can be written to and has the space."""
    from emoretrieve.store.space import megabytes, missing_bytes

    existing = next(folder for folder in (data, *data.absolute().parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        return Check("data folder", "broken", f"{existing} cannot be written to: {error.strerror}")
    missing = missing_bytes(existing)
    if missing:
        detail = f"the disk of {data} is too full to write to collections: free at least {megabytes(missing)}"
        return Check("data folder", "broken", detail)
    free = shutil.disk_usage(existing).free / 1e9
    state = "" if data.exists() else " (not made yet)"
    return Check("data folder", "ok", f"{data}{state}, {free:.1f} GB free")


def _engine() -> Check:
    """Make a collection in a temporary folder, close it and open it again."""
    from emoretrieve.errors import EmoretrieveError
    from emoretrieve.store.collections import open_collection

    with tempfile.TemporaryDirectory() as folder:
        try:
            with open_collection(Path(folder), "doctor", signature={"perception": "doctor"}, create=True) as store:
                store.flush()
            with open_collection(Path(folder), "doctor") as store:
                store.count()
        except (EmoretrieveError, ImportError) as error:
            return Check("engine", "broken", str(error))
    return Check("engine", "ok", "makes and opens collections")


def _print(checks: list[Check]) -> None:
    from emoretrieve_cli.terminal.text import printable, terminal_width, wrap

    marks = {"ok": "ok", "missing": "–", "broken": "BROKEN"}
    for check in checks:
        first, *rest = wrap(printable(check.detail), terminal_width() - 27) or [""]
        click.echo(f"{marks[check.status]:<7} {check.name:<18} {first}")
        for line in rest:
            click.echo(f"{'':<27}{line}")
