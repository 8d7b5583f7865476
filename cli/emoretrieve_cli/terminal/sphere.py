"""The answer to a query on the hypersphere as lines of text."""

from __future__ import annotations

import math

from emoretrieve.sphere.sureness import in_words, mean_cosine
from emoretrieve.sphere_search.answer import SphereAnswer, SphereResult
from emoretrieve.sphere_search.query import Part
from emoretrieve_cli.terminal.answer import p_text
from emoretrieve_cli.terminal.item import NOUNS, file_line, headline
from emoretrieve_cli.terminal.swatch import faint, strong
from emoretrieve_cli.terminal.text import hanging, printable, shorten, terminal_width, wrap

DISTANCES = {
    "cos": "the cosine of the mean directions",
    "elk": "the logarithm of the expected likelihood, in nats",
    "expected_cos": "the expected cosine of a draw of each",
    "kl": "the negative of KL(query || item), in nats",
    "kl_xq": "the negative of KL(item || query), in nats",
    "ssw": "the negative of the spherical sliced Wasserstein distance",
}
_KINDS = {**NOUNS, "text": "words"}


def sphere_lines(answer: SphereAnswer) -> list[str]:
    """The whole answer."""
    width = terminal_width()
    lines = [line for part in answer.query.parts for line in _part_lines(part, width)]
    if len(answer.query.parts) > 1:
        kappa = answer.query.point.kappa
        lines.append(f"multiplied  {faint(sureness(kappa, answer.query.point.dimension))}")
    lines += ["", *(faint(line) for line in hanging(ranking_sentence(answer), 2, 2))]
    lines += [faint(line) for line in hanging(chance_sentence(answer), 2, 2)]
    if answer.caution:
        lines += [strong(line) for line in hanging(f"Caution: {printable(answer.caution)}.", 2, 2)]
    if not answer.results:
        return [*lines, "", *wrap(nothing_found(answer), width)]
    margin = len(str(answer.results[-1].rank)) + 2
    return [*lines, *(line for one in answer.results for line in ["", *_result_lines(one, answer, margin)])]


def part_name(part: Part) -> str:
    """The words in quotes, or what names the song or picture."""
    if part.text is not None:
        return f"“{printable(part.text)}”"
    return headline(part.item) if part.item else printable(part.path.name if part.path else "")


def sureness(kappa: float, dimension: int) -> str:
    """`kappa 143 (fairly sure: mean cosine of a draw 0.65)`."""
    length = mean_cosine(kappa, dimension)
    return f"kappa {kappa:.3g} ({in_words(kappa, dimension)}: mean cosine of a draw {length:.2f})"


def ranking_sentence(answer: SphereAnswer) -> str:
    """What the ranks come from, and whether they are certain."""
    searched, distance = answer.searched, answer.options.distance
    ranked = f"Ranked by {DISTANCES[distance]}."
    lacking = f" {searched.without:,} more have no point on the hypersphere." if searched.without else ""
    if distance == "ssw" and answer.agreement is not None:
        tau = answer.agreement.kendall_tau
        said = "unknown" if tau is None else f"{tau:+.2f}"
        return (
            f"{ranked} It ranks the best by elk again: Kendall's tau of both orders is {said}, and "
            f"{answer.agreement.shared} of the best {answer.agreement.top} are the same.{lacking}"
        )
    if not searched.shortlist:
        return f"{ranked}{lacking}"
    if searched.complete:
        certain = f"Exact: all {searched.shortlist:,} items were scored."
    elif searched.exact:
        certain = f"Exact: no item outside the shortlist of {searched.shortlist:,} can be better."
    else:
        certain = f"Not certain: items outside the shortlist of {searched.shortlist:,} may be better."
    return f"{ranked} {certain}{lacking}"


def chance_sentence(answer: SphereAnswer) -> str:
    """What the chance level is the mean of."""
    chance, count = answer.background.chance, answer.background.count
    if chance.mean is None or count is None:
        return "The chance level is unknown."
    spread = "" if chance.deviation is None else f", standard deviation {chance.deviation:.4g}"
    over = "all" if answer.background.whole else "a sample of"
    return f"Chance level {chance.mean:.4f}{spread}: the mean over {over} {count:,} items."


def scores_line(result: SphereResult, answer: SphereAnswer) -> str:
    """`score 3.1416  chance -1.2000  z +1.52  p 0.031`; a dash where a value is unknown."""
    mean = answer.background.chance.mean
    chance = "–" if mean is None else f"{mean:.4f}"
    z = "–" if result.z is None else f"{result.z:+.2f}"
    return f"score {result.score:.4f}  chance {chance}  z {z}  p {share_text(result.p_best, answer.random_queries)}"


def share_text(p: float | None, random_queries: int | None) -> str:
    """A share of so many random queries; less than one of them is no number."""
    if p == 0 and random_queries:
        return f"<{math.ceil(1000 / random_queries) / 1000:.3f}"
    return p_text(p)


def nothing_found(answer: SphereAnswer) -> str:
    """Why there is no result."""
    if answer.searched.items == 0:
        return (
            "There was nothing to search: no item of that kind that passes the filters has a point on the hypersphere."
        )
    return f"--offset leaves out all of the {answer.searched.shortlist:,} items that were found."


def _part_lines(part: Part, width: int) -> list[str]:
    kind = _KINDS[part.modality]
    name = strong(shorten(part_name(part), width - len(kind) - 2))
    return [f"{name}  {faint(kind)}", f"  {sureness(part.point.kappa, part.point.dimension)}"]


def _result_lines(result: SphereResult, answer: SphereAnswer, margin: int) -> list[str]:
    width = terminal_width() - margin
    kind = NOUNS[result.item.modality] if answer.to == "any" else ""
    name = strong(shorten(headline(result.item), width - len(kind) - 2))
    body = [
        f"{name}  {faint(kind)}" if kind else name,
        scores_line(result, answer),
        f"cosine {result.cosine:.4f}  {sureness(result.kappa, answer.query.point.dimension)}",
        faint(file_line(result.item, width)),
    ]
    label = f"{result.rank:>{margin - 2}}  "
    return [f"{label if number == 0 else ' ' * margin}{line}" for number, line in enumerate(body)]
