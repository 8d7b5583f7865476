"""Emotion colours in a terminal."""

from __future__ import annotations

import os
import sys

import click

from emoretrieve.emotion import AXES, EmotionProfile, Rgb


def in_colour() -> bool:
    """Whether stdout shows colours: a terminal, unless `NO_COLOR` is set (no-color.org) or it is a dumb one."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def swatches(profile: EmotionProfile) -> str:
    """The whole and the four fragments side by side: blocks of true colour, or hex codes where there is no colour."""
    if not in_colour():
        whole, *fragments = map(hex_code, profile.parts)
        return f"{whole}  {' '.join(fragments)}"
    whole, *fragments = [_block(colour, 6 if place == 0 else 3) for place, colour in enumerate(profile.parts)]
    return f"{whole}  {' '.join(fragments)}"


def hex_code(colour: Rgb) -> str:
    """`#rrggbb`."""
    return f"#{colour.r:02x}{colour.g:02x}{colour.b:02x}"


def in_words(colour: Rgb) -> str:
    """`excitement 31, calmness 210, sadness 94`."""
    return ", ".join(f"{axis} {level}" for axis, level in zip(AXES, colour, strict=True))


def strong(text: str) -> str:
    """Text that stands out, where stdout shows it."""
    return click.style(text, bold=True) if in_colour() else text


def faint(text: str) -> str:
    """Text that steps back, where stdout shows it."""
    return click.style(text, dim=True) if in_colour() else text


def _block(colour: Rgb, columns: int) -> str:
    """Dots instead of black where nothing was felt."""
    if colour.is_zero:
        return faint("·" * columns)
    return click.style(" " * columns, bg=(colour.r, colour.g, colour.b))
