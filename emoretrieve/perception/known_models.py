"""Language models that the perceptions `qwen` and `endpoint` are meant for; any other name or local folder does, too.

Parameters (rounded) and licences are those that the cards of the models state; read the card before you use one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from emoretrieve.perception.settings import Role


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One model on the hub of Hugging Face."""

    name: str
    roles: tuple[Role, ...]
    billions: float
    """Parameters, those included that a role does not use, such as the voice of an omni model."""
    licence: str
    default: bool = False
    """Used for its role unless another one is named."""

    @property
    def weights_gb(self) -> float:
        """Download, and memory of the weights, in bfloat16: 2 bytes a parameter. What it works on comes on top."""
        return round(2 * self.billions, 1)

    @property
    def downloaded(self) -> bool:
        """Whether the cache of the hub holds it; looks at files only."""
        return any(any(folder.glob("*.safetensors")) for folder in self._snapshots() if folder.is_dir())

    def _snapshots(self) -> Iterator[Path]:
        folder = hub_cache() / f"models--{self.name.replace('/', '--')}" / "snapshots"
        return (config.parent for config in folder.glob("*/config.json"))


KNOWN_MODELS = (
    KnownModel("Qwen/Qwen2-Audio-7B-Instruct", ("audio",), 8.4, "Apache-2.0", default=True),
    KnownModel("Qwen/Qwen2.5-VL-7B-Instruct", ("image",), 8.3, "Apache-2.0", default=True),
    KnownModel("Qwen/Qwen3-4B", ("colour",), 4.0, "Apache-2.0", default=True),
    KnownModel("Qwen/Qwen3-VL-4B-Instruct", ("image",), 4.4, "Apache-2.0"),
    KnownModel("Qwen/Qwen3-VL-8B-Instruct", ("image",), 8.8, "Apache-2.0"),
    KnownModel("Qwen/Qwen2.5-VL-3B-Instruct", ("image",), 3.8, "Qwen Research (not for commercial use)"),
    KnownModel("Qwen/Qwen2.5-Omni-7B", ("audio", "image"), 10.7, "Apache-2.0"),
    KnownModel("Qwen/Qwen3-Omni-30B-A3B-Instruct", ("audio", "image"), 35.3, "Apache-2.0"),
)

DEFAULT_MODELS: Mapping[Role, str] = MappingProxyType(
    {role: model.name for model in KNOWN_MODELS if model.default for role in model.roles}
)
"""What each role uses unless another model is named."""


def hub_cache() -> Path:
    """Where the libraries of Hugging Face keep what they download."""
    given = os.environ.get("HF_HUB_CACHE")
    if given:
        return Path(given).expanduser()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    return Path(os.environ.get("HF_HOME") or cache / "huggingface").expanduser() / "hub"
