"""The entry point: finds the command, runs it, turns errors into sentences and exit codes.

Exit codes: 0 done, 1 failed, 2 usage, 3 finished but some files failed, 130 interrupted, 141 the reader left.
Commands are imported when they are called, so that `--help` costs little more than importing click.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from keyword import iskeyword
from typing import NoReturn

import click

from emoretrieve import __version__
from emoretrieve_cli.failure import BROKEN_PIPE, INTERRUPTED, USAGE, Failure, explain

COMMANDS = {
    "index": "Describe pictures and songs and store them.",
    "query": "Find what feels like a song, a picture, a text or colours.",
    "pair": "Pair songs with pictures, and say what that is worth.",
    "similarity": "Say how alike given pairs are by an embedder's vectors.",
    "evaluate": "Say what a collection is worth, every number beside chance.",
    "report": "Write a collection up for people: map, pairs, chance, tables.",
    "labels": "Write the labels of a data set as a table of truth.",
    "study": "Let people rate pairs blindly, and score their answers.",
    "reproduce": "Compute the study's tables and pairs again, from its files.",
    "sphere": "Train models that put songs, pictures and words on one sphere.",
    "show": "Show one item, or describe a file without storing it.",
    "list": "List the items of a collection.",
    "facets": "Count the values of a key: artists, years, moods.",
    "status": "Show the collections, their sizes and where they are.",
    "delete": "Remove items from a collection, or all of it.",
    "recolour": "Map the captions of a collection to colours again.",
    "serve": "Make collections available to programs over HTTP.",
    "mcp": "Offer a collection to language models as MCP tools.",
    "optimise": "Bring a large collection into its quickest form.",
    "export": "Write a collection to a Parquet or JSONL file.",
    "import": "Read a collection from a Parquet or JSONL file.",
    "sync": "Take a collection to another place, and verify it.",
    "alias": "Give collections other names, and switch them.",
    "reindex": "Build the collection of an alias anew, verify it and switch.",
    "snapshot": "Keep the state of a collection, and go back to it.",
    "models": "Show what can describe and colour, and what it needs.",
    "doctor": "Check what is installed and what is missing.",
    "completion": "Print the completion script of a shell.",
}
"""Every command with its line in the overview; its code is the module of that name in `commands`."""


class ReaderLeft(Exception):
    """Whoever read stdout wants no more, as `head` does."""


class CommandLine(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        module = import_module(f"emoretrieve_cli.commands.{name}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderLeft from None  # click would end the process here

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=CommandLine, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="emoretrieve")
def cli() -> None:
    """Find the artworks that a song feels like, and the songs that an artwork feels like.

    \b
    emoretrieve index ~/Pictures ~/Music
    emoretrieve query ~/Music/song.mp3
    """


def run() -> NoReturn:
    """The console script.

    When `main` returns, collections are closed and worker processes have ended. To stop here, and not have the
    interpreter taken apart object by object, saves a tenth of a cold query.
    """
    code = main()
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; the exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    _reopen_streams()
    _prepare_streams()
    try:
        code = cli.main(words, prog_name="emoretrieve", standalone_mode=False)
        sys.stdout.flush()
    except (ReaderLeft, BrokenPipeError):
        _silence()
        return BROKEN_PIPE
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except Exception as error:
        return _report(explain(error, debug=bool(os.environ.get("EMORETRIEVE_DEBUG"))), words)
    return code if isinstance(code, int) else 0


def _prepare_streams() -> None:
    """Make any text printable: names of files may hold bytes that are no text and letters that the terminal lacks."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _reopen_streams() -> None:
    """Standard streams that the caller closed lead nowhere; else the next file opened would be taken for one."""
    opened = os.open(os.devnull, os.O_RDWR)
    while opened <= 2:
        opened = os.open(os.devnull, os.O_RDWR)
    os.close(opened)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)


def _report(failure: Failure, words: Sequence[str]) -> int:
    """One sentence on stderr or, where the command line asks for JSON, one object on stdout."""
    options = words[: words.index("--")] if "--" in words else words
    try:
        failure.show(as_json="--json" in options)
        sys.stdout.flush()
    except OSError:  # nobody reads, or the disk is full: the exit code has to do
        _silence()
    return failure.exit_code


def _silence() -> None:
    """Let Python's own flush at exit go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    run()
