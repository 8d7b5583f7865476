"""`emoretrieve status`: the collections, their sizes and where they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from emoretrieve_cli.options import Command, Common

if TYPE_CHECKING:
    from emoretrieve.errors import EmoretrieveError
    from emoretrieve.library import Status


@dataclass(frozen=True, slots=True)
class Inspected:
    """A collection: its status, or why it cannot be opened."""

    name: str
    status: Status | None
    error: EmoretrieveError | None = None

    def to_json(self) -> dict[str, object]:
        if self.status is not None:
            return {"name": self.name, **self.status.to_json()}
        return {"name": self.name, "error": str(self.error), "kind": self.error.kind if self.error else None}


@click.command("status", cls=Command)
@click.pass_obj
def command(common: Common) -> None:
    """Show the collections, their sizes and where they are.

    Without --collection all of them.
    """
    names = [common.collection] if common.collection else common.names()
    found = [_inspect(common, name) for name in names]
    if common.as_json:
        from emoretrieve_cli.output import print_json

        data = None if common.server_url else str(common.folder)
        print_json({"data": data, "server": common.server_url, "collections": [one.to_json() for one in found]})
    else:
        _print(_where(common), found)


def _where(common: Common) -> str:
    if common.running is not None:
        return f"Server: {common.running.url}"
    return f"Qdrant server: {common.server.url}" if common.server else f"Data folder: {common.folder}"


def _inspect(common: Common, name: str) -> Inspected:
    """Open a collection and count. One that another process holds is told of; only a named one must exist."""
    from emoretrieve.errors import StoreError

    try:
        with replace(common, collection=name).open_library() as library:
            return Inspected(name, library.status())
    except StoreError as error:
        if error.kind == "no_collection":
            raise
        return Inspected(name, None, error)


def _print(where: str, collections: list[Inspected]) -> None:
    from emoretrieve_cli.terminal.signature import signature_lines
    from emoretrieve_cli.terminal.swatch import faint, strong
    from emoretrieve_cli.terminal.text import hanging, printable

    click.echo(printable(where))
    if not collections:
        click.echo("It holds no collection; 'emoretrieve index PATH' makes one.")
    for one in collections:
        click.echo(f"\n{strong(printable(one.name))}")
        if one.status is None:
            click.echo("\n".join(hanging(printable(str(one.error)), 2, 2)))
            continue
        status = one.status
        click.echo(f"  {_contents(status)}")
        click.echo(f"  {printable(str(status.folder or status.server))}")
        for line in signature_lines(status.signature):
            click.echo("\n".join(map(faint, hanging(printable(line), 2, 4))))


def _contents(status: Status) -> str:
    from emoretrieve_cli.terminal.text import counted, size

    parts = [counted(status.audio, "song"), counted(status.image, "picture")]
    parts += [] if status.bytes_on_disk is None else [size(status.bytes_on_disk)]
    parts += ["with a graph"] if status.graph else []
    return ", ".join([*parts, f"vectors {', '.join(sorted(status.vectors))}"] if status.vectors else parts)
