"""A secret, such as the key of a server: sent where it belongs, shown to nobody."""

from __future__ import annotations

_SHORTEST_HIDDEN = 6
"""Texts shorter than this are not searched for: they are in nearly every sentence, and are no secret."""


class Secret:
    """A text that stays in this process and appears in no other text; empty where there is none."""

    def __init__(self, value: str = "") -> None:
        self._value = value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)" if self._value else f"{type(self).__name__}()"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a key is not written anywhere")

    def reveal(self) -> str:
        """The text itself, for the one request that carries it."""
        return self._value

    def hide_in(self, text: str) -> str:
        """The text without the secret: servers may send back what they were sent."""
        return text.replace(self._value, "***") if len(self._value) >= _SHORTEST_HIDDEN else text


def is_sendable(value: str) -> bool:
    """Whether a key can stand in a header: libraries quote the header that they cannot send."""
    return value.isascii() and value.isprintable() and " " not in value
