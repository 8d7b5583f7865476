"""`emoretrieve doctor`: what is installed, what is missing, and how to get it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from emoretrieve.errors import EmoretrieveError
from emoretrieve.perception.settings import ROLES
from emoretrieve_cli.extras import install_line, missing, requirements, version
from emoretrieve_cli.failure import FAILED
from emoretrieve_cli.options import Common, HolderCommand
from emoretrieve_cli.parts import parts

if TYPE_CHECKING:
    from emoretrieve.store.server.settings import ServerSettings


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    status: Literal["ok", "missing", "broken"]
    """`missing` is optional and does no harm; `broken` must be mended."""
    detail: str


@click.command("doctor", cls=HolderCommand)
@click.pass_obj
def command(common: Common) -> int:
    """Check what is installed and what is missing.

    Looks at Python, packages, optional extras, plug-ins, keys, the GPU, ffmpeg, the data folder, the search engine and
    the Qdrant server, where one is named. Ends with 1 where something that is needed is broken.
    """
    checks = list(_checks(common.folder, common.server))
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"checks": [asdict(check) for check in checks]})
    else:
        _print(checks)
    return FAILED if any(check.status == "broken" for check in checks) else 0


def _checks(data: Path, server: ServerSettings | None) -> Iterator[Check]:
    yield Check("python", "ok", f"{platform.python_version()} on {platform.platform()}, {sys.executable}")
    yield from _packages()
    yield from _plugins()
    yield from _configuration()
    yield _gpu()
    yield _ffmpeg()
    yield _data_folder(data)
    yield _engine()
    if server is not None:
        yield _server(server)


def _packages() -> Iterator[Check]:
    """The distribution's own requirements, then one line an extra."""
    for extra, packages in requirements().items():
        if extra:
            yield _extra(extra, packages)
        else:
            yield from map(_package, packages)


def _package(name: str) -> Check:
    installed = version(name)
    if installed is None:
        return Check(name, "broken", f"not installed: pip install {name}")
    return Check(name, "ok", installed)


def _extra(extra: str, packages: list[str]) -> Check:
    lacking = missing(extra)
    if lacking:
        return Check(f"extra {extra}", "missing", f"without {', '.join(lacking)}: {install_line(extra)}")
    return Check(f"extra {extra}", "ok", ", ".join(f"{package} {version(package)}" for package in packages))


def _plugins() -> Iterator[Check]:
    """Those that cannot be used; `emoretrieve models` shows them all."""
    for part in parts():
        if part.source != "built in" and not part.ready:
            yield Check(f"plug-in {part.name}", "missing", f"{part.source}: {part.detail}")


def _configuration() -> Iterator[Check]:
    """The file that stands in the background of all commands, and whether keys are set, which are not shown."""
    file = os.environ.get("EMORETRIEVE_CONFIG")
    if file:
        yield _config_file(Path(file))
    variables = ("EMORETRIEVE_API_KEY", *(f"EMORETRIEVE_{role.upper()}_API_KEY" for role in ROLES))
    given = [variable for variable in variables if os.environ.get(variable)]
    if given:
        yield Check("server key", "ok", f"{' and '.join(given)} set")
    else:
        yield Check("server key", "missing", f"{variables[0]} is not set: needed where a server wants a key")


def _config_file(file: Path) -> Check:
    from emoretrieve.perception.config import load_config

    try:
        return Check("configuration", "ok", f"{file}, for the perception '{load_config(file).name}'")
    except EmoretrieveError as error:
        return Check("configuration", "broken", str(error))


def _gpu() -> Check:
    """What the driver says, without loading torch."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return Check("gpu", "missing", "no driver of NVIDIA here: the perception qwen would run on the processor")
    command = [program, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return Check("gpu", "missing", f"the driver does not answer: {error}")
    return Check("gpu", "ok", "; ".join(done.stdout.split("\n")).strip("; ") or "none")


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
    from emoretrieve.store.place import EmbeddedPlace

    with tempfile.TemporaryDirectory() as folder:
        place = EmbeddedPlace(Path(folder))
        try:
            with place.open("doctor", signature={"perception": "doctor"}, create=True) as store:
                store.flush()
            with place.open("doctor") as store:
                store.count()
        except (EmoretrieveError, ImportError) as error:
            return Check("engine", "broken", str(error))
    return Check("engine", "ok", "makes and opens collections")


def _server(settings: ServerSettings) -> Check:
    """Ask the Qdrant server for its collections, which needs the key."""
    from emoretrieve.store.place import place_of

    try:
        names = place_of(Path(), settings).names()
    except EmoretrieveError as error:
        return Check("qdrant server", "broken", str(error))
    warning = "; the key crosses the network readable: use https://" if settings.sends_key_in_clear else ""
    return Check("qdrant server", "ok", f"{settings.url}, {len(names)} collections{warning}")


def _print(checks: list[Check]) -> None:
    from emoretrieve_cli.terminal.text import printable, terminal_width, wrap

    marks = {"ok": "ok", "missing": "–", "broken": "BROKEN"}
    for check in checks:
        first, *rest = wrap(printable(check.detail), terminal_width() - 27) or [""]
        click.echo(f"{marks[check.status]:<7} {check.name:<18} {first}")
        for line in rest:
            click.echo(f"{'':<27}{line}")
