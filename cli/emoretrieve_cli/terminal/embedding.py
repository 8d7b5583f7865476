"""Points of the hypersphere in lines of text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from emoretrieve.errors import EmoretrieveError, MediaError
from emoretrieve.sphere.modality import Modality
from emoretrieve.sphere.normaliser import log_normaliser, resultant
from emoretrieve.sphere.point import SpherePoint
from emoretrieve_cli.terminal.text import printable

if TYPE_CHECKING:
    from emoretrieve.media import MediaFile
    from emoretrieve.sphere.model import SphereModel


@dataclass(frozen=True, slots=True)
class Embedded:
    """What a model made of inputs."""

    dimension: int
    points: Sequence[tuple[str, Modality, SpherePoint]]
    """The input, as it was given, what it is, and where it lies."""
    failed: Sequence[tuple[str, EmoretrieveError]]
    cautions: Sequence[str]
    """Of the model's card."""

    def to_json(self) -> dict[str, object]:
        return {
            "dimension": self.dimension,
            "points": [_point_json(*one) for one in self.points],
            "cautions": list(self.cautions),
            "failed": [{"input": name, "error": str(error), "kind": error.kind} for name, error in self.failed],
        }


def embed_inputs(model: SphereModel, files: Sequence[Path], texts: Sequence[str]) -> Embedded:
    """Files and then texts, each for itself; raises PerceptionError where the model does not know what a file is."""
    points: list[tuple[str, Modality, SpherePoint]] = []
    failed: list[tuple[str, EmoretrieveError]] = []
    for name, modality, given in _inputs(files, texts):
        [found] = model.embed_each(modality, [given]) if not isinstance(given, EmoretrieveError) else [given]
        if isinstance(found, SpherePoint):
            points.append((name, modality, found))
        else:
            failed.append((name, found))
    return Embedded(model.dimension, points, failed, model.card.warnings())


def embedded_lines(embedded: Embedded) -> list[str]:
    lines = [
        f"{modality:<5}  kappa {point.kappa:9.2f}  A {_resultant(point):.3f}  {printable(name)}"
        for name, modality, point in embedded.points
    ]
    lines += [f"Caution: {printable(one)}" for one in embedded.cautions]
    return [*lines, *(f"Left out: {printable(str(error))}" for _, error in embedded.failed)]


def _inputs(
    files: Sequence[Path], texts: Sequence[str]
) -> Iterator[tuple[str, Modality, MediaFile | str | EmoretrieveError]]:
    from emoretrieve.media.identify import identify

    for file in files:
        try:
            media = identify(file)
        except MediaError as error:
            yield str(file), "audio", error
            continue
        if media is None:
            yield (
                str(file),
                "audio",
                MediaError(f"The file '{file}' is neither a sound nor a picture.", kind="not_media"),
            )
        else:
            yield str(file), media.modality, media
    for text in texts:
        yield text, "text", text


def _point_json(name: str, modality: Modality, point: SpherePoint) -> dict[str, object]:
    return {
        "input": name,
        "modality": modality,
        "kappa": point.kappa,
        "A": _resultant(point),
        "log_C": float(log_normaliser(point.kappa, point.dimension)),
        "mu": point.mu.tolist(),
    }


def _resultant(point: SpherePoint) -> float:
    return float(resultant(point.kappa, point.dimension))
