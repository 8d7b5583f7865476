"""Captioners, mappers and embedders of other packages, found through entry points.

A package names a function in one of the groups below; the function takes `PerceptionSettings` and returns a captioner,
mapper or embedder. A mapping `OPTIONS` in the module of the function, name to meaning, says which options it reads.
`docs/plugins.md` walks through a whole package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

from emoretrieve.errors import EmoretrieveError, PerceptionError
from emoretrieve.perception.settings import PerceptionSettings

Kind = Literal["captioner", "mapper", "embedder"]
KINDS: tuple[Kind, Kind, Kind] = ("captioner", "mapper", "embedder")

_METHODS: Mapping[Kind, tuple[str, ...]] = {
    "captioner": ("caption",),
    "mapper": ("colour", "colour_text"),
    "embedder": ("embed",),
}
"""What an object of each kind can do at least, unless it asks language models."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A captioner, mapper or embedder that a package brings."""

    kind: Kind
    name: str
    distribution: str
    """The package, as pip calls it."""
    version: str
    entry_point: EntryPoint

    @property
    def origin(self) -> str:
        """The package and its version: a part of the signature, so that what versions made never mixes."""
        return f"{self.distribution} {self.version}"

    def load(self) -> Callable[[PerceptionSettings], Any]:
        """The function that makes it; PerceptionError of kind `broken_plugin` where it cannot be imported."""
        try:
            function = self.entry_point.load()
        except (Exception, SystemExit) as error:
            raise self._broken(f"{type(error).__name__}: {error}") from error
        if not callable(function):
            raise self._broken(f"'{self.entry_point.value}' is no function")
        opener: Callable[[PerceptionSettings], Any] = function
        return opener

    def options(self) -> Mapping[str, str]:
        """The options that it reads, with their meanings."""
        import sys

        self.load()
        given = getattr(sys.modules[self.entry_point.module], "OPTIONS", {})
        if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
            raise self._broken("its OPTIONS are no mapping of names to meanings")
        return {name: str(meaning) for name, meaning in given.items()}

    def open(self, settings: PerceptionSettings) -> Any:
        """What its function makes, looked over: a plug-in is foreign code, which no type checker has seen with ours.

        Raises PerceptionError of kind `broken_plugin`, or the plug-in's own EmoretrieveError.
        """
        function = self.load()
        try:
            made = function(settings)
            fault = _fault(self.kind, made)
        except EmoretrieveError:
            raise
        except (Exception, SystemExit) as error:
            raise self._broken(f"{type(error).__name__}: {error}") from error
        if fault:
            raise self._broken(fault)
        return made

    def _broken(self, reason: str) -> PerceptionError:
        return PerceptionError(
            f"The {self.kind} '{self.name}' of the package {self.origin} cannot be used ({reason}); "
            "update the package or remove it.",
            kind="broken_plugin",
        )


def plugins(kind: Kind) -> list[Plugin]:
    """Those of one kind that are installed, by name; nothing of them is imported."""
    found = [_plugin(kind, entry_point) for entry_point in entry_points(group=f"emoretrieve.{kind}s")]
    return sorted(found, key=lambda plugin: (plugin.name, plugin.distribution))


def plugin_named(kind: Kind, name: str) -> Plugin | None:
    """The one of this name, None where there is none; PerceptionError where two packages bring one."""
    found = [plugin for plugin in plugins(kind) if plugin.name == name]
    if len(found) > 1:
        packages = " and ".join(plugin.origin for plugin in found)
        raise PerceptionError(
            f"Several packages bring a {kind} called '{name}': {packages}; remove one of them.", kind="broken_plugin"
        )
    return found[0] if found else None


def _plugin(kind: Kind, entry_point: EntryPoint) -> Plugin:
    package = entry_point.dist
    name, version = (package.name, package.version) if package else ("of unknown origin", "")
    return Plugin(kind, entry_point.name, name, version, entry_point)


def _fault(kind: Kind, made: Any) -> str:
    """What keeps an object from being of this kind; empty where nothing does."""
    if not _asks_models(kind, made):
        lacking = [name for name in _METHODS[kind] if not callable(getattr(made, name, None))]
        if lacking:
            return f"it returned a {type(made).__name__}, which is no {kind}: it has no method {' and '.join(lacking)}"
    signature = getattr(made, "signature", None)
    if not isinstance(signature, Mapping) or not all(
        isinstance(key, str) and isinstance(value, str) for key, value in signature.items()
    ):
        return "its signature is no mapping of texts to texts"
    return ""


def _asks_models(kind: Kind, made: Any) -> bool:
    from emoretrieve.perception import ModelCaptioner, ModelMapper

    if kind == "captioner":
        return isinstance(made, ModelCaptioner)
    return kind == "mapper" and isinstance(made, ModelMapper)
