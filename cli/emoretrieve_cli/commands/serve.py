"""`emoretrieve serve`: collections for other programs, over HTTP."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from emoretrieve_cli.extras import require
from emoretrieve_cli.options import Common, HolderCommand
from emoretrieve_cli.output import print_json, print_url
from emoretrieve_cli.perception import perception_options

if TYPE_CHECKING:
    from emoretrieve.perception import PerceptionChoice
    from emoretrieve.server.keys import Role
    from emoretrieve.server.settings import ServeSettings
    from emoretrieve_indexer.crew import Crew


class Given(TypedDict):
    """The options as click hands them over."""

    host: str | None
    port: int | None
    keys: Path | None
    allow: tuple[Path, ...]
    settings: tuple[str, ...]
    make_key: Role | None
    key_name: str | None
    perception: PerceptionChoice


@click.command("serve", cls=HolderCommand)
@click.option(
    "--host", metavar="ADDRESS", help="Listen there; beyond this machine with keys only.  [default: 127.0.0.1]"
)
@click.option("--port", type=click.IntRange(0, 65_535), metavar="N", help="0 takes a free one.  [default: 8000]")
@click.option(
    "--keys", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The hashed keys that may come in."
)
@click.option(
    "--allow",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    metavar="DIR",
    help="Files below it may be added by their path. Repeatable.",
)
@click.option(
    "--setting",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Another setting of the server, such as upload_mb=20 (docs/http.md). Repeatable.",
)
@click.option(
    "--make-key",
    type=click.Choice(["read", "write", "admin"]),
    help="Print a new key and the line that --keys wants for it, and do nothing else.",
)
@click.option("--key-name", metavar="NAME", help="With --make-key: what the log calls it.")
@perception_options
@click.pass_obj
def command(common: Common, **given: Unpack[Given]) -> None:
    """Make collections available to programs over HTTP.

    Serves until Ctrl-C. docs/http.md has every request as a line of curl.
    """
    if given["make_key"] is not None:
        _print_key(given["make_key"], given["key_name"] or "", as_json=common.as_json)
        return
    if given["key_name"] is not None:
        raise click.UsageError("--key-name names a new key; add --make-key ROLE.")
    require("server", "Servers")
    from emoretrieve.server.run import serve

    settings = _settings(common, given)
    crew = _crew(settings)
    try:
        serve(settings, crew, lambda url: print_url(url, f"Serving at {url} until Ctrl-C.", as_json=common.as_json))
    finally:
        crew.close()


def _settings(common: Common, given: Given) -> ServeSettings:
    from emoretrieve.server.settings import read_settings

    named = dict(_assigned(text) for text in given["settings"])
    options = {
        "host": given["host"],
        "port": given["port"],
        "keys_file": given["keys"],
        "allow": os.pathsep.join(map(str, given["allow"])) or None,
        "collection": common.collection,
    }
    named |= {name: str(value) for name, value in options.items() if value is not None}
    return read_settings(common.folder, named, qdrant=common.server, perception=given["perception"])


def _assigned(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise click.UsageError("--setting takes KEY=VALUE, such as upload_mb=20.")
    return name.strip(), value


def _crew(settings: ServeSettings) -> Crew:
    from emoretrieve.media.limits import MediaLimits
    from emoretrieve_indexer.crew import Crew, CrewSettings

    limits = MediaLimits(settings.media_seconds, settings.media_pixels, settings.worker_mb * 2**20)
    return Crew(CrewSettings(settings.workers, settings.worker_s, limits))


def _print_key(role: Role, name: str, *, as_json: bool) -> None:
    from emoretrieve.server.keys import make_key

    key, line = make_key(role, name)
    if as_json:
        print_json({"key": key, "line": line})
        return
    click.echo(f"Key, for the client, shown only now:\n  {key}\nLine, for the file of --keys:\n  {line}")
