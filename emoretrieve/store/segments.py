"""The segments of an embedded collection: in which form its items lie in memory and on disk.

New items go to two growing segments, whose keyword indexes live in memory (2 to 3 KB an item). One that has grown past
`_FOLDED_FROM` items is folded: written anew in a form that never changes and is read from disk when touched, so that
neither memory nor the time of opening grows with the collection. `optimise` folds all items into as many segments as
are scanned at once, and, from `GRAPH_FROM` items on, gives them a graph (HNSW) of the vectors `aligned`.

The engine keeps these settings with the shard and acts on them when its `optimize` is called.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import qdrant_edge as qe

from emoretrieve.emotion import PARTS
from emoretrieve.store.schema import SPACES, IndexKind

GRAPH_FROM = 200_000
"""Items from which a graph is built: below, a full scan takes a few milliseconds."""

GRAPH_EFFORT = 512
"""Candidates that a search through the graph keeps (hnsw_ef)."""

_DIMENSION = 15
_ALIGNED_BYTES = 4 * _DIMENSION
_FOLDED_FROM = 128_000
_MOST_SEGMENTS = 24
"""Folded segments beyond which the smallest are merged while items are written."""
_ANY_SIZE_KB = 2**40
_LINKS = 16
_BUILD_EFFORT = 100
_LEAST_GRAPH_KB = 2_000
"""The items of one modality in one segment are scanned in full below this size: 34,000 of them, in a millisecond."""

_COLD = qe.Memory.Cold
_NO_GRAPH = qe.HnswIndexConfig(m=0, ef_construct=_BUILD_EFFORT, full_scan_threshold=_LEAST_GRAPH_KB)
_GRAPH_MARK = "graph"


class Added(NamedTuple):
    """A vector beyond the schema's."""

    size: int
    single: bool = False
    """Whether it is kept as float32, not as float16."""

    @property
    def datatype(self) -> qe.VectorStorageDatatype:
        return qe.VectorStorageDatatype.Float32 if self.single else qe.VectorStorageDatatype.Float16


def growing(added: Mapping[str, Added], *, graph: bool) -> qe.EdgeConfig:
    """The settings while items are written. `added` are the vectors beyond the schema's."""
    optimizers = qe.EdgeOptimizersConfig(
        indexing_threshold=_folded_kb(),
        default_segment_number=_MOST_SEGMENTS,
        max_segment_size=_ANY_SIZE_KB,
    )
    return _config(added, graph, optimizers)


def grows(stored: Mapping[str, Any]) -> bool:
    """Whether the engine's settings of a shard, as it stores them, are those of `growing`."""
    return bool(stored["optimizers"]["indexing_threshold"] == _folded_kb())


def at_once() -> int:
    """How many segments the engine scans at once."""
    return min(os.cpu_count() or 1, _MOST_SEGMENTS)


def settled(added: Mapping[str, Added], *, graph: bool, items: int, segments: int) -> qe.EdgeConfig:
    """The settings to optimise with: all items in so many segments of about equal size."""
    largest = max([_ALIGNED_BYTES, *(one.size * (4 if one.single else 2) for one in added.values())])
    optimizers = qe.EdgeOptimizersConfig(
        indexing_threshold=1,
        default_segment_number=segments,
        max_segment_size=1 + items * largest * 6 // (5 * segments * 1024),
    )
    return _config(added, graph, optimizers)


def index_params(
    kind: IndexKind, *, graph: bool = False
) -> qe.KeywordIndexParams | qe.IntegerIndexParams | qe.FloatIndexParams | qe.DatetimeIndexParams:
    """An index that is read from disk once its segment is folded; with `graph`, each value gets one of its own."""
    if kind == "integer":
        return qe.IntegerIndexParams(enable_hnsw=graph, memory=_COLD)
    if kind == "float":
        return qe.FloatIndexParams(enable_hnsw=graph, memory=_COLD)
    if kind == "datetime":
        return qe.DatetimeIndexParams(enable_hnsw=graph, memory=_COLD)
    return qe.KeywordIndexParams(prefix=kind == "prefix", enable_hnsw=graph, memory=_COLD)


def has_graph(folder: Path) -> bool:
    """Whether the segments of a shard have a graph, all that are folded."""
    return (folder / _GRAPH_MARK).exists()


def mark_graph(folder: Path, there: bool) -> None:
    """Remember that; raises OSError. To be taken back before the first segment loses it."""
    mark = folder / _GRAPH_MARK
    if there:
        mark.touch()
    else:
        mark.unlink(missing_ok=True)


def return_memory() -> None:
    """Give memory that was freed back to the system, which the C library would keep: most of it after folding."""
    import ctypes  # takes a while to load, and only those need it who write a lot

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it
    if trim is not None:
        trim(0)


def _folded_kb() -> int:
    return _FOLDED_FROM * _ALIGNED_BYTES // 1024


def _config(added: Mapping[str, Added], graph: bool, optimizers: qe.EdgeOptimizersConfig) -> qe.EdgeConfig:
    """Colours as bytes (exact: they are integers), the two 15-d spaces as float32, everything mapped when touched.

    `Cold` leaves out reading all vector files into memory at opening, which costs more than a query.
    """
    vectors = {name: _vector(3, qe.Distance.Cosine, qe.VectorStorageDatatype.Uint8) for name in PARTS}
    vectors |= {space: _vector(_DIMENSION, qe.Distance.Dot) for space in SPACES}
    vectors |= {name: _vector(one.size, qe.Distance.Dot, one.datatype) for name, one in added.items()}
    if graph:
        vectors["aligned"] = _vector(_DIMENSION, qe.Distance.Dot, graph=_graph())
    return qe.EdgeConfig(vectors, hnsw_config=_NO_GRAPH, optimizers=optimizers, id_tracker_memory=_COLD)


def _vector(
    size: int,
    distance: qe.Distance,
    datatype: qe.VectorStorageDatatype = qe.VectorStorageDatatype.Float32,
    graph: qe.HnswIndexConfig = _NO_GRAPH,
) -> qe.EdgeVectorParams:
    return qe.EdgeVectorParams(size, distance, datatype=datatype, hnsw_config=graph, memory=_COLD)


def _graph() -> qe.HnswIndexConfig:
    return qe.HnswIndexConfig(
        m=0,
        payload_m=_LINKS,
        ef_construct=_BUILD_EFFORT,
        full_scan_threshold=_LEAST_GRAPH_KB,
        max_indexing_threads=os.cpu_count() or 1,
        memory=_COLD,
    )
