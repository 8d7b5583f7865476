"""Options that several commands have, and the values that they parse to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from emoretrieve.client.settings import ClientSettings
    from emoretrieve.library import Library
    from emoretrieve.perception import PerceptionChoice
    from emoretrieve.store.place import Place
    from emoretrieve.store.server.settings import ServerSettings

DEFAULT_COLLECTION = "default"

Decorated = TypeVar("Decorated", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Common:
    """What every command is told: where the collections are, which one, and whether to print JSON."""

    data: Path | None
    """None is the platform's folder for user data."""
    collection: str | None
    """None is the default collection, or every collection where a command shows several."""
    as_json: bool
    server: ServerSettings | None = None
    """None: the collections are in the data folder."""
    running: ClientSettings | None = None
    """A running `emoretrieve serve` that holds the collections, if they are asked for through one."""

    def open_library(self, perception: PerceptionChoice | None = None) -> Library:
        """The library on the chosen collection, which must exist; use it as a context manager."""
        from emoretrieve.library import Library

        if self.running is not None:
            return self._open_served(self.running, perception)
        return Library.open(self.data, self.collection_name, server=self.server, perception=perception)

    def open_or_make(self, perception: PerceptionChoice | None = None) -> Library:
        """The library on the chosen collection, which is made where there is none."""
        from emoretrieve.library import Library

        if self.running is not None:
            library = self._open_served(self.running, perception, make=True)
            library.prepare_to_fill()
            return library
        return Library.open(self.data, self.collection_name, create=True, server=self.server, perception=perception)

    @contextmanager
    def open_or_empty(self, perception: PerceptionChoice | None = None) -> Iterator[Library]:
        """The library on the chosen collection or, where there is none, on an empty one that vanishes afterwards."""
        from tempfile import TemporaryDirectory

        if self.running is not None or self.place.resolve(self.collection_name) in self.place.names():
            with self.open_library(perception) as library:
                yield library
            return
        with (
            TemporaryDirectory() as empty,
            replace(self, data=Path(empty), server=None).open_or_make(perception) as library,
        ):
            yield library

    def _open_served(
        self, running: ClientSettings, perception: PerceptionChoice | None, *, make: bool = False
    ) -> Library:
        from emoretrieve.client.store import RemoteStore
        from emoretrieve.library import Library, ledger_of
        from emoretrieve.store.place import Address

        store = RemoteStore(running, self.collection_name, make=make)
        address = Address(self.collection_name, server=running.url)
        return Library(store, address, ledger_file=ledger_of(self.folder), perception=perception)

    @property
    def collection_name(self) -> str:
        """The chosen collection."""
        return self.collection or DEFAULT_COLLECTION

    @property
    def server_url(self) -> str | None:
        """The server that has the collections, if one has."""
        if self.running is not None:
            return self.running.url
        return self.server.url if self.server else None

    def names(self) -> list[str]:
        """The names of the collections, sorted."""
        if self.running is None:
            return self.place.names()
        from emoretrieve.client.client import Client

        with Client(self.running) as client:
            return sorted(one.name for one in client.collections().collections)

    @property
    def place(self) -> Place:
        """Where the collections live."""
        from emoretrieve.store.place import place_of

        return place_of(self.folder, self.server)

    @property
    def folder(self) -> Path:
        """The data folder."""
        from emoretrieve.library import default_data_dir

        return self.data or default_data_dir()


