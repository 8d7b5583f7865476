"""What the installed distribution requires, and what of it is installed."""

from __future__ import annotations

from importlib import metadata


def requirements() -> dict[str, list[str]]:
    """The packages of the base install under "", those of each extra that people install under its name."""
    found: dict[str, list[str]] = {"": []}
    for requirement in metadata.requires("emoretrieve") or []:
        package, extra = _parse(requirement)
        if extra not in ("all", "dev"):
            found.setdefault(extra, []).append(package)
    return found


def missing(extra: str) -> list[str]:
    """Those packages of an extra that are not installed."""
    return [package for package in requirements().get(extra, []) if version(package) is None]


def install_line(extra: str) -> str:
    return f"pip install 'emoretrieve[{extra}]'"


def require(extra: str, what: str) -> None:
    """Raises MissingDependency where packages of an extra are not installed, which `what` (a plural) need."""
    from emoretrieve.errors import MissingDependency

    lacking = missing(extra)
    if lacking:
        raise MissingDependency(f"{what} need {', '.join(lacking)}; install with: {install_line(extra)}")


def version(package: str) -> str | None:
    """The installed version, None where there is none."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _parse(requirement: str) -> tuple[str, str]:
    """`torch>=2.6; extra == 'qwen'` is ("torch", "qwen")."""
    import re

    name = re.match(r"[\w.-]+", requirement)
    extra = re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", requirement)
    return name.group() if name else requirement, extra.group(1) if extra else ""
