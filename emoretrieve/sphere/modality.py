"""The three modalities that meet on the hypersphere."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

Modality: TypeAlias = Literal["audio", "image", "text"]
MODALITIES: tuple[Modality, ...] = get_args(Modality)
