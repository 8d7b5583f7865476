"""API keys: made at random, kept as hashes, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from emoretrieve.errors import RequestError

Role: TypeAlias = Literal["read", "write", "admin"]
"""Each may do what the one before it may: look and ask; add and remove; see numbers, jobs and problems of all."""
ROLES: tuple[Role, ...] = get_args(Role)

_PREFIX = "emo_"
_BYTES = 32
"""Of chance in a key: 256 bits cannot be guessed, so that one round of SHA-256 hides them well."""
_LINE = re.compile(r"(read|write|admin):([0-9a-f]{64})(?::([\w.-]{1,64}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key: not the key."""

    role: Role
    digest: str
    """SHA-256 of the key, in hex."""
    name: str
    """For the log."""

    def may(self, role: Role) -> bool:
        """Whether it may do what needs this role."""
        return ROLES.index(self.role) >= ROLES.index(role)


def make_key(role: Role, name: str = "") -> tuple[str, str]:
    """A new key, and the line that a server knows it by."""
    key = _PREFIX + secrets.token_urlsafe(_BYTES)
    return key, f"{role}:{_digest(key)}" + (f":{name}" if name else "")


class KeyRing:
    """The keys of a server."""

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._keys = tuple(keys)

    def __bool__(self) -> bool:
        return bool(self._keys)

    @classmethod
    def read(cls, file: Path | None, lines: str = "") -> KeyRing:
        """Those of a file, a line each, and those of `lines`, with commas between.

        Raises RequestError of kind `bad_setting`, which repeats nothing of what is there.
        """
        texts = [line.strip() for line in lines.split(",")]
        if file is not None:
            texts += [line.split("#")[0].strip() for line in _content(file).splitlines()]
        return cls(_key(number, text) for number, text in enumerate(filter(None, texts), start=1))

    def find(self, presented: str) -> Key | None:
        """The key that was presented, None where it is none of these. Takes the same time whichever it is."""
        digest = _digest(presented)
        found = None
        for key in self._keys:
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()


def _key(number: int, text: str) -> Key:
    match = _LINE.fullmatch(text)
    if match is None:
        raise RequestError(
            f"Key {number} is no line such as read:HASH or read:HASH:NAME; make one with "
            "'emoretrieve serve --make-key read'.",
            kind="bad_setting",
        )
    role = next(role for role in ROLES if role == match[1])
    return Key(role, match[2], match[3] or f"{role}-{number}")


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise RequestError(
            f"The keys cannot be read from '{file}': {reason}; name their file.", kind="bad_setting"
        ) from error
