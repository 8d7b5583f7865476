"""Files of weights: found, told apart by their digest, read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from emoretrieve.errors import MissingDependency, PerceptionError

CONFIG = "config.json"
"""Beside the weights: the arguments of the model, where they are not those of the published one."""
_NAMES = ("model.safetensors", "imagebind_huge.pth", "pytorch_model.bin", "model.pth")
_SIDE_FILES = [CONFIG, *_NAMES]


@dataclass(frozen=True, slots=True)
class Weights:
    """One file of weights, with what its folder says of it."""

    file: Path
    digest: str
    """SHA-256 of the file, in hex."""
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def random(self) -> bool:
        """Whether whoever wrote them says that nothing was ever learnt."""
        return self.config.get("weights") == "random"

    @property
    def arguments(self) -> Mapping[str, Any]:
        """Arguments of the model; empty: those of the published one."""
        given = self.config.get("arguments", {})
        return given if isinstance(given, dict) else {}


def find_weights(place: str) -> Weights:
    """The weights at a path, in a folder, or in a repository of the hub (`owner/name`), which is downloaded.

    Raises PerceptionError of kind `unknown_model` where there are none, `damaged_model` where they cannot be read.
    """
    file = _file_in(Path(place).expanduser(), place)
    try:
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        beside = file.with_name(CONFIG)
        config = json.loads(beside.read_bytes()) if beside.is_file() else {}
    except (OSError, ValueError) as error:
        raise damaged(file, error) from error
    return Weights(file, digest, config if isinstance(config, dict) else {})


def read_state(weights: Weights) -> dict[str, Any]:
    """The tensors by name, mapped into memory rather than read; nothing of the file is executed."""
    import torch

    if weights.file.suffix != ".safetensors" and not is_zipfile(weights.file):
        raise damaged(weights.file, ValueError("it is no file as torch.save writes it"))
    try:
        if weights.file.suffix == ".safetensors":
            from safetensors.torch import load_file

            return dict(load_file(weights.file))
        state = torch.load(weights.file, map_location="cpu", weights_only=True, mmap=True)
    except Exception as error:  # readers of damaged archives raise nearly anything
        raise damaged(weights.file, error) from error
    if not isinstance(state, dict):
        raise damaged(weights.file, TypeError(f"it holds a {type(state).__name__}, no tensors by name"))
    return state


def damaged(file: Path, error: Exception) -> PerceptionError:
    """The error where a file of weights cannot be used."""
    reason = " ".join(str(error).split())[:300] or type(error).__name__
    return PerceptionError(
        f"The weights '{file}' cannot be loaded ({reason.rstrip('.')}); get a whole copy of them.", kind="damaged_model"
    )


def _file_in(path: Path, place: str) -> Path:
    if path.is_file():
        return path
    folder = path if path.is_dir() else downloaded(place, _SIDE_FILES)
    for name in _NAMES:
        if (folder / name).is_file():
            return folder / name
    raise PerceptionError(
        f"There are no weights in '{folder}'; one of {', '.join(_NAMES)} is looked for.", kind="unknown_model"
    )


def downloaded(place: str, patterns: Sequence[str]) -> Path:
    """The folder of a repository of the hub (`owner/name`), its files of these patterns downloaded once.

    Raises PerceptionError (`unknown_model`) where it cannot be had.
    """
    if place.count("/") != 1 or place.startswith((".", "/", "~")):
        raise PerceptionError(
            f"There are no weights at '{place}'; name a file, a folder, or a repository of the hub as owner/name.",
            kind="unknown_model",
        )
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise MissingDependency("Weights of the hub need huggingface_hub: pip install huggingface-hub.") from None
    try:
        return Path(snapshot_download(place, allow_patterns=list(patterns)))
    except Exception as error:  # no network, no such repository, no permission, a full disk
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)[:200].rstrip(".")
        raise PerceptionError(
            f"The weights '{place}' cannot be had from the hub ({reason}); check the name and the connection, or name "
            "a file or folder.",
            kind="unknown_model",
        ) from error
