"""Markdown: tables, paragraphs and lists."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH = 140


@dataclass(slots=True)
class Table:
    """Rows of cells under a head."""

    head: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        if len(cells) != len(self.head):
            raise ValueError(f"a row of {len(cells)} cells under a head of {len(self.head)}")
        self.rows.append(cells)

    def text(self) -> str:
        lines = [self.head, ["---"] * len(self.head), *self.rows]
        return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def paragraph(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)


def sentence_list(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {sentence}." for sentence in sentences)
