"""What a run of the indexer did, as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emoretrieve_cli.terminal.text import hanging, printable

if TYPE_CHECKING:
    from emoretrieve_indexer import IndexReport
    from emoretrieve_indexer.costs import ModelCosts
    from emoretrieve_indexer.embedding import EmbedReport
    from emoretrieve_indexer.recolouring import RecolourReport
    from emoretrieve_indexer.report import Failure

_SHOWN = 300
"""Characters of a model's answer; `--json` has all of it."""


def report_lines(report: IndexReport, *, dry_run: bool = False) -> list[str]:
    """One line of counts, what models cost, then every failure with its reason and the model's answer."""
    would = "would be " if dry_run else ""
    counts = [
        f"{report.indexed} {would}indexed",
        f"{report.unchanged} unchanged",
        *([f"{report.removed} {would}removed"] if report.removed else []),
        *([f"{report.skipped} skipped"] if report.skipped else []),
        *([f"{len(report.failed)} failed"] if report.failed else []),
    ]
    lines = [f"{', '.join(counts)} in {report.seconds:.1f} s."]
    lines += [_costs_line(role, costs) for role, costs in report.costs.models.items()]
    return [*lines, *(line for failure in report.failed for line in _failure_lines(failure))]


def recolour_lines(report: RecolourReport) -> list[str]:
    """What was recoloured, what models cost, then every failure."""
    if report.failed and not report.recoloured:
        count = f"Nothing was changed: {len(report.failed)} items cannot be coloured; --into NAME writes the others"
    else:
        failed = f", {len(report.failed)} failed" if report.failed else ""
        count = f"{report.recoloured} items recoloured in '{printable(report.collection)}'{failed}"
    lines = [f"{count} ({report.seconds:.1f} s)."]
    lines += [_costs_line(role, costs) for role, costs in report.costs.models.items()]
    return [*lines, *(line for failure in report.failed for line in _failure_lines(failure))]


def embed_lines(report: EmbedReport) -> list[str]:
    """What was embedded, what must be said of it, then every failure."""
    counts = [
        f"{report.embedded} embedded as '{printable(report.name)}' ({report.dimension} numbers)",
        f"{report.unchanged} unchanged",
        *([f"{report.without_file} without a file"] if report.without_file else []),
        *([f"{len(report.failed)} failed"] if report.failed else []),
    ]
    lines = hanging(f"{', '.join(counts)} in {report.seconds:.1f} s.", 0, 0)
    lines += hanging(f"Caution: {printable(report.caution)}.", 0, 2) if report.caution else []
    return [*lines, *(line for failure in report.failed for line in _failure_lines(failure))]


def _failure_lines(failure: Failure) -> list[str]:
    lines = [f"  {printable(failure.path)}", *hanging(printable(failure.error), 4, 4)]
    if failure.answer is not None and " ".join(failure.answer.split()) not in failure.error:  # which quotes short ones
        lines += hanging(f"The model answered: {printable(_shortened(failure.answer))}", 4, 4)
    return lines


def _costs_line(role: str, costs: ModelCosts) -> str:
    """Such as `  audio   1.24k asked, 60 known; tokens: 1.9M in (62% cached), 410k out`."""
    total = costs.total
    cached = f" ({total.cached_tokens / total.prompt_tokens:.0%} cached)" if total.cached_tokens else ""
    known = f", {_rounded(total.recalled)} known" if total.recalled else ""
    tokens = f"{_rounded(total.prompt_tokens)} in{cached}, {_rounded(total.completion_tokens)} out"
    return f"  {role:<6}  {_rounded(total.requests)} asked{known}; tokens: {tokens}"


def _rounded(number: int) -> str:
    """In at most five characters."""
    for divisor, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= divisor:
            return f"{number / divisor:.3g}{unit}" if number < 999.5 * divisor else f"{number / divisor:.0f}{unit}"
    return str(number)


def _shortened(answer: str) -> str:
    return answer if len(answer) <= _SHOWN else f"{answer[:_SHOWN]}..."
