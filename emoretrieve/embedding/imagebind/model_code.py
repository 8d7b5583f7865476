"""The model code of ImageBind, from whichever install is there: the official repository's or one of the packages.

`import imagebind` runs the package's data loaders, which want torchaudio, torchvision and pytorchvideo in releases that
cannot be had together any more. The modules of the model need none of them, so they are imported by themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from emoretrieve.errors import MissingDependency

INSTALL = "pip install 'emoretrieve[imagebind]' && pip install --no-deps imagebind-unofficial"
_MODEL = "imagebind.models.imagebind_model"
_NEEDED = ("torch", "einops", "ftfy", "iopath", "regex", "imagebind")


def require_model_code() -> None:
    """Raise MissingDependency where something is not installed; nothing is imported for that, which takes seconds."""
    lacking = [package for package in _NEEDED if find_spec(package) is None]
    if lacking:
        raise MissingDependency(f"ImageBind needs {', '.join(lacking)}; install it with: {INSTALL}.")


def model_module() -> Any:
    """The module with `ImageBindModel`; raises MissingDependency where no install has one."""
    if _MODEL in sys.modules:
        return sys.modules[_MODEL]
    with _package_without_loaders(), _stand_in_for_timm():
        try:
            return import_module(_MODEL)
        except ImportError as error:
            raise MissingDependency(
                f"The model code of ImageBind needs {error.name or error}; install it with: {INSTALL}."
            ) from error


def vocabulary_file() -> Path | None:
    """The word pieces of the text encoder, which come with the code; None where the install left them out."""
    package = model_module().__file__
    file = Path(package).parents[1] / "bpe" / "bpe_simple_vocab_16e6.txt.gz"
    return file if file.is_file() else None


@contextmanager
def _package_without_loaders() -> Iterator[None]:
    """Let `imagebind` stand for its folder alone, unless somebody has imported it as it is."""
    if "imagebind" in sys.modules:
        yield
        return
    spec = find_spec("imagebind")
    if spec is None or not spec.submodule_search_locations:
        raise MissingDependency(f"The model code of ImageBind is not installed: {INSTALL}.")
    package = ModuleType("imagebind")
    package.__spec__, package.__path__ = spec, list(spec.submodule_search_locations)
    sys.modules["imagebind"] = package
    try:
        yield
    finally:
        if _MODEL not in sys.modules:
            del sys.modules["imagebind"]


@contextmanager
def _stand_in_for_timm() -> Iterator[None]:
    """What the model code takes from timm, without timm, which loads torchvision.

    That is the drawing of initial values and `DropPath`, which does nothing outside of training.
    """
    if "timm.layers" in sys.modules:
        yield
        return
    from torch import nn

    timm, layers = ModuleType("timm"), ModuleType("timm.layers")
    layers.DropPath = nn.Identity  # type: ignore[attr-defined]
    layers.trunc_normal_ = nn.init.trunc_normal_  # type: ignore[attr-defined]
    before = {name: sys.modules.get(name) for name in ("timm", "timm.layers", "timm.models.layers")}
    sys.modules.update({"timm": timm, "timm.layers": layers, "timm.models.layers": layers})
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
