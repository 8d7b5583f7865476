"""How much memory models need and how much there is.

What a model needs is counted from its files before it is loaded: the bytes of its weights and a fifth more for what it
computes with. That fifth is a rule of thumb, not a measurement: a batch that needs more is halved when memory runs out.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path

from emoretrieve.perception.qwen.hub import downloaded_folder
from emoretrieve.perception.qwen.settings import ModelSettings

_BESIDES_WEIGHTS = 1.2
_BYTES_BY_DTYPE = {"float32": 4.0, "bfloat16": 2.0, "float16": 2.0}
_BYTES_BY_QUANTISATION = {"8bit": 1.1, "4bit": 0.65}
"""Of a parameter, embeddings and scales included; approximately."""
_STORED_BYTES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "BF16": 2, "F16": 2, "I16": 2}
"""Of the other types a number takes one byte."""
_SIZE_IN_NAME = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)b(?![a-z0-9])", re.IGNORECASE)


def fit_together(wanted: Collection[ModelSettings], loaded: Collection[ModelSettings] = ()) -> bool:
    """Whether the wanted models have room at the same time, if those loaded now may stay or go.

    A model of unknown size fits alone, as far as can be said, and never beside others on its device.
    """
    from emoretrieve.perception.qwen.loading import placed_on

    for device in {placed_on(settings) for settings in wanted}:
        here = [settings for settings in wanted if placed_on(settings) == device]
        sizes = [_needed_bytes(settings) for settings in here]
        known = [size for size in sizes if size is not None]
        if len(known) < len(sizes) and len(sizes) > 1:
            return False
        held = [settings for settings in loaded if placed_on(settings) == device]
        if sum(known) > _room(here[0], device, held):
            return False
    return True


def lack(settings: ModelSettings) -> str:
    """The end of a sentence about a model that does not even fit alone."""
    from emoretrieve.perception.qwen.loading import placed_on

    needed, room = _needed_bytes(settings) or 0.0, _room(settings, placed_on(settings), ())
    return f"needs about {needed / 1e9:.3g} GB of memory and may take {room / 1e9:.3g} GB"


def _room(settings: ModelSettings, device: str, held: Collection[ModelSettings]) -> float:
    """Bytes that our models may take on a device: what the user says, or what is free and what they hold."""
    if settings.memory_gb:
        return settings.memory_gb * 1e9
    return free_bytes(device) + sum(weight_bytes(one) or 0 for one in held)


def _needed_bytes(settings: ModelSettings) -> float | None:
    weights = weight_bytes(settings)
    return None if weights is None else weights * _BESIDES_WEIGHTS


@lru_cache(maxsize=64)
def weight_bytes(settings: ModelSettings) -> int | None:
    """The memory that the weights take: counted in the files, else from the size that the name tells; None if neither.

    A name such as Qwen3-4B tells 4 billion parameters, of two bytes each where the precision is as saved.
    """
    folder = settings.folder or downloaded_folder(settings)
    if folder is not None and (files := sorted(folder.glob("*.safetensors"))):
        tensors = [tensor for file in files for tensor in _tensors(file)]
        thinking = [tensor for tensor in tensors if tensor[0].startswith("thinker.")]
        return round(sum(count * _bytes_each(settings, stored) for _, count, stored in thinking or tensors))
    named = _SIZE_IN_NAME.findall(settings.name)
    return round(float(named[0]) * 1e9 * _bytes_each(settings, 2)) if named else None


def _bytes_each(settings: ModelSettings, stored: int) -> float:
    if settings.quantisation != "none":
        return _BYTES_BY_QUANTISATION[settings.quantisation]
    return _BYTES_BY_DTYPE.get(settings.dtype, float(stored))


def _tensors(file: Path) -> Iterator[tuple[str, int, int]]:
    """Name, number of parameters and bytes of each, from the header of a safetensors file; nothing if it is damaged."""
    try:
        with file.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            header = json.loads(stream.read(min(length, 100_000_000)))
        for name, tensor in header.items():
            if name != "__metadata__":
                yield name, math.prod(tensor["shape"]), _STORED_BYTES.get(tensor["dtype"], 1)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return  # loading it will say so


def free_bytes(device: str) -> int:
    """Memory that is free on a device; `cuda` stands for all GPUs together, what is no GPU for the machine."""
    import torch

    if device.startswith("cuda") and torch.cuda.is_available():
        index, count = torch.device(device).index, torch.cuda.device_count()
        if index is None or index < count:  # loading on another one says that there is none
            return sum(torch.cuda.mem_get_info(number)[0] for number in (range(count) if index is None else [index]))
    return _free_in_machine()


def _free_in_machine() -> int:
    """What programs can still get of the machine's memory; all of it where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
