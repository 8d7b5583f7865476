"""Everything that the routes of one server share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from fastapi import Request

from emoretrieve.server.crew import Crew
from emoretrieve.server.job_runner import JobRunner
from emoretrieve.server.jobs import JobBook
from emoretrieve.server.keys import KeyRing
from emoretrieve.server.numbers import Numbers
from emoretrieve.server.previews import Previews
from emoretrieve.server.settings import ServeSettings
from emoretrieve.server.shelf import Shelf
from emoretrieve.server.uploads import Uploads
from emoretrieve.server.workroom import Workroom


@dataclass(frozen=True, slots=True)
class House:
    """The parts of a running server; `open` and `close` are for the application."""

    settings: ServeSettings
    keys: KeyRing
    numbers: Numbers
    shelf: Shelf
    crew: Crew
    uploads: Uploads
    book: JobBook
    runner: JobRunner
    previews: Previews
    asking: Workroom
    """For queries."""
    describing: Workroom
    """For files that have to be decoded first."""
    pairing: Workroom

    @classmethod
    def build(cls, settings: ServeSettings, crew: Crew) -> House:
        """Raises RequestError of kind `bad_setting`, and StoreError where the data folder cannot be used."""
        keys = KeyRing.read(Path(settings.keys_file).expanduser() if settings.keys_file else None, settings.keys)
        numbers, shelf, uploads = Numbers(), Shelf(settings), Uploads(settings.data)
        book = JobBook(settings.data, settings.jobs_kept)
        uploads.prepare()
        waiting, patience_s = settings.waiting, settings.answer_s
        return cls(
            settings=settings,
            keys=keys,
            numbers=numbers,
            shelf=shelf,
            crew=crew,
            uploads=uploads,
            book=book,
            runner=JobRunner(book, shelf, crew, uploads, settings, numbers),
            previews=Previews(settings.thumbnail_mb * 2**20, numbers),
            asking=Workroom("asking", settings.threads, waiting, patience_s, numbers),
            describing=Workroom("describing", settings.workers, waiting, patience_s, numbers),
            pairing=Workroom("pairing", 1, 4, patience_s, numbers),
        )

    def close(self) -> None:
        """End work, queue again what was not done, and give the collections back."""
        self.runner.close(self.settings.shutdown_s)
        for room in (self.asking, self.describing, self.pairing):
            room.close()
        self.crew.close()
        self.shelf.close()
        self.book.close()


async def house(request: Request) -> House:  # async: FastAPI would take a thread for it otherwise
    """The house of the application that a request came to."""
    return cast("House", request.app.state.house)
