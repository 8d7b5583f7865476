"""What a perception holds is given back."""

from __future__ import annotations

from pathlib import Path

import pytest

from emoretrieve.errors import StoreError
from emoretrieve.perception import Perception, PerceptionSettings
from emoretrieve.perception.given import GivenCaptioner
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.ledger import Ledger
from emoretrieve.perception.prompted.mapper import PromptedMapper
from tests.emoretrieve.perception.prompted.scripted import ScriptedModel


class StubbornModel(ScriptedModel):
    async def aclose(self) -> None:
        raise RuntimeError("CUDA error: device-side assert triggered")


def test_the_file_of_answers_is_closed_where_a_model_cannot_be(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "answers")
    mapper = PromptedMapper(StubbornModel(), Options({}, "colour"), ledger)
    perception = Perception(PerceptionSettings(), GivenCaptioner(), mapper, ledger)
    assert perception.describer.concurrency("colour")
    with pytest.raises(RuntimeError, match="device-side"):
        perception.close()
    with pytest.raises(StoreError):
        ledger.look_up("anything")
