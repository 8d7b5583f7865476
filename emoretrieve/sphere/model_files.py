"""The folder of a model: written file by file, each whole or not at all; read with every fault named.

The configuration is written last and holds the digest of the weights, so that a folder which a kill left with the
weights of one model and the configuration of another is found out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from emoretrieve.errors import MissingDependency, PerceptionError, SourceError
from emoretrieve.files import replacing
from emoretrieve.sphere.modality import Modality
from emoretrieve.sphere.model_card import ModelCard, parse_card
from emoretrieve.sphere.model_config import ModelConfig, parse_config
from emoretrieve.sphere.network import SphereNetwork

WEIGHTS, CONFIG, CARD = "model.safetensors", "config.json", "README.md"


def write_model(folder: Path, network: SphereNetwork, config: ModelConfig, card: ModelCard) -> None:
    """Write the three files; raises SourceError (`not_writable`)."""
    from safetensors import SafetensorError
    from safetensors.torch import save

    state = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    text = json.dumps({**config.to_json(), "weights": digest(network)}, indent=2, allow_nan=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in ((WEIGHTS, save(state)), (CARD, card.to_markdown().encode()), (CONFIG, text.encode())):
            with replacing(folder / name) as partial:
                partial.write_bytes(content)
    except (OSError, SafetensorError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SourceError(f"The model cannot be written to '{folder}': {reason}.", kind="not_writable") from error


def read_model(
    folder: Path, backbones: Mapping[Modality, torch.nn.Module]
) -> tuple[SphereNetwork, ModelConfig, ModelCard]:
    """The network on the processor, what it is, and its card; raises PerceptionError as `SphereModel.load` says."""
    values = _config_values(folder)
    try:
        config = parse_config(values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(folder / CONFIG, f"{type(error).__name__}: {error}") from error
    _check_backbones(folder, config, backbones)
    network = SphereNetwork(config.shape, backbones)
    _load(network, _weights(folder / WEIGHTS), folder)
    if digest(network) != values.get("weights"):
        raise _damaged(folder / WEIGHTS, "these are not the weights that config.json speaks of")
    card = folder / CARD
    return network, config, parse_card(card.read_text(encoding="utf-8", errors="replace") if card.is_file() else "")


def digest(network: SphereNetwork) -> str:
    """SHA-256 of all weights by name, in hex: the same on any device."""
    together = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        together.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        together.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return together.hexdigest()


def _config_values(folder: Path) -> Mapping[str, object]:
    file = folder / CONFIG
    if not file.is_file():
        raise PerceptionError(
            f"There is no model in '{folder}' (no {CONFIG}); name a folder that 'emoretrieve sphere train' wrote, and "
            "let a training that was interrupted go on with --resume.",
            kind="unknown_model",
        )
    try:
        values = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise _damaged(file, str(error)) from error
    if not isinstance(values, dict):
        raise _damaged(file, "it holds no JSON object")
    return values


def _weights(file: Path) -> dict[str, Tensor]:
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load
    except ImportError:
        raise MissingDependency("Models need safetensors: pip install 'emoretrieve[sphere]'.") from None
    try:
        weights: dict[str, Tensor] = load(file.read_bytes())
    except (OSError, SafetensorError, ValueError) as error:
        raise _damaged(file, str(error)) from error
    return weights


def _load(network: SphereNetwork, weights: Mapping[str, Tensor], folder: Path) -> None:
    wanted = network.state_dict()
    if set(wanted) != set(weights):
        odd = sorted(set(wanted) ^ set(weights))
        raise _damaged(folder / WEIGHTS, f"'{odd[0]}' is {'missing' if odd[0] in wanted else 'too many'}")
    for name, tensor in wanted.items():
        if tensor.shape != weights[name].shape:
            raise PerceptionError(
                f"The weights '{folder / WEIGHTS}' have other dimensions than {CONFIG} beside them says: '{name}' is "
                f"{tuple(weights[name].shape)} and not {tuple(tensor.shape)}; take both files from one model.",
                kind="other_dimension",
            )
        if not torch.isfinite(weights[name]).all():
            raise _damaged(folder / WEIGHTS, f"'{name}' holds NaN or infinite numbers")
    network.load_state_dict(weights)


def _check_backbones(folder: Path, config: ModelConfig, given: Mapping[Modality, torch.nn.Module]) -> None:
    if set(config.backbones) != set(given):
        wanted = " and ".join(sorted(config.backbones)) or "no modality"
        raise PerceptionError(
            f"The model in '{folder}' was trained end to end for {wanted}; give `load` a backbone for each of these.",
            kind="other_backbone",
        )


def _damaged(file: Path, reason: str) -> PerceptionError:
    reason = " ".join(reason.split())[:300].rstrip(".")
    return PerceptionError(
        f"The file '{file}' of a model cannot be used ({reason}); get a whole copy, or train again.",
        kind="damaged_model",
    )
