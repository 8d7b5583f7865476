"""Items as lines of text."""

from __future__ import annotations

from pathlib import PurePath

from emoretrieve.emotion import PARTS, Spread
from emoretrieve.item import Item, Metadata
from emoretrieve_cli.terminal.swatch import faint, hex_code, in_colour, in_words, strong, swatches
from emoretrieve_cli.terminal.text import printable, shorten, shorten_path, terminal_width, wrap

NOUNS = {"audio": "song", "image": "picture"}


def headline(item: Item) -> str:
    """Title and artist, or the name of the file or of the item, or the id."""
    title, artist = _metadata_text(item.metadata, "title"), _metadata_text(item.metadata, "artist")
    name = title or (PurePath(item.paths[0]).name if item.paths else item.name or item.id)
    return printable(f"{name} · {artist}" if artist else name)


def file_line(item: Item, width: int) -> str:
    """The first path of the item, and how many more there are."""
    if not item.paths:
        return "(only its captions are here)" if item.name else "(no file)"
    more = f"  (+{len(item.paths) - 1} more)" if len(item.paths) > 1 else ""
    return shorten_path(printable(item.paths[0]), width - len(more)) + more


def brief(item: Item) -> list[str]:
    """Three lines: what it is, its colours and id, its file."""
    width = terminal_width()
    kind = NOUNS[item.modality]
    return [
        f"{strong(shorten(headline(item), width - len(kind) - 2))}  {faint(kind)}",
        *([f"  {swatches(item.profile)}  {faint(item.id)}"] if in_colour() else _plain_colours(item)),
        f"  {faint(file_line(item, width - 2))}",
    ]


def _plain_colours(item: Item) -> list[str]:
    return [f"  {swatches(item.profile)}", f"  {item.id}"]


def full(item: Item) -> list[str]:
    """Everything that is known of an item, the captions wrapped under their colours."""
    width = terminal_width()
    lines = [f"{strong(shorten(headline(item), width - 9))}  {faint(NOUNS[item.modality])}", f"  id        {item.id}"]
    lines += [f"  file      {printable(path)}" for path in item.paths]
    lines += [f"  name      {printable(item.name)}"] if item.name else []
    lines += _metadata_lines(item.metadata, width)
    if item.coverage < 1:
        lines.append(f"  described {item.coverage:.0%} of it")
    lines += [f"  colours   {swatches(item.profile)}", *_spread_lines(item.spread), ""]
    for part, colour, caption in zip(PARTS, item.profile.parts, item.captions.parts, strict=True):
        felt = "nothing felt" if colour.is_zero else in_words(colour)
        lines.append(f"  {strong(part.replace('_', ' '))}  {faint(f'{hex_code(colour)}  {felt}')}")
        lines += [f"    {line}" for line in wrap(printable(caption), width - 4)]
    return lines


def _spread_lines(spread: Spread | None) -> list[str]:
    """How far the samples of the colours lie apart: standard deviations, of 255."""
    if spread is None:
        return []
    levels = [level for part in spread for level in part]
    return [f"  spread    {sum(levels) / len(levels):.1f} between samples on average, {max(levels):.1f} at most"]


def _metadata_lines(metadata: Metadata, width: int) -> list[str]:
    rows = [(shorten(printable(key), 20), printable(str(value))) for key, value in sorted(metadata.items())]
    return [f"  {key:<9} {shorten(value, width - 3 - max(9, len(key)))}" for key, value in rows]


def _metadata_text(metadata: Metadata, key: str) -> str:
    return str(metadata.get(key, "")).strip()
