"""A perception whose model kills the process that asks it, and one that tells which key it found."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from emoretrieve.perception import Perception, PerceptionSettings
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.chat import Answer, Answering, Prompt
from emoretrieve.perception.prompted.ledger import Answers, Ledger
from emoretrieve.perception.prompted.mapper import PromptedMapper
from tests.indexer.asked import USAGE, AskedCaptioner, AskedModel, text_of


class _DeadlyModel(AskedModel):
    """Some texts end the process; `key` is answered with what only somebody with the key can know."""

    async def answer(self, prompt: Prompt, answering: Answering) -> Answer:
        if self.role != "colour" and text_of(prompt).startswith("deadly"):
            os._exit(5)
        answer = await super().answer(prompt, answering)
        if self.role != "colour" and text_of(prompt).startswith("key"):
            return Answer(f"The key is {key_digest(os.environ['EMORETRIEVE_IMAGE_API_KEY'])} here", True, USAGE)
        return answer


def key_digest(key: str) -> str:
    """What is told of a key."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def open_deadly(settings: PerceptionSettings, ledger_file: Path | Answers | None = None) -> Perception:
    ledger = Ledger(ledger_file)
    log = Path(settings.options["log"])
    models = {role: _DeadlyModel(role, log) for role in ("audio", "image", "colour")}
    captioner = AskedCaptioner({"audio": models["audio"], "image": models["image"]}, Options({}), ledger, False)
    return Perception(settings, captioner, PromptedMapper(models["colour"], Options({}), ledger), ledger)
