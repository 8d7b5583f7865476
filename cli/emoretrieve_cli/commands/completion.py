"""`emoretrieve completion`: the script that teaches a shell to complete."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from emoretrieve_cli.options import Common, HolderCommand

_SHELLS = ("bash", "zsh", "fish")


@click.command("completion", cls=HolderCommand)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    Put it where the shell finds it:

    \b
    bash:  emoretrieve completion bash >> ~/.bashrc
    zsh:   emoretrieve completion zsh >> ~/.zshrc
    fish:  emoretrieve completion fish > ~/.config/fish/completions/emoretrieve.fish
    """
    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"There is no completion for '{shell}'.")
    script = completion(ctx.find_root().command, {}, "emoretrieve", "_EMORETRIEVE_COMPLETE").source()
    common: Common = ctx.obj
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"shell": shell, "script": script})
    else:
        click.echo(script)
