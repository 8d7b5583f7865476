"""Pictures of one colour each with words for it, indexed, and an embedder that counts what it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emoretrieve.embedding import EmbedderSettings, TextVectors
from emoretrieve.evaluation.coherence.coherence import Judge
from emoretrieve.item import Captions, Item, Location, hash_file
from emoretrieve.media import MediaFile
from emoretrieve.store import Store
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.store.samples import SIGNATURE, item

COLOURS = ("red", "green", "blue", "white", "black", "yellow")
_PLACES = ("", " above left", " above right", " below left", " below right")


def draw(colour: str, folder: Path) -> Path:
    """A picture whose quarters are shades of a colour."""
    square = np.asarray(Image.new("RGB", (64, 64), colour), np.float32).copy()
    for place, (row, column) in enumerate([(0, 0), (0, 32), (32, 0), (32, 32)]):
        square[row : row + 32, column : column + 32] = square[row, column] * (0.7 + 0.1 * place) + 10 * place
    path = folder / f"{colour}.png"
    Image.fromarray(np.clip(square, 0, 255).astype(np.uint8)).save(path)
    return path


def words_for(colour: str) -> Captions:
    whole, *fragments = (f"{colour} fire{place}" for place in _PLACES)
    return Captions(whole, (fragments[0], fragments[1], fragments[2], fragments[3]))


def indexed(path: Path, captions: Captions) -> Item:
    state = path.stat()
    location = Location(str(path), state.st_size, state.st_mtime_ns)
    return replace(item(path.stem), sha256=hash_file(path), captions=captions, locations=(location,))


def collection(folder: Path, colours: Sequence[str] = COLOURS, shift: int = 0) -> Store:
    """One item a colour, with the words for the colour that comes `shift` places later."""
    store = LocalStore.in_memory(SIGNATURE)
    shifted = [*colours[shift:], *colours[:shift]]
    store.upsert([indexed(draw(one, folder), words_for(other)) for one, other in zip(colours, shifted, strict=True)])
    return store


@dataclass
class CountingEmbedder:
    """Made-up vectors that follow from the name of a file and from the words of a text."""

    modality: str = "image"
    dimension: int = 16
    likeness: float = 1.0
    """How much a file has of the vector of the text that is its name."""
    limit: int = 3
    signature: Mapping[str, str] = field(default_factory=lambda: {"embedder": "counting"})
    asked: list[str] = field(default_factory=list)

    def embed(self, media: MediaFile) -> list[float]:
        vector: list[float] = self.embed_parts(media)[0].tolist()
        return vector

    def embed_parts(self, media: MediaFile) -> NDArray[np.float32]:
        self.asked.append(media.path.name)
        own = np.stack([_drawn(f"{media.path.stem} {place}", self.dimension) for place in range(5)])
        said = np.stack([_drawn(text, self.dimension) for text in words_for(media.path.stem).parts])
        return _units(own + self.likeness * said)

    def embed_texts(self, texts: Sequence[str]) -> TextVectors:
        self.asked += texts
        rows = np.stack([_drawn(text, self.dimension) for text in texts])
        return TextVectors(_units(rows), np.array([len(text.split()) for text in texts]), self.limit)


def judge(embedder: object) -> Judge:
    return Judge(EmbedderSettings("counting"), embedder)  # type: ignore[arg-type]  # its modality is a plain text


def _drawn(text: str, dimension: int) -> NDArray[np.float32]:
    return np.random.default_rng(list(text.encode())).normal(size=dimension).astype(np.float32)


def _units(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    units: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units
