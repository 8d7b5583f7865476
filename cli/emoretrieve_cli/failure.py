"""What a person or a program is told when a command fails, and its exit code."""

from __future__ import annotations

from dataclasses import dataclass

import click

from emoretrieve.errors import EmoretrieveError

FAILED = 1
USAGE = 2
SOME_FAILED = 3
INTERRUPTED = 130
BROKEN_PIPE = 141


_USAGE_KINDS = {
    "bad_alpha",
    "bad_capacity",
    "bad_colour",
    "bad_combination",
    "bad_composition",
    "bad_design",
    "bad_device",
    "bad_distance",
    "bad_diversity",
    "bad_draws",
    "bad_filter",
    "bad_group",
    "bad_limit",
    "bad_match",
    "bad_max_p",
    "bad_method",
    "bad_option",
    "bad_protocol",
    "bad_server_option",
    "bad_setting",
    "bad_shortlist",
    "bad_target",
    "bad_threshold",
    "bad_training",
    "bad_weights",
}
"""Options whose values the library checks."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One sentence, its stable kind, and the exit code."""

    message: str
    kind: str
    exit_code: int = FAILED

    def show(self, *, as_json: bool) -> None:
        if as_json:
            from emoretrieve_cli.output import print_json

            print_json({"error": self.message, "kind": self.kind})
        else:
            from emoretrieve_cli.terminal.text import printable

            click.echo(f"Error: {printable(self.message)}", err=True)


def explain(error: Exception, *, debug: bool = False) -> Failure:
    """The failure that an exception means; with `debug` its traceback goes to stderr first."""
    if debug:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, EmoretrieveError):
        return Failure(str(error), error.kind, USAGE if error.kind in _USAGE_KINDS else FAILED)
    if isinstance(error, click.UsageError):
        return Failure(_usage_sentence(error), "usage", USAGE)
    if isinstance(error, click.ClickException):
        return Failure(error.format_message(), "failed", error.exit_code)
    if isinstance(error, OSError) and error.strerror:
        where = f" ({error.filename})" if error.filename is not None else ""
        return Failure(f"The system said: {error.strerror}{where}.", "system")
    return Failure(
        f"Something went wrong inside emoretrieve ({type(error).__name__}: {error}); "
        "set EMORETRIEVE_DEBUG=1 to see the traceback.",
        "internal_error",
    )


def _usage_sentence(error: click.UsageError) -> str:
    message = error.format_message().rstrip()
    ending = "" if message.endswith((".", "?", "!")) else "."
    command = error.ctx.command_path if error.ctx else "emoretrieve"
    return f"{message}{ending} Try '{command} --help'."
