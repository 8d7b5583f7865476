"""The options of the commands that evaluate a collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from emoretrieve_cli.failure import SOME_FAILED
from emoretrieve_cli.judges import coherence_options, judges
from emoretrieve_cli.options import Common, draws_option, match_options

if TYPE_CHECKING:
    from emoretrieve.evaluation.evaluation import Evaluation, EvaluationOptions
    from emoretrieve.library import Library
    from emoretrieve_cli.terminal.stages import OnStage

Decorated = TypeVar("Decorated", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Evaluating:
    """The options as click hands them over."""

    match: str
    weights: str | None
    draws: int
    against: str | None
    truth: Path | None
    protocol: str
    relevant_from: float | None
    coherence: tuple[str, ...]
    device: str | None

    @property
    def options(self) -> EvaluationOptions:
        """Raises click.UsageError and QueryError where they make no sense."""
        from emoretrieve.evaluation.evaluation import EvaluationOptions
        from emoretrieve.evaluation.truth.retrieval import TruthOptions
        from emoretrieve.search.match import Match, parse_weights

        if self.truth is None and (self.protocol != "plain" or self.relevant_from is not None):
            raise click.UsageError("--protocol and --relevant-from say how --truth is used; name its file.")
        match = Match.parse(self.match, None if self.weights is None else parse_weights(self.weights))
        truth = None if self.truth is None else TruthOptions(self.truth, self.protocol, self.relevant_from)
        return EvaluationOptions(match, self.draws, truth, judges(self.coherence, self.device))

    @contextmanager
    def opened(self, common: Common) -> Iterator[tuple[Library, Library | None, OnStage]]:
        """The collection, the other run where one is named, and what shows the progress."""
        from emoretrieve_cli.terminal.stages import stages

        with ExitStack() as stack:
            library = stack.enter_context(common.open_library())
            other = None
            if self.against is not None:
                _require_another(common, self.against)
                other = stack.enter_context(replace(common, collection=self.against).open_library())
            yield library, other, stack.enter_context(stages("reading"))


_OPTIONS = (
    match_options,
    draws_option,
    click.option(
        "--against", metavar="NAME", help="Another run over the same files: a collection of the same perception."
    ),
    click.option(
        "--truth",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="What people say: a table of item and label, or of from, to and grade (docs/evaluation.md).",
    ),
    click.option(
        "--protocol",
        type=click.Choice(["plain", "emo-clim", "affect"]),
        default="plain",
        show_default=True,
        help="Which labels of the truth count, and how queries are averaged.",
    ),
    click.option(
        "--relevant-from",
        type=float,
        metavar="GRADE",
        help="The grade that makes an item relevant.  [default: above 0]",
    ),
    coherence_options,
)


def evaluating_options(function: Decorated) -> Decorated:
    """The command gets them as `evaluating`."""

    @wraps(function)
    def with_evaluating(
        *arguments: object,
        match: str,
        weights: str | None,
        draws: int,
        against: str | None,
        truth: Path | None,
        protocol: str,
        relevant_from: float | None,
        coherence: tuple[str, ...],
        device: str | None,
        **others: object,
    ) -> object:
        evaluating = Evaluating(match, weights, draws, against, truth, protocol, relevant_from, coherence, device)
        return function(*arguments, evaluating=evaluating, **others)

    decorated: Any = with_evaluating
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    result: Decorated = decorated
    return result


def exit_code(evaluation: Evaluation | None) -> int:
    """Of a command that evaluated: whether some files could not be held against their captions."""
    return SOME_FAILED if evaluation is not None and any(one.failed for one in evaluation.coherence) else 0


def _require_another(common: Common, against: str) -> None:
    resolved = str if common.running else common.place.resolve  # a server does not tell its aliases
    if resolved(against) == resolved(common.collection_name):
        from emoretrieve.errors import StoreError

        raise StoreError(
            f"'{against}' is the collection that is evaluated; name another run with --against.", kind="same_collection"
        )
