"""What a report says in sentences: of the collection, its map, its directions, its pairs and chance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from emoretrieve.emotion import AXES
from emoretrieve.evaluation.evaluation import CrossNumbers
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.report.about import About
from emoretrieve.report.directions import Direction, Directions
from emoretrieve.report.emotion_map import EmotionMap
from emoretrieve.report.gathering import Report
from emoretrieve.store.dates import first_moment
from emoretrieve_cli.gallery.exhibit import item_name
from emoretrieve_cli.terminal.pairs import counted
from emoretrieve_cli.terminal.signature import signature_lines

NOUNS: dict[Modality, str] = {"audio": "songs", "image": "pictures"}
LETTERS = "abc"
"""Of the items with the largest share of each emotion, on the map and below it."""
_FACTS = ("dated", "only captions are here", "seen or heard in part", "nothing felt in some part")
_NAMED = 0.1
"""Share of a direction's squared loadings from which an emotion is named."""
_HEXAGONS = (
    "There are many items, so a hexagon stands for all that lie in it: the more, the larger; its colour is their mean."
)
_AGREED = 0.8
"""How far an emotion's five loadings agree in sign, 0..1, where the emotion grows or shrinks along the direction."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the report in words."""

    title: str
    paragraphs: tuple[str, ...]
    notes: tuple[str, ...] = ()


def sides(about: About) -> str:
    """`28 songs and 22 pictures`."""
    return listed(counted(kind.items, modality) for modality, kind in about.kinds.items() if kind.items)


def listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *others, last = [*words] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def facts(about: About) -> list[tuple[str, str]]:
    """What the collection is, as pairs of a word and its value."""
    found = [(NOUNS[modality], f"{kind.items:,}") for modality, kind in about.kinds.items()]
    found.append(("perception", "; ".join(signature_lines(about.signature))))
    made = first_moment(about.created)
    if made is not None:
        found.append(("collection made", day(made)))
    if about.files is not None:
        first, last = map(day, about.files)
        found.append(("files last changed", first if first == last else f"{first} to {last}"))
    return [*found, *sorted(_of_kinds(about), key=lambda fact: _FACTS.index(fact[0]))]


def _of_kinds(about: About) -> Iterator[tuple[str, str]]:
    """What is true of some songs or of some pictures only."""
    for modality, kind in about.kinds.items():
        of = f"of {kind.items:,} {NOUNS[modality]}"
        if kind.years is not None:
            first, last = kind.years
            yield "dated", f"{first} to {last} ({kind.dated:,} {of})"
        counts = zip(_FACTS[1:], (kind.without_file, kind.partly, kind.flagged), strict=True)
        yield from ((word, f"{count:,} {of}") for word, count in counts if count)


def day(moment: datetime) -> str:
    """`7 November 2026`."""
    return f"{moment.day} {moment:%B %Y}"


def map_passage(report: Report) -> Passage:
    """Of the emotion map."""
    many = any(one.marks.radius for one in report.maps)
    return Passage(
        "Between three emotions",
        (
            "Each mark is the colour of one item as a whole, at its place between excitement, calmness and sadness: "
            "the nearer to a corner, the larger the share of that emotion. In the middle all three weigh the same. "
            "How strong a feeling is does not change its place." + (f" {_HEXAGONS}" if many else ""),
            *map(map_words, report.maps),
        ),
        tuple(f"{NOUNS[one.modality]}, {note}" for one in report.maps for note in map_notes(one, report)),
    )


def map_words(found: EmotionMap) -> str:
    """What the map of one kind of item shows."""
    if found.shares is None:
        return f"{counted(found.items, found.modality)}, in none of which anything was felt: there is nothing to place."
    leading = listed(f"of {axis} in {count:,}" for axis, count in zip(AXES, found.leading, strict=True))
    shares = listed(f"{share:.0%} {axis}" for axis, share in zip(AXES, found.shares, strict=True))
    even = f"; in {found.even:,} there is no single largest" if found.even else ""
    unfelt = f" In {found.unfelt:,} nothing was felt, so that they have no place." if found.unfelt else ""
    noun = counted(found.items, found.modality)
    if found.items == 1:
        return f"{noun}: {shares}."
    return f"{noun}: {shares} on average. The largest share is that {leading}{even}.{unfelt}"


def map_notes(found: EmotionMap, report: Report) -> list[str]:
    """The items that the map names, by their letters."""
    return [
        f"{letter}, most {one.axis} ({one.share:.0%}): {_name(one.id, report)}"
        for letter, one in zip(LETTERS, found.extremes, strict=False)
    ]


def _name(id: str, report: Report) -> str:
    item = report.named.get(id)
    return id if item is None else item_name(item)


def directions_passage(report: Report) -> Passage:
    """Of the two directions."""
    title, found = "Where they differ most", report.directions
    if found is None:
        return Passage(title, ("Too few items, or items that are too much alike: no two directions set them apart.",))
    return Passage(
        title,
        (
            "Every item has fifteen numbers: three emotions of the whole and of four fragments. Of all directions "
            "through these fifteen, the two in which the items lie furthest apart are drawn here, from the mean of all "
            f"items, in steps of a colour channel (0 to 255). {_drawn(found)}",
            direction_words("first", found.first, ("to the right", "to the left")),
            direction_words("second", found.second, ("upwards", "downwards")),
        ),
    )


def _drawn(found: Directions) -> str:
    """What the marks are."""
    if any(marks.radius for marks in found.marks.values()):
        return _HEXAGONS
    return "Songs are round, pictures square."


