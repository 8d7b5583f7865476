"""What ImageBind sees of a picture: the middle square of 224 pixels, scaled as CLIP has it.

As the original prepares it, but upright where the camera says so, and transparent pictures on white.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from emoretrieve.media.file import MediaFile
from emoretrieve.media.image import open_whole

if TYPE_CHECKING:
    from PIL import Image

_SIDE = 224
_MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
_DEVIATION = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)


def picture_input(media: MediaFile) -> NDArray[np.float32]:
    """The encoder's input (3, 224, 224); raises what `open_whole` raises."""
    pixels = np.asarray(middle_square(open_whole(media.path)), np.float32) / np.float32(255)
    return ((pixels - _MEAN) / _DEVIATION).transpose(2, 0, 1)


def middle_square(image: Image.Image) -> Image.Image:
    """The shorter side made 224 pixels (bicubic), then the middle cut out."""
    from PIL import Image

    shorter = min(image.size)
    width, height = (_SIDE if side == shorter else int(_SIDE * side / shorter) for side in image.size)
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.BICUBIC)
    left, top = round((width - _SIDE) / 2), round((height - _SIDE) / 2)
    return image.crop((left, top, left + _SIDE, top + _SIDE))
