"""A running `emoretrieve serve`, from Python: `Client` for programs that wait, `AsyncClient` for those that await.

    from emoretrieve.client import Client

    with Client("http://127.0.0.1:8000") as client:
        answer = client.query(text="a quiet rainy evening", to="image", limit=5)
        for result in answer.results:
            print(result.rank, result.paths, result.score, result.chance, result.p_best)

Extra `client` (httpx, pydantic). Answers are the models of `emoretrieve.wire`. Every failure is an EmoretrieveError
with the sentence and the `kind` that the server gave, or of kind `serve_unreachable`, `serve_timeout` or
`serve_garbage`.
`RemoteStore` is the store of a collection behind a server, for everything that takes a `emoretrieve.store.Store`.
"""

from emoretrieve.client.asynchronous import AsyncClient
from emoretrieve.client.client import Client
from emoretrieve.client.settings import ClientSettings, read_settings
from emoretrieve.client.store import RemoteStore

__all__ = ["AsyncClient", "Client", "ClientSettings", "RemoteStore", "read_settings"]
