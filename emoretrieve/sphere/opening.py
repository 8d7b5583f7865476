"""The way in for whatever may run without torch."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from emoretrieve.errors import MissingDependency

if TYPE_CHECKING:
    from emoretrieve.sphere.model import SphereModel


def open_model(folder: Path, device: str | None = None) -> SphereModel:
    """The model in a folder; raises what `SphereModel.load` raises, and MissingDependency without torch."""
    require_torch()
    from emoretrieve.sphere.model import SphereModel

    return SphereModel.load(folder, device=device)


def require_torch() -> None:
    """Raise MissingDependency where the extra `sphere` is not installed."""
    lacking = [name for name in ("torch", "safetensors") if find_spec(name) is None]
    if lacking:
        raise MissingDependency(f"The hypersphere needs {' and '.join(lacking)}: pip install 'emoretrieve[sphere]'.")
