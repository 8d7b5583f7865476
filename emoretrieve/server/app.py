"""The application: routes inside layers that protect them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from emoretrieve import __version__
from emoretrieve.errors import EmoretrieveError, RequestError
from emoretrieve.perception import PerceptionSettings
from emoretrieve.server.body import BoundedBody
from emoretrieve.server.crew import Crew
from emoretrieve.server.guard import Guard
from emoretrieve.server.house import House
from emoretrieve.server.problems import misunderstood, problem
from emoretrieve.server.routes import collections, items, jobs, media, page, query, service, store
from emoretrieve.server.settings import ServeSettings
from emoretrieve.server.telemetry import Telemetry
from emoretrieve.wire import Problem

_ABOUT = """Find the artworks that a song feels like, and the songs that an artwork feels like.

Every failure is answered with problem details (RFC 9457) whose `kind` is a stable name."""


def create_app(settings: ServeSettings, crew: Crew) -> FastAPI:
    """The application of these settings; `crew` works on files.

    Raises RequestError (`bad_setting`), also where others than this machine could come in without keys, and StoreError
    where the data folder cannot be used.
    """
    house = House.build(settings, crew)
    if not house.keys and not settings.is_loopback:
        house.close()
        raise RequestError(
            f"Others can reach {settings.host}, so keys are needed; 'emoretrieve serve --make-key read' makes one.",
            kind="bad_setting",
        )
    app = FastAPI(
        title="emoretrieve",
        version=__version__,
        description=_ABOUT,
        lifespan=_lifespan(house),
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        middleware=_layers(house),
    )
    app.state.house = house
    for routes in (page, query, items, media, collections, jobs, service, store):
        app.include_router(routes.router)
    _answer_errors(app)
    _document(app, keys=bool(house.keys))
    return app


def _layers(house: House) -> list[Middleware]:
    """From outside to inside."""
    settings = house.settings
    layers = [Middleware(Telemetry, numbers=house.numbers, chunk_s=settings.chunk_s)]
    if settings.gateways:
        layers.insert(
            0, Middleware(ProxyHeadersMiddleware, trusted_hosts=[str(network) for network in settings.gateways])
        )
    if settings.origins:
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.origins,
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["Authorization", "X-API-Key", "Content-Type", "Range"],
                expose_headers=["X-Request-Id", "Retry-After", "Location", "Content-Range"],
            )
        )
    layers.append(Middleware(Guard, settings=settings, keys=house.keys, is_full=lambda: house.asking.is_full))
    layers.append(Middleware(BoundedBody, settings=settings))
    return layers


def _lifespan(house: House) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        house.runner.start()
        warming = asyncio.create_task(asyncio.to_thread(_warm_up, house))
        try:
            yield
        finally:
            warming.cancel()
            await asyncio.to_thread(house.close)

    return lifespan


def _warm_up(house: House) -> None:
    """What would make the first request wait; where it fails, that request says why."""
    with suppress(EmoretrieveError):
        perception = PerceptionSettings()
        with suppress(EmoretrieveError):
            perception = house.shelf.get(house.settings.collection).settings
        house.crew.warm_up(perception)


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(EmoretrieveError)
    async def known(request: Request, error: EmoretrieveError) -> Response:
        return problem(request.scope, error)

    @app.exception_handler(RequestValidationError)
    async def shapeless(request: Request, error: RequestValidationError) -> Response:
        faults = [{"at": ".".join(map(str, one["loc"])), "error": str(one["msg"])} for one in error.errors()[:20]]
        return misunderstood(request.scope, faults)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, EmoretrieveError):  # met while the body was read
            return problem(request.scope, cause, {"connection": "close"})
        return problem(request.scope, _of_framework(request, error), error.headers)


def _of_framework(request: Request, error: HTTPException) -> RequestError:
    """What the framework refused, as an error of ours."""
    if error.status_code == 404:
        return RequestError("There is nothing under this path; /openapi.json lists what there is.", kind="no_route")
    if error.status_code == 405:
        return RequestError(f"This path does not take {request.method[:20]}.", kind="wrong_method")
    return RequestError(f"The request is not understood: {error.detail}.")


def _document(app: FastAPI, *, keys: bool) -> None:
    """Complete the description: the shape of problems, and how keys are sent."""
    described = app.openapi

    def openapi() -> dict[str, Any]:  # as FastAPI types it
        schema = described()
        components = schema.setdefault("components", {})
        components.setdefault("schemas", {})[Problem.__name__] = Problem.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        components["schemas"].update(components["schemas"][Problem.__name__].pop("$defs", {}))
        if keys:
            components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
            schema["security"] = [{"key": []}]
        return schema

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's documentation does it
