"""The answer to a query as lines of text: what was asked, then one block a result."""

from __future__ import annotations

from emoretrieve.search.answer import Answer, Result
from emoretrieve.search.explanation import Explanation
from emoretrieve.search.query import Query
from emoretrieve.search.rescoring import Reranking
from emoretrieve.search.why import Why
from emoretrieve_cli.terminal.item import NOUNS, file_line, headline
from emoretrieve_cli.terminal.swatch import faint, hex_code, in_colour, in_words, strong, swatches
from emoretrieve_cli.terminal.text import hanging, printable, shorten, terminal_width, wrap

_CAPTION_LINES = 8


def answer_lines(answer: Answer) -> list[str]:
    """The whole answer."""
    lines = _query_lines(answer.query) + (_reranking_lines(answer.reranking) if answer.reranking else [])
    if not answer.results:
        return [*lines, "", *wrap(nothing_found(answer), terminal_width())]
    margin = len(str(answer.results[-1].rank)) + 2
    for result in answer.results:
        again = rescored_lines(answer.reranking, result, terminal_width() - margin) if answer.reranking else []
        lines += ["", *_result_lines(result, margin, again, name_kind=answer.to == "any")]
    return lines


def query_name(query: Query) -> str:
    """The words in quotes, the code of the colour, or what names the item."""
    if query.modality == "colour":
        return hex_code(query.profile.whole)
    return headline(query.item) if query.item else f"“{printable(query.text or '')}”"


def why_sentence(why: Why) -> str:
    """`most alike in calmness (fragment 2): soft, slow, quiet`."""
    if why.axis is None or why.fragment is None:
        return "nothing in common"
    words = f": {', '.join(map(printable, why.words))}" if why.words else ""
    return f"most alike in {why.axis} ({why.fragment.replace('_', ' ')}){words}"


def scores_line(result: Result) -> str:
    """`score 0.9871  chance 0.9120  z +1.52  p 0.031`; a dash where a value is unknown."""
    chance = "–" if result.chance is None else f"{result.chance:.4f}"
    z = "–" if result.z is None else f"{result.z:+.2f}"
    return f"score {result.score:.4f}  chance {chance}  z {z}  p {p_text(result.p_best)}"


def rescored_lines(reranking: Reranking, result: Result, width: int) -> list[str]:
    """`imagebind 0.1077  chance 0.0366  z +1.19  blend 0.6354`; without a similarity it says what that means."""
    name, rescored = printable(reranking.rescoring.name), result.rescored
    if rescored is None or rescored.similarity is None:
        blend = "" if rescored is None else f"  blend {rescored.blended:.4f}"
        return wrap(f"{name} –{blend} (nothing to compare: ranked like an average one of the shortlist)", width)
    chance = "–" if rescored.chance is None else f"{rescored.chance:.4f}"
    z = "–" if rescored.z is None else f"{rescored.z:+.2f}"
    return [f"{name} {rescored.similarity:.4f}  chance {chance}  z {z}  blend {rescored.blended:.4f}"]


def reranking_sentence(reranking: Reranking) -> str:
    """What was scored again, and how the ranks came about."""
    alpha, count = reranking.rescoring.alpha, len(reranking.order)
    background = "unknown" if reranking.background is None else f"the mean of {reranking.background:,} items"
    return (
        f"Ranked by {1 - alpha:g} x score + {alpha:g} x {printable(reranking.rescoring.name)} among the {count:,} best "
        f"matches, {reranking.compared:,} of which can be compared so; its chance level is {background}."
    )


def _reranking_lines(reranking: Reranking) -> list[str]:
    width = terminal_width()
    lines = [faint(line) for line in hanging(reranking_sentence(reranking), 2, 2)]
    caution = f"Caution: {printable(reranking.caution)}." if reranking.caution else ""
    return ["", *lines, *(strong(f"  {line}") for line in wrap(caution, width - 2) if caution)]


def p_text(p: float | None) -> str:
    """A share of 1,000 random profiles; none of them is less than one in a thousand."""
    if p is None:
        return "–"
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _query_lines(query: Query) -> list[str]:
    width = terminal_width()
    kind = {**NOUNS, "text": "words", "colour": "colours"}[query.modality]
    lines = [
        f"{strong(shorten(query_name(query), width - len(kind) - 2))}  {faint(kind)}",
        f"  {swatches(query.profile)}",
        f"  {in_words(query.profile.whole)}",
    ]
    lines += [f"  liked: {printable(headline(item))}" for item in query.examples.liked]
    lines += [f"  disliked: {printable(headline(item))}" for item in query.examples.disliked]
    if query.item is None:
        return lines
    caption = wrap(printable(query.captions.whole), width - 2)
    if len(caption) > _CAPTION_LINES:
        caption = [*caption[: _CAPTION_LINES - 1], shorten(" ".join(caption[_CAPTION_LINES - 1 :]), width - 2)]
    return lines + [f"  {line}" for line in caption]


def nothing_found(answer: Answer) -> str:
    """Why there is no result."""
    if answer.searched == 0:
        return "There was nothing to search: no item of the collection is of that kind or passes the filters."
    options = answer.options
    if options.max_p is None and options.group_by is not None:
        return f"None of the {answer.searched} items searched has '{printable(options.group_by)}'."
    if options.max_p is None and options.offset:
        return f"--offset leaves out all of the {answer.searched} items searched."
    return f"None of the {answer.searched} items searched is near enough."


def _result_lines(result: Result, margin: int, again: list[str], *, name_kind: bool) -> list[str]:
    width = terminal_width() - margin
    kind = NOUNS[result.item.modality] if name_kind else ""
    name = strong(shorten(headline(result.item), width - len(kind) - 2))
    colours = swatches(result.item.profile)
    scores = [f"{colours}  {scores_line(result)}"] if in_colour() else [scores_line(result), colours]
    body = [
        f"{name}  {faint(kind)}".rstrip() if kind else name,
        *([faint(printable(result.group))] if result.group is not None else []),
        *scores,
        *again,
        *wrap(why_sentence(result.why), width),
        faint(file_line(result.item, width)),
        *(_explanation_lines(result.explanation) if result.explanation else []),
    ]
    label = f"{result.rank:>{margin - 2}}  "
    return [f"{label if number == 0 else ' ' * margin}{line}" for number, line in enumerate(body)]


def _explanation_lines(explanation: Explanation) -> list[str]:
    """A small table: what every part added to the score, then what every axis added."""
    lines = [f"  {'part':<12}{'cosine':>8}{'weight':>9}{'adds':>9}{'by chance':>11}"]
    for part in explanation.parts:
        chance = "–" if part.chance is None else f"{part.chance:.4f}"
        name = part.part.replace("_", " ")
        lines.append(f"  {name:<12}{part.cosine:>8.4f}{part.weight:>9.4f}{part.contribution:>9.4f}{chance:>11}")
    axes = (f"{axis.axis} {axis.contribution:.4f}" for axis in explanation.axes)
    lines.append(f"  of which {', '.join(axes)}")
    if explanation.query_words:
        lines.append(f"  the query says: {', '.join(map(printable, explanation.query_words))}")
    return lines
