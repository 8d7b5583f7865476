"""Colours captions that are there already, many at once where the mapper asks a language model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Generic, TypeAlias, TypeVar

from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception import Coloured, ModelMapper, Perception
from emoretrieve.perception.prompted.failures import RUN_ENDING
from emoretrieve.perception.prompted.ledger import RoleCosts
from emoretrieve_indexer.costs import Costs, ModelCosts
from emoretrieve_indexer.interruption import Interruption

T = TypeVar("T")

_LOOK_UP_S = 0.25
"""How often to look whether the run was interrupted while everything is under way."""

NextCaptions: TypeAlias = Callable[[], tuple[T, Captions] | None]
"""The next captions with a ticket of the caller's; None: none, or none before something else is finished."""


class Colouring(Generic[T]):
    """The mapper of a perception at work."""

    def __init__(self, perception: Perception, interruption: Interruption, *, retry_failed: bool = False) -> None:
        """`retry_failed` asks again about captions whose failure was kept."""
        self._perception = perception
        self._interruption = interruption
        self._retry_failed = retry_failed
        mapper = perception.mapper
        self._at_once = 2 * mapper.concurrency if isinstance(mapper, ModelMapper) else 1
        """Half of them at work, half ready to follow."""
        self._under_way: dict[Future[Coloured], T] = {}

    @property
    def under_way(self) -> int:
        """Captions that are being coloured."""
        return len(self._under_way)

    def run(self, next_captions: NextCaptions[T]) -> Iterator[tuple[T, Coloured | PerceptionError]]:
        """Every ticket once, with its colours or why there are none, in any order.

        Raises the PerceptionError that no other captions would escape. Interrupted, it drops what is under way.
        """
        try:
            while not self._interruption.wanted:
                self._begin(next_captions)
                if not self._under_way:
                    return
                finished, _ = wait(self._under_way, _LOOK_UP_S, FIRST_COMPLETED)
                for future in finished:
                    yield self._under_way.pop(future), _outcome(future)
        finally:
            for future in self._under_way:
                future.cancel()
            self._under_way.clear()

    def _begin(self, next_captions: NextCaptions[T]) -> None:
        while len(self._under_way) < self._at_once and (following := next_captions()):
            ticket, captions = following
            self._under_way[self._coloured(captions)] = ticket

    def _coloured(self, captions: Captions) -> Future[Coloured]:
        mapper = self._perception.mapper
        if isinstance(mapper, ModelMapper):
            if self._retry_failed:
                mapper.forget(captions)
            return self._perception.describer.colour_captions(captions)
        done: Future[Coloured] = Future()
        try:
            done.set_result(Coloured(mapper.colour(captions)))
        except PerceptionError as error:
            done.set_exception(error)
        return done


def _outcome(future: Future[Coloured]) -> Coloured | PerceptionError:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, PerceptionError) and error.kind not in RUN_ENDING:
        return error
    raise error


def spent_on_colours(perception: Perception) -> RoleCosts:
    """What its model has cost since the perception was opened."""
    ledger = perception.ledger
    return RoleCosts() if ledger is None else ledger.costs.get("colour", RoleCosts())


def costs_of(perception: Perception, items: int, before: RoleCosts) -> Costs:
    """What colouring the captions of so many items came to, where a model was asked; `before` was spent earlier."""
    total = spent_on_colours(perception).minus(before)
    return Costs() if total == RoleCosts() else Costs(models={"colour": ModelCosts(items, total)})
