"""What colouring captions costs."""

from __future__ import annotations

from emoretrieve.perception import Perception, PerceptionSettings
from emoretrieve.perception.given import GivenCaptioner
from emoretrieve.perception.prompted.chat import Usage
from emoretrieve.perception.prompted.ledger import Ledger, RoleCosts
from emoretrieve_indexer.colouring import costs_of, spent_on_colours
from tests.indexer.mappers import LengthMapper


def test_what_was_spent_before_a_run_is_not_its_cost() -> None:
    with Ledger() as ledger:
        perception = Perception(PerceptionSettings(), GivenCaptioner(), LengthMapper(), ledger)
        ledger.note("colour", Usage(100, 10))
        before = spent_on_colours(perception)
        assert costs_of(perception, 0, before).models == {}
        ledger.note("colour", Usage(7, 2))
        total = costs_of(perception, 1, before).models["colour"].total
    assert total == RoleCosts(requests=1, prompt_tokens=7, completion_tokens=2)
