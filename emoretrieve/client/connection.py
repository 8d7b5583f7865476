"""Sending calls, for programs that wait."""

from __future__ import annotations

import time
from typing import TypeVar

import httpx

from emoretrieve.client.call import Attempts, Call, http_arguments
from emoretrieve.client.settings import ClientSettings

T = TypeVar("T")


class Connection:
    """To one server. Safe to use from several threads."""

    def __init__(self, settings: ClientSettings) -> None:
        self.settings = settings
        self._http = httpx.Client(**http_arguments(settings))

    def send(self, call: Call[T]) -> T:
        """The value of a call, which is sent again where that may help. Raises the error of the call."""
        attempts = Attempts(call, self.settings)
        while True:
            with call.arguments() as arguments:
                try:
                    response = self._http.request(call.method, call.path, **arguments)
                except httpx.HTTPError as error:
                    wait_s = attempts.after_loss(error)
                else:
                    if response.is_success:
                        return call.value(response)
                    wait_s = attempts.after_refusal(response)
            time.sleep(wait_s)

    def close(self) -> None:
        self._http.close()
