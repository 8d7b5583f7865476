"""`emoretrieve evaluate`: numbers about a collection, each beside chance."""

from __future__ import annotations

from pathlib import Path

import click

from emoretrieve_cli.evaluating import Evaluating, evaluating_options, exit_code
from emoretrieve_cli.options import Command, Common


@click.command("evaluate", cls=Command)
@evaluating_options
@click.option(
    "--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Write the tables to this file as well."
)
@click.pass_obj
def command(common: Common, evaluating: Evaluating, markdown: Path | None) -> int:
    """Say what a collection is worth, every number beside chance.

    How long descriptions are, how many colours there are, whether the parts of an item belong together, what pairs of
    songs and pictures score, whether a few items are found by everyone, whether captions belong to what they describe,
    how far two runs agree, and whether what people call alike is found (docs/evaluation.md has the definitions).
    """
    from emoretrieve.evaluation.tables import tables

    options = evaluating.options
    if markdown is not None:
        from emoretrieve_cli.output_file import check_place, is_evaluation

        check_place(markdown, is_evaluation, "file of such tables")
    with evaluating.opened(common) as (library, other, on_progress):
        evaluation = library.evaluate(options, other, on_progress)
    if markdown is not None:
        from emoretrieve.evaluation.markdown import write_markdown

        write_markdown(tables(evaluation), markdown)
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json(evaluation.to_json())
    else:
        from emoretrieve_cli.terminal.evaluation import evaluation_lines

        click.echo("\n".join(evaluation_lines(tables(evaluation))))
    return exit_code(evaluation)
