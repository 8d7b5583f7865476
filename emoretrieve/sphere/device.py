"""What a model runs on."""

from __future__ import annotations

import torch

from emoretrieve.errors import TrainingError


def usable_device(name: str) -> torch.device:
    """The device of this name; TrainingError (`bad_device`) where nothing can be computed on it."""
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
        raise TrainingError(
            f"The device '{name}' cannot be used ({reason}); name one that there is, such as cpu.", kind="bad_device"
        ) from error
    return device
