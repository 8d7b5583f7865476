"""What a query on the hypersphere starts from: one or several points, multiplied."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from emoretrieve.item import Item, Modality
from emoretrieve.search.options import Source, Target
from emoretrieve.sphere.point import SpherePoint, product
from emoretrieve.sphere_search.options import SphereOptions
from emoretrieve.store import Where


@dataclass(frozen=True, slots=True)
class Part:
    """One song, picture or text of a query."""

    modality: Source
    """`audio`, `image` or `text`."""
    point: SpherePoint
    item: Item | None = None
    """Where it is one of the collection: it is no result."""
    path: Path | None = None
    """Where it is a file that the collection does not hold."""
    text: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        return (str(self.path),) if self.path else self.item.paths if self.item else ()


@dataclass(frozen=True, slots=True)
class SphereQuery:
    """All parts together; raises QueryError (`opposite_queries`) where they cancel out."""

    parts: tuple[Part, ...]
    point: SpherePoint = field(init=False)
    """The product of the parts: exact, and surer than any of them where they agree."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "point", product([part.point for part in self.parts]))

    @property
    def left_out(self) -> tuple[str, ...]:
        """Ids that are no result of this query."""
        return tuple(dict.fromkeys(part.item.id for part in self.parts if part.item))

    def target(self, options: SphereOptions) -> Target:
        """What is looked for."""
        if options.to is not None:
            return options.to
        asked = {part.modality for part in self.parts}
        if asked >= {"audio", "image"}:
            return "any"
        return "audio" if "image" in asked else "image"

    def searched(self, options: SphereOptions) -> Where:
        """The items that can be results."""
        target = self.target(options)
        modality: Modality | None = None if target == "any" else target
        return Where(modality, options.where)
