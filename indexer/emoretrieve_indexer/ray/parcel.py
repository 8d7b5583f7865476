"""What travels between the stages: a parcel is one row and one block of Ray Data, and carries the loads of some tasks.

Loads are pickled into one binary value, so that Arrow neither inspects nor converts what is in them, and a block is
exactly what one call of a stage works on.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

from emoretrieve.errors import EmoretrieveError
from emoretrieve_indexer.worker import Result, Task

if TYPE_CHECKING:
    from emoretrieve.perception import Role
    from emoretrieve.perception.prompted.ledger import RoleCosts

_COLUMN = "parcel"


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the run has to end: no other file would fare better."""

    error: EmoretrieveError


Content: TypeAlias = "Task | Result | Ending"
"""A task on its way in, what was made of it so far, or its result on the way out."""


@dataclass(frozen=True, slots=True)
class Load:
    """One task and what became of it."""

    number: int
    """Of the task, from 0 in the order of submission."""
    content: Content
    costs: Mapping[str, Mapping[Role, RoleCosts]] = field(default_factory=dict)
    """All that the processes which asked models for this task have spent so far, by a name of the process."""


def pack(loads: Sequence[Load]) -> pa.Table:
    """The block that carries these loads."""
    return pa.table({_COLUMN: pa.array([pickle.dumps(tuple(loads), protocol=5)], pa.large_binary())})


def unpack(block: pa.Table) -> list[Load]:
    """The loads of a block; none of one that has no rows."""
    if _COLUMN not in block.column_names:
        return []
    return [load for value in block.column(_COLUMN) for load in pickle.loads(value.as_buffer())]
