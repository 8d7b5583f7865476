"""What a run on Ray is asked to do: where the cluster is, and how large its stages are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.options import Options
from emoretrieve.perception.settings import ROLES, Role

PREFIX = "ray."
"""Of the options that are for the engine and not for the perception; no collection remembers them."""

OPTIONS: Mapping[str, str] = {
    "ray.audio.actors": "processes that hold the model of sounds (1)",
    "ray.image.actors": "processes that hold the model of pictures (1)",
    "ray.colour.actors": "processes that hold the model of colours (1)",
    "ray.audio.gpus": "GPUs for each of them, also a part of one such as 0.5 (0)",
    "ray.image.gpus": "GPUs for each of them (0)",
    "ray.colour.gpus": "GPUs for each of them (0)",
}


@dataclass(frozen=True, slots=True)
class Pool:
    """The processes that hold the model of one role."""

    actors: int = 1
    gpus: float = 0.0
    """For each of them; a part of one where they share."""


@dataclass(frozen=True, slots=True)
class RaySettings:
    """Choices of a run on Ray."""

    address: str | None = None
    """`host:port` or `auto` for a cluster that runs; None is what RAY_ADDRESS says, else an instance for this run."""
    pools: Mapping[Role, Pool] = field(default_factory=dict)

    def pool(self, role: Role) -> Pool:
        return self.pools.get(role, Pool())

    @classmethod
    def of(cls, options: Mapping[str, str], *, address: str | None = None) -> RaySettings:
        """From options such as `ray.audio.actors`. Raises PerceptionError of kind `bad_option`."""
        for name in options:
            if name not in OPTIONS:
                known = ", ".join(OPTIONS)
                raise PerceptionError(f"There is no option '{name}'; for Ray there are {known}.", kind="bad_option")
        given = Options({name.removeprefix(PREFIX): value for name, value in options.items()}, "ray")
        pools = {role: _pool(given, role) for role in ROLES}
        return cls(address, pools)


def split_options(options: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The options of the perception, and those of Ray."""
    ours = {name: value for name, value in options.items() if name.startswith(PREFIX)}
    return {name: value for name, value in options.items() if name not in ours}, ours


def _pool(given: Options, role: Role) -> Pool:
    actors = given.integer(f"{role}.actors", 1, low=1, high=10_000)
    return Pool(actors, given.number(f"{role}.gpus", 0.0, low=0.0, high=64.0))
