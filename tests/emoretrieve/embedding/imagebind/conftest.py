"""The real ImageBind class, small and with random weights, saved as files."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile

from emoretrieve.media import MediaFile
from emoretrieve.media.identify import identify
from random_imagebind import write_random_imagebind
from tests.emoretrieve.embedding.imagebind.examples import picture, sound


@pytest.fixture(scope="session")
def random_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of weights."""
    needs_model_code()
    return write_random_imagebind(tmp_path_factory.mktemp("imagebind"))


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MediaFile]:
    """Two songs and two pictures."""
    folder = tmp_path_factory.mktemp("media")
    soundfile.write(folder / "long.wav", sound("long"), 16_000)
    soundfile.write(folder / "short.flac", np.stack([sound("short")] * 2, axis=1), 16_000)
    picture(640, 427).save(folder / "wide.png")
    picture(50, 71).save(folder / "small.jpg")
    found = {path.name: identify(path) for path in sorted(folder.iterdir())}
    return {name: media for name, media in found.items() if media}


def needs_model_code() -> None:
    """Skip where there is no model code: it comes with INSTALL=full."""
    for module in ("torch", "einops", "ftfy", "regex", "iopath", "imagebind"):
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed: INSTALL=full ./scripts/install brings ImageBind's model code")
