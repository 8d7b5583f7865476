"""Reading options: texts by name, as they come from the command line or a file, to checked values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emoretrieve.errors import PerceptionError


@dataclass(frozen=True, slots=True)
class Options:
    """The options that hold for one role (`PerceptionSettings.of_role`), or for all."""

    given: Mapping[str, str]
    role: str = ""
    """For messages."""

    def text(self, name: str, default: str = "") -> str:
        """The option as it stands, without spaces around it."""
        return self.given.get(name, default).strip()

    def required(self, name: str, example: str) -> str:
        """An option that has no default."""
        value = self.text(name)
        if not value:
            raise PerceptionError(
                f"The option '{self._full(name)}' is missing; give it with --set {self._full(name)}={example} or in a "
                "file with --config.",
                kind="bad_option",
            )
        return value

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """One of a few words."""
        value = self.text(name, default)
        if value not in choices:
            raise self._bad(name, value, f"one of {', '.join(choices)}")
        return value

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self.text(name, str(default))
        if not (value.lstrip("-").isascii() and value.lstrip("-").isdigit() and low <= int(value) <= high):
            raise self._bad(name, value, f"a whole number from {low} to {high}")
        return int(value)

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number within bounds."""
        value = self.text(name, str(default))
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not low <= number <= high:
            raise self._bad(name, value, f"a number from {low:g} to {high:g}")
        return number

    def _full(self, name: str) -> str:
        return f"{self.role}.{name}" if self.role else name

    def _bad(self, name: str, value: str, wanted: str) -> PerceptionError:
        return PerceptionError(f"The option '{self._full(name)}' is '{value}', not {wanted}.", kind="bad_option")
