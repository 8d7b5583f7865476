"""The key of a server: read from the environment, sent to the server, shown to nobody."""

from __future__ import annotations

import os

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.options import Options
from emoretrieve.perception.settings import Role
from emoretrieve.secret import Secret, is_sendable


class Key(Secret):
    """The key of a server; empty where the server wants none."""

    @property
    def headers(self) -> dict[str, str]:
        """What a request carries to be let in."""
        return {"Authorization": f"Bearer {self._value}"} if self._value else {}


def read_key(options: Options, role: Role) -> Key:
    """The key of a role: from the variable that `key_env` names, else EMORETRIEVE_<ROLE>_API_KEY, EMORETRIEVE_API_KEY.

    Raises PerceptionError of kind `bad_option` where the named variable is not set, or its content cannot be a key.
    """
    named = options.text("key_env")
    if named and not os.environ.get(named):
        raise PerceptionError(
            f"The environment variable {named}, which 'key_env' names, is not set; set it to the key of the server.",
            kind="bad_option",
        )
    usual = (f"EMORETRIEVE_{role.upper()}_API_KEY", "EMORETRIEVE_API_KEY")
    for variable in (named,) if named else usual:
        value = os.environ.get(variable, "").strip()
        if value:
            return _checked(value, variable)
    return Key("")


def _checked(value: str, variable: str) -> Key:
    if not is_sendable(value):
        raise PerceptionError(
            f"The key in the environment variable {variable} holds spaces or characters that no key has; "
            "copy it again.",
            kind="bad_option",
        )
    return Key(value)
