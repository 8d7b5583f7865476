"""Writes `docs/cli.md` from the help of the commands: `python -m tests.cli.help_pages`."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stdout
from itertools import chain
from pathlib import Path
from unittest.mock import patch

import click

from emoretrieve_cli.main import COMMANDS, cli, main

FILE = Path(__file__).parents[2] / "docs" / "cli.md"

_INTRODUCTION = """\
# The command line

<!-- The help pages below are written by `python -m tests.cli.help_pages`. -->

Every command takes `--data` and `--json` after its name, and `--collection` where it is about one. Exit codes:

| code | meaning |
|---|---|
| 0 | done |
| 1 | failed |
| 2 | the command line is wrong |
| 3 | finished, but some files failed |
| 130 | interrupted by Ctrl-C |
| 141 | whoever read the output left, as `head` does |

An error is one sentence on stderr or, with `--json`, `{"error", "kind"}` on stdout ([json.md](json.md)).
`EMORETRIEVE_DEBUG=1` adds the traceback. Colours are shown on a terminal unless `NO_COLOR` is set; elsewhere they are
written as hex codes. Characters of names and tags that would move the cursor or turn the line around are shown
escaped, such as `\\n` and `\\u202e`.

## How fast it starts

`python benchmarks/cold_start.py` on 22 November 2026, two cores and 24 GB shared with other machines, medians of 21
alternating runs: `--help` takes 1.05 times as long as importing click (goal: at most 2.0); a query for an indexed song,
1,000 items, 1.67 times as long as importing numpy and qdrant_edge and opening the store (347 ms against 208 ms; goal:
at most 1.5, missed). Beyond those, the time goes into importing click and our modules, half of it into creating
dataclasses, and into the lexicon for the reasons.

## The gallery

`emoretrieve query FILE --html answer.html` writes one file that opens in any browser, without a network and on any
machine; a file that is there already is replaced only if it is an HTML page. Pictures are embedded as JPEG of at most
800 pixels. Sounds of up to 1 MB in a format that browsers play are embedded as they are; of longer ones half a minute
from after the first quarter, as MP3. What cannot be embedded (M4A beyond 1 MB where ffmpeg is missing, and anything
after 64 MB of media) is a link to the file, which works on the machine that holds it.
"""


def help_pages() -> str:
    """The whole document."""
    return "\n".join([_INTRODUCTION, _page("emoretrieve"), *chain.from_iterable(map(_pages, COMMANDS))])


def _pages(name: str) -> list[str]:
    """Of a command and of the commands that it has itself."""
    command = cli.get_command(click.Context(cli), name)
    inner = list(command.commands) if isinstance(command, click.Group) else []
    return [_page("emoretrieve", name), *(_page("emoretrieve", name, word) for word in inner)]


def _page(*words: str) -> str:
    """A section with what `--help` prints in a terminal of 80 columns."""
    printed = io.StringIO()
    with redirect_stdout(printed), patch.dict(os.environ, COLUMNS="80"):
        main([*words[1:], "--help"])
    return f"## `{' '.join(words)}`\n\n```text\n{printed.getvalue()}```\n"


if __name__ == "__main__":
    FILE.write_text(help_pages(), encoding="utf-8")
