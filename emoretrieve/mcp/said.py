"""Answers as a language model reads them: short lines in which no score stands without its chance level."""

from __future__ import annotations

from emoretrieve.wire import Answer, Facets, Item, Opened, Result

_CAPTION_LETTERS = 300


def answer_text(answer: Answer) -> str:
    """One line about the search, then two lines a result."""
    query = answer.query
    head = f"{len(answer.results)} of {query.searched} items searched (to: {query.to}, match: {query.match})."
    if query.rescoring is not None and query.rescoring.caution:
        head += f" Caution: {query.rescoring.caution}."
    more = [f"next_cursor: {answer.next_cursor}"] if answer.next_cursor else []
    return "\n".join([head, *(_result_text(result) for result in answer.results), *more])


def explanation_text(answer: Answer) -> str:
    """How one score came about, part by part and axis by axis."""
    result = answer.results[0]
    lines = [f"Rank {result.rank} of {answer.query.searched} items searched.", _result_text(result)]
    if result.explanation is not None:
        lines += [
            f"{part.part}: cosine {part.cosine:.4f} x weight {part.weight:g} = {part.contribution:.4f} "
            f"(chance {_number(part.chance)})"
            for part in result.explanation.parts
        ]
        lines += [f"{axis.axis} contributes {axis.contribution:.4f}" for axis in result.explanation.axes]
        lines.append(f"words of the query: {', '.join(result.explanation.query_words) or 'none'}")
    return "\n".join(lines)


def item_text(item: Item) -> str:
    """What an item is, how it is described and which colours it has."""
    whole, *fragments = item.profile.whole, *item.profile.fragments
    lines = [
        f"{item.modality} {item.id}: {_name(item)}",
        f"colours (excitement, calmness, sadness; 0 to 255): whole {list(whole)}, "
        f"fragments {', '.join(str(list(fragment)) for fragment in fragments)}",
        f"caption: {_shortened(item.captions.whole)}",
    ]
    return "\n".join(lines)


def facets_text(facets: Facets) -> str:
    """A line a value."""
    lines = [f"{facet.value}: {facet.count}" for facet in facets.values]
    left = [f"... and {facets.left_out} more values"] if facets.left_out else []
    return "\n".join([f"Values of {facets.key}, with how many items have each:", *lines, *left])


def status_text(status: Opened) -> str:
    signature = ", ".join(f"{key} {value}" for key, value in status.signature.items())
    return f"{status.name}: {status.items.audio} songs, {status.items.image} pictures; described by {signature}."


def _result_text(result: Result) -> str:
    again = result.rescored
    blend = "" if again is None else f", blended {again.blended:.4f}"
    why = "nothing in common" if result.why.axis is None else f"most alike in {result.why.axis} ({result.why.fragment})"
    words = f": {', '.join(result.why.words)}" if result.why.words else ""
    return (
        f"{result.rank}. {result.modality} {result.id}: {_name(result)}\n"
        f"   score {result.score:.4f}, chance {_number(result.chance)}, z {_number(result.z, '+.2f')}, "
        f"p {_number(result.p_best)}{blend}; {why}{words}"
    )


def _name(item: Item) -> str:
    title, artist = (item.metadata.get(key) for key in ("title", "artist"))
    if title:
        return f"{title} by {artist}" if artist else str(title)
    return item.name or (item.paths[0].rpartition("/")[2] if item.paths else "without a name")


def _number(value: float | None, form: str = ".4f") -> str:
    return "unknown" if value is None else format(value, form)


def _shortened(text: str) -> str:
    return text if len(text) <= _CAPTION_LETTERS else f"{text[: _CAPTION_LETTERS - 1].rstrip()}…"
