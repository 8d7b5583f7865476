"""Configuration files: what to ask of a perception, as TOML.

perception = "endpoint"
mapper = "endpoint"                       # may be left out, like all that follows
use_descriptions = false

[options]
url = "http://127.0.0.1:8000/v1"          # for every role

[options.colour]
url = "http://127.0.0.1:8001/v1"          # for one
samples = 3
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from emoretrieve.errors import SourceError
from emoretrieve.perception.options import did_you_mean
from emoretrieve.perception.settings import PerceptionChoice

_KEYS = ("perception", "mapper", "use_descriptions", "options")
_FILES = ("prompts", "model")
"""Options whose values may be paths."""


def load_config(file: Path) -> PerceptionChoice:
    """Read a configuration file; raises SourceError of kind `bad_config` with what is wrong with it."""
    table = _read(file)
    for key in table:
        if key not in _KEYS:
            raise _bad(file, f"has no place for '{key}'{did_you_mean(key, _KEYS)}")
    if "perception" not in table:
        raise _bad(file, 'does not say which perception it is for: perception = "NAME"')
    descriptions = table.get("use_descriptions")
    if not isinstance(descriptions, bool | None):
        raise _bad(file, "has a use_descriptions that is neither true nor false")
    options = table.get("options", {})
    if not isinstance(options, dict):
        raise _bad(file, "has options that are no table: [options]")
    return PerceptionChoice(
        _name(file, table, "perception"),
        descriptions,
        _name(file, table, "mapper"),
        anchored(dict(_flat(file, options)), file.parent),
    )


def anchored(options: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The options, with names of files and folders that are there made absolute: they are remembered."""
    return {name: _anchored(name, value, folder) for name, value in options.items()}


def _anchored(name: str, value: str, folder: Path) -> str:
    if name.rpartition(".")[2] not in _FILES or not value.strip():
        return value
    path = folder / Path(value.strip()).expanduser()
    return str(path.absolute()) if path.exists() else value


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise _bad(file, "is not there") from None
    except OSError as error:
        raise _bad(file, f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _bad(file, f"is no TOML: {error}") from error


def _name(file: Path, table: Mapping[str, object], key: str) -> str | None:
    name = table.get(key)
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise _bad(file, f"has a {key} that is no name")
    return name.strip() if isinstance(name, str) else None


def _flat(file: Path, table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """`colour.samples` for what stands in [options.colour]."""
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flat(file, value, f"{name}.")
        elif isinstance(value, bool):
            yield name, str(value).lower()
        elif isinstance(value, str | int | float):
            yield name, str(value)
        else:
            raise _bad(file, f"has an option '{name}' that is neither text, number, true nor false")


def _bad(file: Path, what: str) -> SourceError:
    ending = "" if what.endswith((".", "?")) else "."
    return SourceError(f"The configuration file '{file}' {what}{ending}", kind="bad_config")
