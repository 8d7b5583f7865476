"""The card of a model: what it learnt from, how, and what it is worth, beside chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a person has to know of a model."""

    data: Sequence[str] = ()
    """Sentences: what it learnt from, how much of it, how it was split."""
    losses: Sequence[str] = ()
    """Sentences: what was minimised, by what, for how long."""
    metrics: Sequence[str] = ()
    """Lines of Markdown: tables with a row for chance."""
    cautions: Sequence[str] = ()
    """Sentences: what the numbers do not say, such as that this is a demonstration."""

    def warnings(self) -> list[str]:
        """The cautions as plain sentences, without the marks of a list."""
        return [line.strip().removeprefix("- ") for line in self.cautions if line.strip()]

    def to_markdown(self) -> str:
        """The whole card; what is not known is said to be."""
        sections = (
            ("Cautions", self.cautions),
            ("Data", self.data),
            ("Training", self.losses),
            ("Metrics", self.metrics),
        )
        return "\n".join([_HEAD, *(_section(title, lines) for title, lines in sections)])


def parse_card(text: str) -> ModelCard:
    """The card that `to_markdown` wrote; sections that people added are left out, missing ones are empty."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("## "):
            lines = sections.setdefault(line.removeprefix("## "), [])
        else:
            lines.append(line)
    data, training, metrics, cautions = (
        _trimmed(sections.get(title, [])) for title in ("Data", "Training", "Metrics", "Cautions")
    )
    return ModelCard(data, training, metrics, cautions)


def _trimmed(lines: Sequence[str]) -> tuple[str, ...]:
    body = "\n".join(lines).strip("\n")
    return () if body == _NOTHING else tuple(body.split("\n")) if body else ()


_NOTHING = "Nothing was said."
_HEAD = """\
---
library_name: emoretrieve
tags: [hypersphere, von-mises-fisher, music, image, text]
---

# A model of songs, pictures and words on one hypersphere

Every input becomes a von Mises-Fisher distribution (or a Gaussian, where the configuration says so): a direction and
how sure it is. Load it with `emoretrieve.sphere.model.SphereModel.load(folder)`.
"""


def _section(title: str, lines: Sequence[str]) -> str:
    body = "\n".join(lines) if lines else _NOTHING
    return f"## {title}\n\n{body}\n"
