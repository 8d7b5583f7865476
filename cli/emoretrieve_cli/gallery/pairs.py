"""The page of a pairing: what it is worth on top, a card for every pair below."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from emoretrieve.pairing.pairing import Pair, Pairing
from emoretrieve.pairing.price import Price
from emoretrieve_cli.gallery.exhibit import Exhibit, Scale
from emoretrieve_cli.gallery.media import Embedder
from emoretrieve_cli.gallery.page import environment, write_page
from emoretrieve_cli.terminal.pairs import counted, unpaired


@dataclass(frozen=True, slots=True)
class PairCard:
    """One pair."""

    rank: int
    song: Exhibit
    picture: Exhibit
    score: str
    score_percent: float
    below: str | None
    """The share of all possible pairs that score less, where that is known."""

    @classmethod
    def of(cls, pair: Pair, scale: Scale, embedder: Embedder, below: str | None = None) -> Self:
        song, picture = sorted((pair.source, pair.target), key=lambda item: item.modality)
        return cls(
            pair.rank,
            Exhibit.of_item(song, embedder),
            Exhibit.of_item(picture, embedder),
            f"{pair.score:.4f}",
            scale.percent(pair.score),
            below,
        )


def write_pairs_page(pairing: Pairing, file: Path, limit: int) -> None:
    """Write the page with the `limit` best pairs, as `write_page` does."""
    write_page(render_pairs(pairing, limit), file)


def render_pairs(pairing: Pairing, limit: int) -> str:
    """The page as HTML."""
    shown, chance = pairing.pairs[:limit], pairing.random.mean
    scale, embedder = Scale.over([chance, *(pair.score for pair in shown)]), Embedder()
    options = pairing.options
    template = environment().get_template("pairs.html")
    return template.render(
        pairing=pairing,
        sides=f"{counted(pairing.sources, options.source)} and {counted(pairing.targets, options.target)}",
        unpaired=unpaired(pairing),
        chance=f"{chance:.4f}",
        chance_percent=scale.percent(chance),
        deviation=f"{pairing.random.deviation:.4f}",
        prices=[_price_row(price) for price in (pairing.price, *pairing.others)],
        cards=[PairCard.of(pair, scale, embedder) for pair in shown],
    )


def _price_row(price: Price) -> tuple[str, ...]:
    z = "–" if price.z is None else f"{price.z:+.1f}"
    scores = (f"{score:.4f}" for score in (price.mean, price.lowest, price.highest))
    return (price.method, *scores, f"{price.targets:,}", f"{price.own_best:,}", z, f"{price.p:.4f}")
