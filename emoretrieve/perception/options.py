"""Reading options: texts by name, as they come from the command line or a file, to checked values."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from emoretrieve.errors import PerceptionError

_SECRETS = {"key", "api_key", "apikey", "password", "passwd", "token", "api_token", "secret", "authorization"}
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_USER_IN_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^/]*@", re.IGNORECASE)


def check_options(options: Mapping[str, str], known: Collection[str]) -> None:
    """Refuse what no part of a perception reads, and whatever would keep a key or a password with the collection.

    Raises PerceptionError of kind `bad_option`.
    """
    for name, value in options.items():
        _refuse_secret(name, value)
        if name not in known:
            raise PerceptionError(_unknown_sentence(name, known), kind="bad_option")


def did_you_mean(name: str, known: Collection[str]) -> str:
    """ ", did you mean 'x'" for a sentence about an unknown name, or nothing where no known one is near."""
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    return f", did you mean '{near[0]}'?" if near else "."


def _unknown_sentence(name: str, known: Collection[str]) -> str:
    if not known:
        return f"There is no option '{name}': this perception has none; choose another one, or a --mapper."
    return f"There is no option '{name}'{did_you_mean(name, known)} docs/perceptions.md lists those that there are."


def _refuse_secret(name: str, value: str) -> None:
    """The value is never part of the sentence."""
    last = name.rpartition(".")[2].lower().replace("-", "_")
    if last in _SECRETS:
        raise PerceptionError(
            f"'{name}' cannot be an option, because options are kept with the collection: put the key into the "
            "environment variable EMORETRIEVE_API_KEY (EMORETRIEVE_AUDIO_API_KEY and so on for one role), or into one "
            "of your own that the option key_env names.",
            kind="bad_option",
        )
    if last == "key_env" and not _VARIABLE.fullmatch(value.strip()):
        raise PerceptionError(
            f"The option '{name}' takes the name of an environment variable, not the key itself.", kind="bad_option"
        )
    if _USER_IN_URL.match(value.strip()):
        raise PerceptionError(
            f"The address in the option '{name}' holds a user or password, which would be kept with the collection: "
            "leave it out and put the key into the environment variable EMORETRIEVE_API_KEY.",
            kind="bad_option",
        )


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

    def formed(self, name: str, form: re.Pattern[str], default: str, wanted: str) -> str:
        """A text of some form, which `wanted` says in words."""
        value = self.text(name) or default
        if not form.fullmatch(value):
            raise self._bad(name, value, wanted)
        return value

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self.text(name, str(default))
        if not (_INTEGER.fullmatch(value) and low <= int(value) <= high):
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
