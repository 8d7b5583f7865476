"""`emoretrieve status`: the collections, their sizes and where they are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import click

from emoretrieve_cli.options import Command, Common


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """One collection as it is on disk; counts and signature are None where it cannot be opened."""

    name: str
    path: str
    bytes: int
    items: int | None
    audio: int | None
    image: int | None
    signature: dict[str, str] | None
    error: str | None


@click.command(cls=Command)
@click.pass_obj
def command(common: Common) -> None:
    """Show the collections: how many items, what described them, how large, where.

    Without --collection all of them.
    """
    from emoretrieve.store.collections import list_collections

    names = [common.collection] if common.collection else list_collections(common.folder)
    found = [_inspect(common.folder, name) for name in names]
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"data": str(common.folder), "collections": [asdict(one) for one in found]})
    else:
        _print(common.folder, found)


def _inspect(data: Path, name: str) -> CollectionStatus:
    """Open a collection and count; one that another process holds is told of, not an error."""
    from emoretrieve.errors import StoreError
    from emoretrieve.store import Where
    from emoretrieve.store.collections import open_collection

    folder = data / "collections" / name
    place = (name, str(folder), _bytes_in(folder))
    try:
        with open_collection(data, name) as store:
            audio, image = store.count(Where("audio")), store.count(Where("image"))
            return CollectionStatus(*place, audio + image, audio, image, dict(store.signature), None)
    except StoreError as error:
        if error.kind == "no_collection":
            raise
        return CollectionStatus(*place, None, None, None, None, str(error))


def _bytes_in(folder: Path) -> int:
    """Disk space that the files below a folder take (blocks, for the engine makes sparse files)."""
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file())


def _print(data: Path, collections: list[CollectionStatus]) -> None:
    from emoretrieve_cli.terminal.swatch import faint, strong
    from emoretrieve_cli.terminal.text import printable

    click.echo(f"Data folder: {printable(str(data))}")
    if not collections:
        click.echo("It holds no collection; 'emoretrieve index PATH' makes one.")
    for one in collections:
        click.echo(f"\n{strong(printable(one.name))}  {faint(_size(one.bytes))}")
        if one.error is not None:
            click.echo(f"  {printable(one.error)}")
            continue
        click.echo(f"  {one.audio} songs, {one.image} pictures")
        for key, value in sorted((one.signature or {}).items()):
            click.echo(faint(f"  {printable(key)}: {printable(value)}"))


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
