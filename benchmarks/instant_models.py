"""A perception whose models answer at once: what is left of a run is everything but the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

from emoretrieve.perception import Perception, PerceptionSettings
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.captioner import PromptedCaptioner
from emoretrieve.perception.prompted.chat import Answer, Answering, Prompt, Usage, Weighing
from emoretrieve.perception.prompted.ledger import Ledger
from emoretrieve.perception.prompted.mapper import PromptedMapper

WORDS = (
    "A slow melody over soft strings, warm and a little sad, like rain on a window in the evening; a piano answers "
    "with falling thirds, far drums mark a gentle pulse, and somewhere a voice hums without words. It brings to mind "
    "an empty station, old letters, the last train of autumn, and the hope that somebody is still awake at home."
)
COLOURS = "RGB: (12, 200, 90), (30, 180, 120), (14, 190, 100), (20, 170, 140), (18, 185, 110)"


class InstantModel:
    """A `ChatModel` that takes no time."""

    concurrency = 16
    exclusive = False

    def __init__(self, role: str) -> None:
        self._role = role
        self._numbers = count()

    @property
    def signature(self) -> Mapping[str, str]:
        return {"model": f"instant-{self._role}"}

    async def answer(self, _prompt: Prompt, _answering: Answering) -> Answer:
        text = COLOURS if self._role == "colour" else f"Number {next(self._numbers)}. {WORDS}"
        return Answer(text, True, Usage(1000, 60))

    async def weigh(self, prompt: Prompt, choices: Sequence[str]) -> Weighing:
        raise NotImplementedError

    async def aclose(self) -> None:
        """Nothing is open."""


def open_instant(settings: PerceptionSettings, ledger_file: Path | None = None) -> Perception:
    """Also opened by worker processes, which import it by name."""
    ledger = Ledger(ledger_file)
    models = {"audio": InstantModel("audio"), "image": InstantModel("image")}
    captioner = PromptedCaptioner({"audio": models["audio"], "image": models["image"]}, Options({}), ledger)
    return Perception(settings, captioner, PromptedMapper(InstantModel("colour"), Options({}), ledger), ledger)
