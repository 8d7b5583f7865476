"""Which model a role uses and how it is loaded: the options of this backend, read and checked once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.known_models import DEFAULT_MODELS
from emoretrieve.perception.options import Options
from emoretrieve.perception.settings import Role

OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "model": "Name of the model on the hub, or a local folder that holds one.",
        "revision": "Branch, tag or commit of a model from the hub (main).",
        "device_map": "Where it runs: auto, cpu, cuda, cuda:1, ... (auto).",
        "dtype": "Precision of its numbers: auto (as it was saved), bfloat16, float16 or float32.",
        "quantisation": "Smaller weights through bitsandbytes: none, 4bit or 8bit (none).",
        "batch_size": "Requests that it answers together (8).",
        "attention": "Implementation of attention: eager, sdpa or flash_attention_2 (sdpa).",
        "memory_gb": "Gigabytes that all models together may take (0: what is free when a model is loaded).",
    }
)
"""The options of this backend and what they mean; those that both backends share are not among them."""

DTYPES = ("auto", "bfloat16", "float16", "float32")
QUANTISATIONS = ("none", "4bit", "8bit")
SPREADING = ("auto", "balanced", "balanced_low_0", "sequential")
"""Device maps that leave it to accelerate which of the devices to use."""
_DEVICE = re.compile(r"[a-z]+(:[0-9]+)?|balanced_low_0")
ATTENTIONS = ("eager", "sdpa", "flash_attention_2")
_SAMPLES, _SAMPLE_BYTES = 64, 4096
"""Of a file of weights."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """One model as it lies in memory. Roles whose settings are equal share it, whatever their batch sizes."""

    name: str
    """On the hub, or the absolute path of a folder."""
    revision: str = "main"
    device_map: str = "auto"
    dtype: str = "auto"
    quantisation: str = "none"
    attention: str = "sdpa"
    batch_size: int = field(default=8, compare=False)
    memory_gb: float = field(default=0.0, compare=False)
    """0 is what is free."""

    @property
    def folder(self) -> Path | None:
        """The local folder, None for a model from the hub."""
        path = Path(self.name)
        return path if path.is_absolute() else None

    @property
    def signature(self) -> dict[str, str]:
        """What an answer depends on. Device, batch size and attention change it by rounding alone.

        A folder stands there by its last name and a digest of what lies in it: it may be moved, but not be changed.
        Raises PerceptionError of kind `unknown_model` where the folder holds no model.
        """
        precision = {"dtype": self.dtype, "quantisation": self.quantisation}
        if self.folder is None:
            return {"model": self.name, "revision": self.revision, **precision}
        return {"model": f"{self.folder.name}@{folder_digest(self.folder)}", **precision}


def read_settings(role: Role, options: Options) -> ModelSettings:
    """Raises PerceptionError of kind `bad_option`."""
    return ModelSettings(
        name=_folder_or_name(options.text("model") or DEFAULT_MODELS[role]),
        revision=options.text("revision") or "main",
        device_map=options.formed("device_map", _DEVICE, "auto", "a device such as auto, cpu, cuda or cuda:1"),
        dtype=options.choice("dtype", DTYPES, "auto"),
        quantisation=options.choice("quantisation", QUANTISATIONS, "none"),
        attention=options.choice("attention", ATTENTIONS, "sdpa"),
        batch_size=options.integer("batch_size", 8, 1, 1024),
        memory_gb=options.number("memory_gb", 0.0, 0.0, 100_000.0),
    )


def folder_digest(folder: Path) -> str:
    """Eight hex digits: of the model's config, its tokenizer's files, and the names, sizes and samples of its weights.

    Samples, because a model that was trained further has weights of the same names and sizes, and all would take long.
    """
    config = folder / "config.json"
    if not config.is_file():
        raise PerceptionError(
            f"There is no model in the folder '{folder}': it has no config.json; check the path.", kind="unknown_model"
        )
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.suffix in (".json", ".jinja", ".txt") and file.name != "generation_config.json":
            digest.update(f"{file.name}\0".encode() + file.read_bytes())
        elif file.suffix in (".safetensors", ".bin"):
            digest.update(f"{file.name}\0{file.stat().st_size}\0".encode() + b"".join(_samples(file)))
    return digest.hexdigest()[:8]


def _samples(file: Path) -> Iterator[bytes]:
    """Pieces of a file from its beginning to its end, evenly spread."""
    last = max(0, file.stat().st_size - _SAMPLE_BYTES)
    with file.open("rb") as stream:
        for number in range(_SAMPLES):
            stream.seek(last * number // (_SAMPLES - 1))
            yield stream.read(_SAMPLE_BYTES)


def _folder_or_name(model: str) -> str:
    """A folder as an absolute path, so that it is the same model from everywhere; a name of the hub as it is."""
    path = Path(model).expanduser()
    is_path = path.is_absolute() or model.startswith(".") or path.is_dir()
    return str(path.resolve()) if is_path else model
