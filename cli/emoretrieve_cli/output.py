"""JSON and URLs on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping

import click


def print_json(value: object) -> None:
    """One JSON document. Everything beyond ASCII is escaped: it survives any terminal, also names that are no text."""
    click.echo(json.dumps(value, indent=2, allow_nan=False))


def print_json_list(key: str, rows: Iterable[Mapping[str, object]]) -> None:
    """`{key: [...]}` row by row, so that a large collection is never held in memory."""
    click.echo(f'{{"{key}": [', nl=False)
    for number, row in enumerate(rows):
        click.echo(f"{',' if number else ''}\n  {json.dumps(row, allow_nan=False)}", nl=False)
    click.echo("\n]}")


def print_url(url: str, sentence: str, *, as_json: bool) -> None:
    """Where something listens from now on, for people in a sentence; at once, also into a pipe."""
    if as_json:
        print_json({"url": url})
    else:
        click.echo(sentence)
    sys.stdout.flush()
