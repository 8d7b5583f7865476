"""The page of an answer on the hypersphere: what was multiplied on top, a card for every result below."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from emoretrieve.sphere_search.answer import SphereAnswer, SphereResult
from emoretrieve.sphere_search.query import Part
from emoretrieve_cli.gallery.exhibit import Exhibit, Scale, item_name
from emoretrieve_cli.gallery.media import Embedder, Picture, Sound
from emoretrieve_cli.gallery.page import environment, write_page
from emoretrieve_cli.terminal.sphere import (
    chance_sentence,
    nothing_found,
    part_name,
    ranking_sentence,
    share_text,
    sureness,
)


@dataclass(frozen=True, slots=True)
class PartCard:
    """One part of the query."""

    kind: str
    name: str
    sureness: str
    picture: Picture | None
    sound: Sound | None

    @classmethod
    def of(cls, part: Part, embedder: Embedder) -> Self:
        path = next((Path(path) for path in part.paths if Path(path).is_file()), None)
        return cls(
            kind=part.modality,
            name=item_name(part.item) if part.item else part_name(part),
            sureness=sureness(part.point.kappa, part.point.dimension),
            picture=embedder.picture(path) if path and part.modality == "image" else None,
            sound=embedder.sound(path) if path and part.modality == "audio" else None,
        )


@dataclass(frozen=True, slots=True)
class SphereCard:
    """One result."""

    rank: int
    exhibit: Exhibit
    score: str
    z: str | None
    p: str | None
    cosine: str
    sureness: str
    score_percent: float

    @classmethod
    def of(cls, result: SphereResult, answer: SphereAnswer, scale: Scale, embedder: Embedder) -> Self:
        return cls(
            rank=result.rank,
            exhibit=Exhibit.of_item(result.item, embedder),
            score=f"{result.score:.4f}",
            z=None if result.z is None else f"{result.z:+.2f}",
            p=None if result.p_best is None else share_text(result.p_best, answer.random_queries),
            cosine=f"{result.cosine:.4f}",
            sureness=sureness(result.kappa, answer.query.point.dimension),
            score_percent=scale.percent(result.score),
        )


def write_sphere_gallery(answer: SphereAnswer, file: Path) -> None:
    """Write the page, as `write_page` does."""
    write_page(render_sphere(answer), file)


def render_sphere(answer: SphereAnswer) -> str:
    """The page as HTML."""
    embedder, mean = Embedder(), answer.background.chance.mean
    scores = [result.score for result in answer.results]
    scale = Scale.over(scores if mean is None else [mean, *scores])
    query = answer.query
    return (
        environment()
        .get_template("sphere.html")
        .render(
            answer=answer,
            parts=[PartCard.of(part, embedder) for part in query.parts],
            together=sureness(query.point.kappa, query.point.dimension),
            cards=[SphereCard.of(result, answer, scale, embedder) for result in answer.results],
            chance=None if mean is None else f"{mean:.4f}",
            chance_percent=None if mean is None else scale.percent(mean),
            sentences=[ranking_sentence(answer), chance_sentence(answer)],
            nothing=nothing_found(answer),
        )
    )