class Command(click.Command):
    """A command with the common options; its function receives them as a `Common` through `click.pass_obj`."""

    about_a_collection = True
    asks_servers = True
    """Whether it can do what it does through a running server."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        *own, help_option = super().get_params(ctx)
        left_out = {"collection"} if not self.about_a_collection else set()
        left_out |= {"running"} if not self.asks_servers else set()
        return [*own, *(option for option in _COMMON if option.name not in left_out), help_option]

    def invoke(self, ctx: click.Context) -> object:
        running = _running(ctx) if self.asks_servers else None
        server = server_settings(_url(ctx), ctx.params.pop("qdrant_options"))
        collection = ctx.params.pop("collection") if self.about_a_collection else None
        ctx.obj = Common(ctx.params.pop("data"), collection, ctx.params.pop("as_json"), server, running)
        return super().invoke(ctx)


def _running(ctx: click.Context) -> ClientSettings | None:
    """The server that is asked: a `--data` or `--qdrant-url` on the command line counts more than the environment."""
    url: str | None = ctx.params.pop("running")
    said = {
        name
        for name in ("running", "data", "qdrant_url")
        if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    }
    if not url or (said and "running" not in said):
        return None
    if "qdrant_url" in said:
        raise click.UsageError("--server has the collections, so --qdrant-url is of no use; leave one of them out.")
    from emoretrieve_cli.extras import require

    require("client", "Calls of a server")
    from emoretrieve.client.settings import read_settings

    return read_settings(url)


def _url(ctx: click.Context) -> str | None:
    """The URL of the server as the command line says it: a `--data` there counts more than QDRANT_URL."""
    url: str | None = ctx.params.pop("qdrant_url")
    folder_named = ctx.get_parameter_source("data") is click.core.ParameterSource.COMMANDLINE
    return "" if url is None and folder_named else url


class HolderCommand(Command):
    """A command that holds the collections itself, or needs none: without `--server`."""

    asks_servers = False


class PlaceCommand(HolderCommand):
    """A command about all collections of a place: without `--collection`."""

    about_a_collection = False


def server_settings(
    url: str | None, assignments: tuple[str, ...], option: str = "--qdrant-option"
) -> ServerSettings | None:
    """The server that the options or the environment name; the assignments were given by `option`."""
    from emoretrieve.store.server.settings import read_settings

    options = dict(_assigned(text, option) for text in assignments)
    return read_settings(url, options)


def _assigned(text: str, option: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not (key and sign):
        wrong = f"{option} takes KEY=VALUE, such as timeout_s=10, and not '{text}'."
        raise click.UsageError(wrong, click.get_current_context(silent=True))
    return key, value


_COMMON = (
    click.Option(
        ["--data"],
        type=click.Path(path_type=Path, file_okay=False),
        envvar="EMORETRIEVE_HOME",
        show_envvar=True,
        metavar="DIR",
        help="Folder of the collections.  [default: the platform's folder for user data]",
    ),
    click.Option(["--collection"], metavar="NAME", help=f"Collection to use.  [default: {DEFAULT_COLLECTION}]"),
    click.Option(
        ["--qdrant-url"],
        metavar="URL",
        help="Qdrant server that has the collections, instead of the folder (docs/server.md).  [env var: QDRANT_URL]",
    ),
    click.Option(
        ["--qdrant-option", "qdrant_options"],
        multiple=True,
        metavar="KEY=VALUE",
        help="An option of that server, such as timeout_s=10. Repeatable.",
    ),
    click.Option(
        ["--server", "running"],
        metavar="URL",
        envvar="EMORETRIEVE_SERVER",
        show_envvar=True,
        help="A running 'emoretrieve serve' that holds the collections (docs/http.md).",
    ),
    click.Option(["--json", "as_json"], is_flag=True, help="Print JSON (its shape: docs/json.md)."),
)


def modality_option(function: Decorated) -> Decorated:
    option = click.option("--modality", type=click.Choice(["audio", "image"]), help="Only songs, or only pictures.")
    return option(function)


def filter_option(function: Decorated) -> Decorated:
    option = click.option(
        "--filter",
        "filters",
        multiple=True,
        metavar="KEY=VALUE",
        help="Only items with this metadata, mood, path or name; KEY=LOW..HIGH for numbers and dates. "
        "Repeatable (docs/filters.md).",
    )
    return option(function)


def draws_option(function: Decorated) -> Decorated:
    option = click.option(
        "--draws",
        type=click.IntRange(min=1),
        default=10_000,
        show_default=True,
        metavar="N",
        help="Random pairings to hold the pairs against.",
    )
    return option(function)


def match_options(function: Decorated) -> Decorated:
    """`--match` and `--weights`."""
    match = click.option(
        "--match",
        default="aligned",
        show_default=True,
        metavar="NAME",
        help="How to compare: aligned, whole, fragments, fragment:N (1 to 4) or concat.",
    )
    weights = click.option(
        "--weights",
        metavar="W,F1,F2,F3,F4",
        help="Weights of the whole and the fragments under --match aligned.  [default: 0.5 and 0.125 each]",
    )
    return match(weights(function))


def limit_option(default: int | None = None) -> Callable[[Decorated], Decorated]:
    return click.option(
        "--limit",
        type=click.IntRange(min=1),
        default=default,
        show_default=True,
        callback=_countable,
        metavar="N",
        help="At most this many.",
    )


def _countable(ctx: click.Context, param: click.Parameter, value: int | None) -> int | None:  # noqa: ARG001  click's signature
    """Nothing counts further than `sys.maxsize`, and no collection holds as many: beyond it a limit means all."""
    return None if value is None else min(value, sys.maxsize)
