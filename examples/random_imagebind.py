"""Writes a small ImageBind with random weights: `python examples/random_imagebind.py FOLDER`.

The real model class, so that everything can be tried without the published weights (4.8 GB). It has learnt nothing,
says so in its `config.json`, and whatever it embeds is labelled with that.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from emoretrieve.embedding.imagebind.model_code import model_module

SMALL: Mapping[str, int | float] = {
    "out_embed_dim": 1024,
    "vision_embed_dim": 32,
    "vision_num_blocks": 2,
    "vision_num_heads": 4,
    "text_embed_dim": 16,
    "text_num_blocks": 1,
    "text_num_heads": 2,
    "audio_embed_dim": 32,
    "audio_num_blocks": 2,
    "audio_num_heads": 4,
    "depth_embed_dim": 16,
    "depth_num_blocks": 1,
    "depth_num_heads": 2,
    "thermal_embed_dim": 16,
    "thermal_num_blocks": 1,
    "thermal_num_heads": 2,
    "imu_embed_dim": 16,
    "imu_num_blocks": 1,
    "imu_num_heads": 2,
}
"""Vectors as long as those of the published model, from two thin layers."""


def write_random_imagebind(folder: Path, seed: int = 0) -> Path:
    """`config.json` and `model.pth` in a folder, which is returned."""
    import torch

    torch.manual_seed(seed)
    model = model_module().ImageBindModel(**SMALL)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), folder / "model.pth")
    (folder / "config.json").write_text(json.dumps({"weights": "random", "arguments": SMALL}, indent=2))
    return folder


if __name__ == "__main__":
    print(write_random_imagebind(Path(sys.argv[1])))
