"""A model of transformers in a folder: its settings, the digest of its weights, what it runs on, how it is loaded."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

from emoretrieve.embedding import RANDOM_WEIGHTS
from emoretrieve.embedding.weights import damaged, downloaded
from emoretrieve.errors import PerceptionError

_SETTINGS = ("*.json", "*.txt", "*.model")
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
"""The second counts only where there is none of the first."""

Loaded = TypeVar("Loaded")


class ModelFolder:
    """Settings and weights of one model, as `save_pretrained` writes them."""

    def __init__(self, path: Path, device: str | None = None) -> None:
        self.path = path
        self._device = device

    @classmethod
    def find(cls, place: str, name: str, device: str | None = None) -> Self:
        """The folder at a path, or a repository of the hub (`owner/name`), which is downloaded once.

        `name` is that of the model, for people. Raises PerceptionError (`unknown_model`) where there is none.
        """
        folder = Path(place).expanduser()
        if folder.is_file():
            raise PerceptionError(
                f"'{place}' is a file; name the folder of {name}, which has its settings beside the weights.",
                kind="unknown_model",
            )
        return cls(folder if folder.is_dir() else _downloaded(place), device)

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """`config.json`; PerceptionError (`unknown_model`, `damaged_model`) where there is none that can be read."""
        file = self.path / "config.json"
        if not file.is_file():
            raise PerceptionError(
                f"There is no config.json in '{self.path}'; name a folder that save_pretrained wrote.",
                kind="unknown_model",
            )
        try:
            settings = json.loads(file.read_bytes())
        except (OSError, ValueError) as error:
            raise damaged(file, error) from error
        return settings if isinstance(settings, dict) else {}

    @cached_property
    def digest(self) -> str:
        """SHA-256 over those of all files of weights, in the order of their names; PerceptionError without any."""
        files = next((found for pattern in _WEIGHTS if (found := sorted(self.path.glob(pattern)))), [])
        if not files:
            raise PerceptionError(
                f"There are no weights ({' or '.join(_WEIGHTS)}) in '{self.path}'.", kind="unknown_model"
            )
        return _digest(files)

    @cached_property
    def inputs_digest(self) -> str:
        """The same over the files that say how inputs are made: all settings but those of the model itself."""
        own = {"config.json", "model.safetensors.index.json", "pytorch_model.bin.index.json"}
        return _digest(sorted(one for kind in _SETTINGS for one in self.path.glob(kind) if one.name not in own))

    def signature(self, embedder: str, preprocessing: str) -> dict[str, str]:
        """Of the embedder of this name, whose preprocessing has this version."""
        caution = {"caution": RANDOM_WEIGHTS} if self.settings.get("weights") == "random" else {}
        return {"embedder": embedder, "weights": f"sha256 {self.digest}", "preprocessing": preprocessing, **caution}

    @cached_property
    def device(self) -> str:
        """What it runs on, such as `cpu`."""
        import torch

        return self._device or ("cuda" if torch.cuda.is_available() else "cpu")

    def load(self, loader: Callable[[Path], Loaded]) -> Loaded:
        """What a `from_pretrained` makes of the folder; PerceptionError (`damaged_model`) where it fails."""
        try:
            with _silent_transformers():
                return loader(self.path)
        except Exception as error:  # readers of damaged files raise nearly anything
            raise damaged(self.path, error) from error

    def failed(self, name: str, error: Exception) -> PerceptionError:
        """The error where the model failed at its work."""
        advice = "see whether the files of its folder belong together" if self.device == "cpu" else "try --device cpu"
        return PerceptionError(
            f"{name} failed on {self.device} ({' '.join(str(error).split())[:200]}); {advice}.",
            kind="model_failed",
        )


def _digest(files: Iterable[Path]) -> str:
    together = hashlib.sha256()
    for file in files:
        try:
            with file.open("rb") as opened:
                together.update(hashlib.file_digest(opened, "sha256").digest())
        except OSError as error:
            raise damaged(file, error) from error
    return together.hexdigest()


@contextmanager
def _silent_transformers() -> Iterator[None]:
    """What transformers prints while it loads is no part of our output."""
    from transformers.utils import logging

    logging.disable_progress_bar()
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.set_verbosity(verbosity)


def _downloaded(place: str) -> Path:
    """Weights that can run code when they are read are downloaded only where there are no others."""
    folder = downloaded(place, [*_SETTINGS, _WEIGHTS[0]])
    return folder if any(folder.glob(_WEIGHTS[0])) else downloaded(place, [*_SETTINGS, _WEIGHTS[1]])
