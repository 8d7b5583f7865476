"""`emoretrieve models`: what can describe and colour, with licences, sizes and what is missing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from emoretrieve_cli.options import Common, HolderCommand

if TYPE_CHECKING:
    from emoretrieve.perception.known_models import KnownModel
    from emoretrieve_cli.parts import Part

_HEADINGS = {
    "captioner": "Captioners (--perception)",
    "mapper": "Emotion mappers (--mapper)",
    "embedder": "Embedders (index --embed)",
}
_INDENT = 15
"""Columns before what is said of a part or model."""
_DOES = {"audio": "listens", "image": "looks", "colour": "colours"}


@click.command("models", cls=HolderCommand)
@click.pass_obj
def command(common: Common) -> None:
    """Show what can describe and colour, and what it needs.

    Captioners, emotion mappers and embedders, built in or brought by plug-ins, and language models known by name, with
    licence, size and what is missing. Looks at this machine only, not at the network.
    """
    from emoretrieve.perception.known_models import KNOWN_MODELS
    from emoretrieve_cli.parts import parts

    found = list(parts())
    if common.as_json:
        from emoretrieve_cli.output import print_json

        print_json({"parts": [asdict(part) for part in found], "models": [_json(model) for model in KNOWN_MODELS]})
        return
    _print_parts(found)
    _print_models(KNOWN_MODELS)


def _json(model: KnownModel) -> dict[str, object]:
    return {
        "name": model.name,
        "roles": list(model.roles),
        "default": model.default,
        "billions": model.billions,
        "weights_gb": model.weights_gb,
        "licence": model.licence,
        "downloaded": model.downloaded,
    }


def _print_parts(found: list[Part]) -> None:
    from emoretrieve_cli.terminal.swatch import strong

    for kind, heading in _HEADINGS.items():
        of_kind = [part for part in found if part.kind == kind]
        if of_kind:
            click.echo(strong(heading))
        for part in of_kind:
            _print_part(part)


def _print_part(part: Part) -> None:
    from emoretrieve_cli.terminal.swatch import faint
    from emoretrieve_cli.terminal.text import hanging, printable, shorten

    state = "ready" if part.ready else "MISSING" if part.source == "built in" else "BROKEN"
    name = shorten(printable(part.name), 40)
    first, *rest = hanging(printable(part.summary), _INDENT, _INDENT)
    click.echo(f"  {name:<{_INDENT - 3}} {first.lstrip()}" if len(name) < _INDENT - 2 else f"  {name}\n{first}")
    facts = "; ".join(filter(None, [state, part.source, part.licence, part.detail]))
    click.echo("\n".join([*rest, *map(faint, hanging(printable(facts), _INDENT, _INDENT))]))


def _print_models(models: tuple[KnownModel, ...]) -> None:
    from emoretrieve_cli.terminal.swatch import faint, strong
    from emoretrieve_cli.terminal.text import hanging

    click.echo(strong("Language models for qwen and endpoint (--set ROLE.model=NAME)"))
    for model in models:
        click.echo(f"  {model.name}")
        does = " and ".join(_DOES[role] for role in model.roles)
        default = " by default" if model.default else ""
        size = f"{model.billions:g} billion parameters, {model.weights_gb:g} GB in bfloat16"
        state = "downloaded" if model.downloaded else "not downloaded"
        facts = f"{does}{default}; {size}; {model.licence}; {state}"
        click.echo("\n".join(map(faint, hanging(facts, _INDENT, _INDENT))))
    note = (
        "Weights in bfloat16 take 2 bytes a parameter, in 8 bits half of that, in 4 bits a quarter; what a model works "
        "on comes on top. Sizes and licences are those of the models' cards; any other model is named the same way."
    )
    click.echo("\n".join(hanging(note, 0, 0)))
