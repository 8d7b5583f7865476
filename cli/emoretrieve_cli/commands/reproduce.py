"""`emoretrieve reproduce`: the study's numbers beside what follows from its own files."""

from __future__ import annotations

from pathlib import Path

import click

from emoretrieve_cli.options import Common, HolderCommand


@click.command("reproduce", cls=HolderCommand)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.pass_obj
def command(common: Common, folder: Path) -> None:
    """Compute the study's tables and pairs again, from its files.

    DIR holds the files that the study published (docs/reproduce.md lists them). Every number that is stated stands
    beside the published file and beside ours. No collection is needed.
    """
    from emoretrieve.evaluation.study.reproduction import reproduce
    from emoretrieve_cli.terminal.stages import stages

    with stages("reading") as on_progress:
        reproduction = reproduce(folder, on_progress)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json(reproduction.to_json())
        return
    from emoretrieve_cli.terminal.reproduction import reproduction_lines

    click.echo("\n".join(reproduction_lines(reproduction)))
