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

    def over(self, _remembered: PerceptionSettings | None) -> PerceptionSettings:
        """These, whatever a collection remembers: nothing is left open here, other than in a `PerceptionChoice`."""
        return self


@dataclass(frozen=True, slots=True)
class PerceptionChoice:
    """What somebody asks of a perception; what is left open is as the collection remembers it, or as it is built in."""

    name: str | None = None
    use_descriptions: bool | None = None
    mapper: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    background: PerceptionChoice | None = None
    """A choice that stands behind this one, such as a configuration file for all commands.

    It counts only where it does not speak of another perception than the one in use.
    """

    def over(self, remembered: PerceptionSettings | None) -> PerceptionSettings:
        """The settings of a collection that remembers these, or of a new one (None).

        Another name begins anew: what is remembered of one perception says nothing about another.
        """
        below = self._background_over(remembered)
        if below is None or self.name not in (None, below.name):
            below = PerceptionSettings() if self.name is None else PerceptionSettings(self.name)
        kept = self._kept_options(below)
        use_descriptions = below.use_descriptions if self.use_descriptions is None else self.use_descriptions
        return PerceptionSettings(below.name, use_descriptions, self.mapper or below.mapper, {**kept, **self.options})

    def _kept_options(self, below: PerceptionSettings) -> Mapping[str, str]:
        """Those of the mapper go when another one is named, and those for all roles that nobody reads any more."""
        if self.mapper is None or not below.options:
            return below.options
        from emoretrieve.perception.registry import default_mapper, option_names

        if self.mapper == (below.mapper or default_mapper(below.name)):
            return below.options
        read = option_names(PerceptionSettings(below.name, mapper=self.mapper))
        return {key: value for key, value in below.options.items() if key in read and not key.startswith("colour.")}

    def _background_over(self, remembered: PerceptionSettings | None) -> PerceptionSettings | None:
        if self.background is None:
            return remembered
        in_use = self.name or (remembered.name if remembered else self.background.name)
        return self.background.over(remembered) if self.background.name in (None, in_use) else remembered
