"""What is said of a piece: the facts of its file, and how it is performed here."""

from __future__ import annotations

from collections.abc import Mapping

SAID = ("title", "composer", "form", "origin", "key", "metre", "tempo", "forces")
_FORMS = {"key": "in {}", "metre": "{} time", "composer": "by {}", "forces": "for {}"}


def words(facts: Mapping[str, str]) -> str:
    """One line; nothing in it comes from the notes but the notated key and metre."""
    return ". ".join(_FORMS.get(name, "{}").format(facts[name].strip(" .")) for name in SAID if facts.get(name)) + "."


def stated(facts: Mapping[str, str]) -> int:
    """How many facts the words have."""
    return sum(1 for name in SAID if facts.get(name))
