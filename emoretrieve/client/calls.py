"""Every request of the HTTP API, once for both clients."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import httpx

from emoretrieve.client.call import Call, shaped
from emoretrieve.client.choices import body_of
from emoretrieve.item import Modality
from emoretrieve.wire import (
    Answer,
    Choices,
    CostSummary,
    Deleted,
    Facets,
    Health,
    Item,
    Items,
    Job,
    Jobs,
    Opened,
    PairAsked,
    Pairing,
    PathsAsked,
    QueryAsked,
    Status,
)

Body = dict[str, object]


def query(collection: str, asked: Body) -> Call[Answer]:
    return Call("POST", _of(collection, "query"), shaped(Answer), body=body_of(QueryAsked, asked))


def query_files(collection: str, files: Sequence[Path], chosen: Body) -> Call[Answer]:
    form = {"choices": json.dumps(body_of(Choices, chosen))}
    return Call("POST", _of(collection, "query", "upload"), shaped(Answer), form=form, files=tuple(files))


def pair(collection: str, asked: Body) -> Call[Pairing]:
    return Call("POST", _of(collection, "pair"), shaped(Pairing), body=body_of(PairAsked, asked))


def items(
    collection: str, modality: Modality | None, filters: Sequence[str], page: int, cursor: str | None
) -> Call[Items]:
    chosen = {**({"modality": modality} if modality else {}), **({"cursor": cursor} if cursor else {})}
    return Call(
        "GET", _of(collection, "items"), shaped(Items), query={"limit": page, "filter": list(filters), **chosen}
    )


def item(collection: str, ref: str) -> Call[Item]:
    return Call("GET", _of(collection, "items", ref), shaped(Item))


def delete(collection: str, ref: str) -> Call[Deleted]:
    return Call("DELETE", _of(collection, "items", ref), shaped(Deleted), repeatable=False)


def thumbnail(collection: str, ref: str, size: int) -> Call[bytes]:
    return Call("GET", _of(collection, "items", ref, "thumbnail"), _bytes, query={"size": size})


def audio(collection: str, ref: str, first: int | None, last: int | None) -> Call[bytes]:
    wanted = first is not None or last is not None
    span = {"range": f"bytes={'' if first is None else first}-{'' if last is None else last}"} if wanted else {}
    return Call("GET", _of(collection, "items", ref, "audio"), _bytes, headers=span)


def add_files(collection: str, files: Sequence[Path]) -> Call[Job]:
    return Call("POST", _of(collection, "items"), shaped(Job), files=tuple(files), repeatable=False)


def add_paths(collection: str, paths: Sequence[str], modality: Modality | None) -> Call[Job]:
    asked = body_of(PathsAsked, {"paths": list(paths), "modality": modality})
    return Call("POST", _of(collection, "items", "paths"), shaped(Job), body=asked, repeatable=False)


def job(id: str) -> Call[Job]:
    return Call("GET", _path("jobs", id), shaped(Job))


def jobs(limit: int) -> Call[Jobs]:
    return Call("GET", _path("jobs"), shaped(Jobs), query={"limit": limit})


def cancel(id: str) -> Call[Job]:
    return Call("POST", _path("jobs", id, "cancel"), shaped(Job))


def facets(collection: str, key: str, modality: Modality | None, filters: Sequence[str], limit: int) -> Call[Facets]:
    chosen = {"modality": modality} if modality else {}
    return Call(
        "GET",
        _of(collection, "facets", key),
        shaped(Facets),
        query={"limit": limit, "filter": list(filters), **chosen},
    )


def collections() -> Call[Status]:
    return Call("GET", _path("collections"), shaped(Status))


def collection(name: str) -> Call[Opened]:
    return Call("GET", _of(name), shaped(Opened))


def health() -> Call[Health]:
    return Call("GET", "/healthz", shaped(Health))


def costs() -> Call[CostSummary]:
    return Call("GET", _path("costs"), shaped(CostSummary))


def _of(collection: str, *parts: str) -> str:
    return _path("collections", collection, *parts)


def _path(*parts: str) -> str:
    return "/".join(["/v1", *(quote(part, safe="") for part in parts)])


def _bytes(response: httpx.Response) -> bytes:
    return response.content
