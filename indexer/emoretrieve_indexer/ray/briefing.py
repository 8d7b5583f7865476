"""What every process of the cluster has to know, and the keys that it needs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from emoretrieve.perception import Perception, PerceptionSettings
from emoretrieve.perception.prompted.ledger import Answers

_KEY_VARIABLE = re.compile(r"EMORETRIEVE_(\w+_)?API_KEY")

OpenPerception: TypeAlias = Callable[[PerceptionSettings, Path | Answers | None], Perception]
"""A function at the top level of a module, such as `emoretrieve.perception.open_perception`: it is sent by name."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """How a process opens the perception, and how long it may work on a file."""

    open_perception: OpenPerception
    settings: PerceptionSettings
    timeout_s: float
    machine: str
    """Ray's id of the driver's machine."""
    answers: Answers | None = None
    """Where the answers of models are kept; None where no model is asked."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The environment variables that hold keys of model servers.

    They go from the driver to the desk and from there to each process as a message of Ray, never as part of a
    `runtime_env` (which Ray logs) or as an argument that makes an actor (which Ray keeps).
    """

    values: Mapping[str, str] = field(repr=False)

    @classmethod
    def of_environment(cls, settings: PerceptionSettings) -> Keys:
        """Those that the perception may read: EMORETRIEVE_API_KEY, EMORETRIEVE_<ROLE>_API_KEY, and those it names."""
        named = {value.strip() for name, value in settings.options.items() if name.rpartition(".")[2] == "key_env"}
        return cls({name: os.environ[name] for name in os.environ if name in named or _KEY_VARIABLE.fullmatch(name)})

    def put_into_environment(self) -> None:
        """Let this process find them where the perception looks."""
        os.environ.update(self.values)