def direction_words(name: str, direction: Direction, ways: tuple[str, str]) -> str:
    """What a direction holds and what it is made of; `ways` are those of larger and of smaller numbers."""
    more, less = poles(direction)
    towards = [f"{way} lies more {listed(axes)}" for way, axes in zip(ways, (more, less), strict=True) if axes]
    mixed = [axis for axis, weight in _weights(direction) if weight >= _NAMED and axis not in (*more, *less)]
    sentences = [
        f"The {name} direction holds {direction.share:.0%} of what sets the items apart; it would hold "
        f"{direction.chance:.0%} if the fifteen numbers had nothing to do with each other.",
        *([f"{listed(towards).capitalize()}."] if towards else []),
        *([f"{listed(mixed).capitalize()} goes up in some parts and down in others."] if mixed else []),
    ]
    return " ".join(sentences)


def poles(direction: Direction) -> tuple[list[str], list[str]]:
    """The emotions that grow along a direction, and those that shrink, in all five parts or nearly."""
    grow: tuple[list[str], list[str]] = ([], [])
    for (axis, weight), loadings in zip(_weights(direction), direction.loadings.T, strict=True):
        if weight >= _NAMED and abs(loadings.sum()) >= _AGREED * np.abs(loadings).sum():
            grow[0 if loadings.sum() > 0 else 1].append(axis)
    return grow


def axis_words(name: str, direction: Direction, arrows: tuple[str, str]) -> str:
    """What stands at the axis of a direction; `arrows` point to smaller and to larger numbers."""
    more, less = poles(direction)
    low = f"{arrows[0]} {listed(less)} · " if less else ""
    high = f" · {listed(more)} {arrows[1]}" if more else ""
    return f"{low}{name}, {direction.share:.0%}{high}"


def _weights(direction: Direction) -> list[tuple[str, float]]:
    weights = (direction.loadings**2).sum(axis=0).tolist()
    return list(zip(AXES, weights, strict=True))


def chance_passage(report: Report) -> Passage:
    """Of pairs, and of what chance would give."""
    title = "What chance would give"
    if report.not_evaluated is not None:
        return Passage(title, (report.not_evaluated,))
    cross = None if report.evaluation is None else report.evaluation.cross
    if cross is None:
        return Passage(title, ("Pairs are of a song and a picture, and need two of each: there are none here.",))
    return Passage(title, tuple(_chance_paragraphs(cross)), tuple(_row_notes(report, cross)))


def _chance_paragraphs(cross: CrossNumbers) -> Iterator[str]:
    plain, centred = cross.pairs[0], cross.pairs[1]
    price = plain.by("hungarian").price
    draws = len(plain.random.drawn)
    reaching = round(price.p * (draws + 1)) - 1
    yield (
        "Colours have no negative channels, so any two of them point roughly the same way: a random pair of a song and "
        f"a picture scores {plain.random.mean:.4f} here. That is where a score begins to say something, not at 0."
    )
    apart = "" if price.z is None else f", {price.z:.1f} standard deviations above random pairings"
    reached = "none" if reaching == 0 else f"{reaching:,}"
    yield (
        f"The pairs with the highest sum of scores have a mean of {price.mean:.4f}{apart}; of {draws:,} random "
        f"pairings {reached} reached it. Whoever looks for high scores finds them, on any colours: this tells ways of "
        "pairing apart, not whether the colours are right."
    )
    kept = next(one.price for one in centred.of_plain if one.price.method == "hungarian")
    yield (
        "The second picture scores the same pairs after what all songs have in common is taken from the songs, and "
        f"what all pictures have in common from the pictures. A random pair then has {centred.random.mean:.4f}, and "
        f"the pairs of the highest sum {kept.mean:.4f}."
    )


def _row_notes(report: Report, cross: CrossNumbers) -> Iterator[str]:
    used = cross.pairs[0].by("argmax").price.targets
    sampled = any(spread.sampled for spread in report.spreads)
    pairs = report.spreads[0].rows[0].pairs
    yield (
        f"all pairs: {pairs:,}{', those of some of the songs, as there are too many to count' if sampled else ''}; "
        "the dotted line is the mean of all there are"
    )
    yield "random 1:1: one pairing, drawn at random"
    yield "greedy: the best pair first, then the best of what is left; the study's published pairs were made so"
    yield "hungarian: the pairs with the highest sum of scores that there is"
    yield f"argmax: to each song its best picture, however often that one is taken ({used:,} different ones are)"


def pairs_passages(report: Report) -> tuple[Passage, Passage]:
    """Of the best and of the worst pairs."""
    shown, match = report.shown, report.options.evaluation.match.name
    how = f"Of the pairs with the highest sum of scores (match {match})"
    best = f"{how}, the {len(shown.best)} that score highest."
    worst = f"{how}, the {len(shown.worst)} that score lowest."
    return Passage("The best pairs", (best,)), Passage("The worst pairs", (worst,))


def below_text(share: float) -> str:
    """How many of all pairs score less; never rounded up, so that 100% is all."""
    return f"{math.floor(share * 1_000) / 10:.1f}%"


def modalities(found: Directions) -> Sequence[Sequence[Modality]]:
    """Which kinds of items are drawn together: all, or each by itself where hexagons would hide each other."""
    used = [one for one in MODALITIES if one in found.marks]
    hexagons = any(marks.radius is not None for marks in found.marks.values())
    return [[one] for one in used] if hexagons else [used]
