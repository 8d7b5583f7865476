"""What makes a perception, as plain values that another process can open it from again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["audio", "image", "colour"]
"""What a language model does: listen, look, or name the colours of captions."""
ROLES: tuple[Role, Role, Role] = ("audio", "image", "colour")


@dataclass(frozen=True, slots=True)
class PerceptionSettings:
    """What makes a perception: enough to open the same one again in another process."""

    name: str = "lite"
    """Of the captioner; it brings its own mapper unless `mapper` names another one."""
    use_descriptions: bool = False
    """Let titles, artists and tags into the captions (part of the signature)."""
    mapper: str | None = None
    """Of the emotion mapper; None is the one that belongs to the captioner."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Options of models, prompts and servers by name, such as `colour.model`; never a key or password.

    `url` holds for every role, `audio.url` for one of them.
    """

    def of_role(self, role: Role) -> dict[str, str]:
        """The options that hold for one role, without its prefix: its own before those for all roles."""
        everyone = {key: value for key, value in self.options.items() if "." not in key}
        prefix = f"{role}."
        own = {key.removeprefix(prefix): value for key, value in self.options.items() if key.startswith(prefix)}
        return everyone | own
