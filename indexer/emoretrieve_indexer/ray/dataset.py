"""The pipeline: which stages there are, how they are joined, and how each is scaled.

What a dead process was doing Ray Data repeats for ever, in tasks as in actors; `Attempts` puts an end to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import ray.data
from ray.data.block import BlockMetadata
from ray.data.datasource import Datasource, ReadTask

from emoretrieve.item import MODALITIES, Modality
from emoretrieve.perception import ModelCaptioner, ModelMapper, Perception
from emoretrieve_indexer.ray.desk import Line
from emoretrieve_indexer.ray.desk_client import DeskClient
from emoretrieve_indexer.ray.parcel import pack, unpack
from emoretrieve_indexer.ray.settings import Pool, RaySettings
from emoretrieve_indexer.ray.station import Station
from emoretrieve_indexer.ray.work import Stage

_FOR_EVER = -1


@dataclass(frozen=True, slots=True)
class Plan:
    """What a pipeline is made for."""

    desk: DeskClient
    perception: Perception
    """The driver's; it asks nothing here, but says what has to be asked."""
    settings: RaySettings
    readers: int
    """Files that are read at once in a stage."""


def dataset(plan: Plan) -> ray.data.Dataset:
    """All stages, joined; its blocks are parcels of results, in any order, without an end."""
    with ray.data.DataContext.current(_context()):
        files = _reading(_drawn(plan, "files"), plan, "files")
        if not plan.perception.asks_models:
            return files
        branches = [_captioned(plan, modality) for modality in MODALITIES]
        asked = branches[0].union(*branches[1:])
        if isinstance(plan.perception.mapper, ModelMapper):
            asked = _asking(asked, plan, "colour", plan.perception.mapper.concurrency)
        return files.union(asked)


def _captioned(plan: Plan, modality: Modality) -> ray.data.Dataset:
    """From files of one modality to captions, and to colours where these ask no model."""
    prepared = _reading(_drawn(plan, modality), plan, "prepare")
    captioner = plan.perception.captioner
    if not isinstance(captioner, ModelCaptioner):
        return prepared
    return _asking(prepared, plan, modality, captioner.concurrency(modality))


def _context() -> ray.data.DataContext:
    """Ray Data's settings for this pipeline alone."""
    context = ray.data.DataContext()
    context.target_max_block_size = 1  # a block is a row: stages get what the desk handed out, at once
    context.execution_no_progress_timeout_s = _FOR_EVER  # a model may think for hours
    context.op_resource_reservation_enabled = False  # else stages that have nothing to do keep cores from the others
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.enable_auto_log_stats = False
    return context


def _drawn(plan: Plan, line: Line) -> ray.data.Dataset:
    """The tasks of one line of the desk. Waiting for them takes no core."""
    return ray.data.read_datasource(_Tasks(plan.desk, line), override_num_blocks=1, num_cpus=0)


def _reading(tasks: ray.data.Dataset, plan: Plan, stage: Stage) -> ray.data.Dataset:
    """A stage that reads files: tasks of Ray, one core each, that share the cores with the other such stages."""
    return tasks.map_batches(
        _read,
        fn_kwargs={"desk": plan.desk, "stage": stage},
        batch_size=None,
        batch_format="pyarrow",
        compute=ray.data.TaskPoolStrategy(plan.readers),
        num_cpus=1,
    )


def _asking(tasks: ray.data.Dataset, plan: Plan, stage: Stage, requests: int) -> ray.data.Dataset:
    """A stage that asks models: actors of Ray that hold one each and work on many items at once."""
    pool = _pool(plan.settings, stage)
    return tasks.map_batches(
        _Asking,
        fn_constructor_args=(plan.desk, stage),
        batch_size=None,
        batch_format="pyarrow",
        num_cpus=0,
        num_gpus=pool.gpus,
        compute=ray.data.ActorPoolStrategy(
            size=pool.actors, max_concurrent_calls_per_actor=max(requests, 1), enable_true_multi_threading=True
        ),
    )


def _pool(settings: RaySettings, stage: Stage) -> Pool:
    assert stage in ("audio", "image", "colour")
    return settings.pool(stage)


class _Tasks(Datasource):  # type: ignore[misc]  # Ray is checked as if it were not installed
    """The tasks of one line, as they come; it never ends by itself."""

    def __init__(self, desk: DeskClient, line: Line) -> None:
        super().__init__()
        self._desk = desk
        self._line = line

    def estimate_inmemory_data_size(self) -> int | None:
        return None

    def get_read_tasks(self, _parallelism: int, *_args: object, **_options: object) -> list[Any]:
        desk, line = self._desk, self._line

        def read() -> Iterable[pa.Table]:
            number = 0
            while True:
                yield pack(desk.take(line, number))
                number += 1

        return [ReadTask(read, BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None))]


_station: Station | None = None
"""The one of this process, where it runs tasks; Ray lends the process to one task after another."""


def _read(block: pa.Table, desk: DeskClient, stage: Stage) -> Iterator[pa.Table]:
    """What is decoded is large and travels on at once; results are small and travel together."""
    station = _station_for(desk, stage)
    served = (station.serve(load) for load in unpack(block))
    if stage == "files":
        yield pack(list(served))
    else:
        yield from (pack([load]) for load in served)


def _station_for(desk: DeskClient, stage: Stage) -> Station:
    global _station
    if _station is None or (_station.desk.name, _station.stage) != (desk.name, stage):
        _station = Station(desk, stage)
    return _station


class _Asking:
    """A stage in an actor, which opens the perception once."""

    def __init__(self, desk: DeskClient, stage: Stage) -> None:
        self._station = Station(desk, stage)

    def __call__(self, block: pa.Table) -> Iterator[pa.Table]:
        yield pack([self._station.serve(load) for load in unpack(block)])
