"""Reading one table of a file of prompts; whatever is wrong with it is refused with the table's and the key's name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from emoretrieve.errors import PerceptionError

BUILT_IN = Path(__file__).with_name("prompts.toml")
BLANK = re.compile(r"\{([a-z][a-z_0-9]*)\}")
"""What is filled in, such as `{position}`; other braces are ordinary characters."""


@dataclass(frozen=True, slots=True)
class PromptTable:
    """A table of a file, and which of its keys were read."""

    file: str
    name: str
    """`audio.whole`, say; empty for the file as a whole."""
    values: dict[str, object]
    _read: set[str] = field(default_factory=set, init=False)

    def table(self, key: str) -> PromptTable:
        """A table inside this one."""
        value = self._value(key)
        if not isinstance(value, dict):
            raise self._bad(key, "is not a table")
        return PromptTable(self.file, self._full(key), value)

    def text(self, key: str, blanks: tuple[str, ...] = (), *, may_be_empty: bool = False) -> str:
        """A text without space around it, which holds each of these blanks and no other."""
        value = self._value(key)
        if not isinstance(value, str):
            raise self._bad(key, f"is {_kind_of(value)} instead of a text")
        found = BLANK.findall(value)
        for blank in blanks:
            if blank not in found:
                raise self._bad(key, f"lacks {{{blank}}}")
        for blank in found:
            if blank not in blanks:
                raise self._bad(key, f"holds {{{blank}}}, which is not filled in there")
        if not value.strip() and not may_be_empty:
            raise self._bad(key, "is empty")
        return value.strip()

    def holds(self, key: str, blanks: tuple[str, ...]) -> bool:
        """True where the text of this key has all these blanks."""
        return set(blanks) <= set(BLANK.findall(str(self.values.get(key, ""))))

    def texts(self, key: str, count: int) -> tuple[str, ...]:
        """A list of so many texts."""
        value = self._value(key)
        if not isinstance(value, list) or len(value) != count or not all(_is_said(text) for text in value):
            raise self._bad(key, f"is not a list of {count} texts")
        return tuple(text.strip() for text in value)

    def choices(self, key: str) -> tuple[tuple[str, float], ...]:
        """Answers with numbers from 0 to 1, `[{ text = "Yes", value = 1.0 }, ...]`: at least two, all different."""
        value = self._value(key)
        rows = value if isinstance(value, list) else []
        choices = tuple(choice for row in rows if (choice := _choice(row)))
        if len(choices) != len(rows) or len({text for text, _ in choices}) < max(2, len(rows)):
            raise self._bad(
                key, 'is not a list of at least two different { text = "...", value = ... } with values from 0 to 1'
            )
        if len({number for _, number in choices}) < 2:
            raise self._bad(key, "gives all answers the same value")
        return choices

    def refuse_others(self) -> None:
        """Call it when everything was read: what is left over is a slip of the pen."""
        for key in self.values:
            if key not in self._read:
                raise self._bad(key, "is unknown")

    def _value(self, key: str) -> object:
        if key not in self.values:
            raise self._bad(key, "is missing")
        self._read.add(key)
        return self.values[key]

    def _full(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def _bad(self, key: str, reason: str) -> PerceptionError:
        place = f"the key '{key}' of the table [{self.name}]" if self.name else f"the key '{key}'"
        return bad_prompts(self.file, f"is no complete file of prompts: {place} {reason}")


def bad_prompts(file: str, reason: str) -> PerceptionError:
    """The error of a file that cannot be used."""
    return PerceptionError(
        f"The file of prompts '{file}' {reason}; compare it with the built-in one, '{BUILT_IN}'.", kind="bad_prompts"
    )


def _is_said(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _choice(row: object) -> tuple[str, float] | None:
    """An answer and its value; None where the row is anything else."""
    match row:
        case {"text": str(text), "value": int() | float() as value, **others} if not others:
            fits = text.strip() and not isinstance(value, bool) and 0 <= value <= 1
            return (text.strip(), float(value)) if fits else None
    return None


def _kind_of(value: object) -> str:
    kinds = {dict: "a table", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return kinds.get(type(value), "a date")
