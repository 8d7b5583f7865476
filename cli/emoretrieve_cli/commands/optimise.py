"""`emoretrieve optimise`: the form of a collection that is opened and searched best."""

from __future__ import annotations

import sys
import time

import click

from emoretrieve_cli.options import Common, HolderCommand

_LONG = 100_000
"""Items from which it takes long enough to say so first."""


@click.command("optimise", cls=HolderCommand)
@click.pass_obj
def command(common: Common) -> None:
    """Bring a large collection into its quickest form.

    Afterwards it takes less memory and opens at once. From 200,000 items on it gets a graph, through which queries
    without conditions take a tenth of the time; 'query --exact' looks at every item nevertheless.

    Worth it after a million new items, and no harm at any time. Ctrl-C and crashes lose nothing: run it again.
    """
    with common.open_library() as library:
        items = library.count()
        if items >= _LONG and sys.stderr.isatty():
            click.echo(f"Optimising {items:,} items; it takes minutes for millions, Ctrl-C does no harm.", err=True)
        start = time.monotonic()
        library.optimise()
        seconds, graph = time.monotonic() - start, library.store.has_graph
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"items": items, "seconds": round(seconds, 3), "graph": graph})
    else:
        click.echo(f"{items:,} items optimised in {seconds:.1f} s, {'with a graph' if graph else 'without a graph'}.")
