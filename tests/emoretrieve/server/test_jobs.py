"""Jobs add files, and outlive workers and servers: what was acknowledged is done."""

from __future__ import annotations

import io
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from emoretrieve import wire
from emoretrieve.errors import StoreError
from emoretrieve.server.app import create_app
from emoretrieve.server.settings import read_settings
from tests.cli.media import RATE_HZ, write_wav
from tests.emoretrieve.server.conftest import Served, serving
from tests.emoretrieve.server.inprocess import IdleCrew
from tests.emoretrieve.server.test_items import listed, named

COUNT = 40
SONGS = 16


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough pictures for a job that lasts a few seconds."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(COUNT):
        pixels = np.random.default_rng(number).integers(0, 256, (300, 300, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Minutes of sound, which a job hears one by one: it can be stopped between any two."""
    folder = tmp_path_factory.mktemp("songs")
    for number in range(SONGS):
        write_wav(folder / f"{number}.wav", 0.3 * np.random.default_rng(number).uniform(-1, 1, 60 * RATE_HZ))
    return folder


@pytest.fixture(scope="module")
def allowed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that files may be added from."""
    return tmp_path_factory.mktemp("allowed")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory, allowed: Path, many: Path) -> Iterator[Served]:
    """One server, in which every test has a collection of its own."""
    with serving(tmp_path_factory.mktemp("workshop"), "--allow", str(allowed), "--allow", str(many)) as served:
        yield served


@pytest.fixture
def works(workshop: Served) -> Iterator[httpx.Client]:
    with workshop.client() as client:
        yield client


def items_of(collection: str) -> str:
    return f"/v1/collections/{collection}/items"


def finished(client: httpx.Client, answer: httpx.Response) -> wire.Job:
    """The job of an answer, once it is over."""
    assert answer.status_code == 202, answer.text
    path = answer.headers["location"]
    for _ in range(1200):
        job = wire.Job.model_validate_json(client.get(path).content, strict=True, extra="forbid")
        if job.state in ("done", "failed", "cancelled"):
            return job
        time.sleep(0.05)
    raise AssertionError(f"the job is not over: {job}")


def report_of(job: wire.Job) -> wire.Index:
    assert job.report is not None, job
    return job.report


def uploads(folder: Path, count: int) -> list[tuple[str, tuple[str, bytes]]]:
    return [("file", (path.name, path.read_bytes())) for path in sorted(folder.iterdir())[:count]]


def workers_of(served: Served) -> list[int]:
    """The processes that a server started."""
    children = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = entry.read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if int(parent) == served.process.pid:
            children.append(int(entry.parent.name))
    return children


def wait_until_running(client: httpx.Client, answer: httpx.Response) -> None:
    for _ in range(2000):
        job = client.get(answer.headers["location"]).json()
        if job["state"] == "running" and job["progress"]["done"] > 0:
            return
        assert job["state"] in ("queued", "running"), job
        time.sleep(0.01)


def test_an_uploaded_file_becomes_an_item_and_goes_with_it(
    works: httpx.Client, workshop: Served, media: Path, tmp_path: Path
) -> None:
    data = io.BytesIO()
    Image.open(media / "storm.png").rotate(90).save(data, "PNG")
    answer = works.post(items_of("one"), files={"file": (str(tmp_path / "../turned\n.csv"), data.getvalue())})
    job = finished(works, answer)
    assert (job.state, job.progress.done, report_of(job).indexed) == ("done", 1, 1)
    (item,) = listed(works, "one").items
    kept = Path(item.paths[0])
    assert kept.is_relative_to(workshop.data / "uploads" / "one")
    assert kept.suffix == ".png"
    assert works.get(f"{items_of('one')}/{item.id}/thumbnail").status_code == 200
    assert works.delete(f"{items_of('one')}/{item.id}").json() == {"deleted": 1}
    assert not kept.exists()
    assert works.get(f"{items_of('one')}/{item.id}").status_code == 404


def test_one_file_that_is_no_media_takes_the_whole_request_with_it(
    works: httpx.Client, workshop: Served, media: Path
) -> None:
    files = [
        ("file", ("mist.png", (media / "mist.png").read_bytes())),
        ("file", ("a.csv", b"file_name\n/etc/passwd\n")),
    ]
    answer = works.post(items_of("refused"), files=files)
    assert (answer.status_code, answer.json()["kind"]) == (415, "not_media")
    assert not list((workshop.data / "uploads").rglob("*.png"))


def test_a_folder_is_added_by_its_path_with_what_its_tables_say(
    works: httpx.Client, media: Path, allowed: Path
) -> None:
    shutil.copytree(media, allowed / "art")
    job = finished(works, works.post(f"{items_of('art')}/paths", json={"paths": [str(allowed / "art")]}))
    assert (job.state, job.progress.found) == ("done", 7)
    assert named(works, "mist.png", "art").metadata["artist"] == "Anna Berg"


def test_a_link_inside_an_allowed_folder_leads_nowhere_else(works: httpx.Client, media: Path, allowed: Path) -> None:
    folder = allowed / "links"
    folder.mkdir()
    (folder / "link.png").symlink_to(media / "mist.png")
    (folder / "list.csv").write_text(f"file_name\n{media}/sunny.png\n")
    paths = [str(folder), str(folder / "list.csv")]
    job = finished(works, works.post(f"{items_of('links')}/paths", json={"paths": paths}))
    assert report_of(job).indexed == 0
    assert {failed.kind for failed in report_of(job).failed} == {"outside_allowed"}


def test_a_file_that_was_exchanged_is_not_shown(works: httpx.Client, media: Path, allowed: Path) -> None:
    """Whatever lies at the path now was not indexed, and may be a secret."""
    picture, song = allowed / "picture.png", allowed / "song.wav"
    picture.write_bytes((media / "storm.png").read_bytes())
    song.write_bytes((media / "hum.wav").read_bytes())
    finished(works, works.post(f"{items_of('two')}/paths", json={"paths": [str(picture), str(song)]}))
    shown, played = named(works, "picture.png", "two"), named(works, "song.wav", "two")
    assert works.get(f"{items_of('two')}/{shown.id}/thumbnail").status_code == 200
    for path in (picture, song):
        path.unlink()
        path.symlink_to("/etc/passwd")
    for asked in (f"{shown.id}/thumbnail?size=17", f"{played.id}/audio"):
        answer = works.get(f"{items_of('two')}/{asked}")
        assert (answer.status_code, answer.json()["kind"]) == (404, "no_file_left")


def test_a_killed_worker_costs_at_most_the_file_in_its_hand(works: httpx.Client, workshop: Served, many: Path) -> None:
    asked = {"paths": [str(many)]}
    begun = works.post(f"{items_of('killed')}/paths", json=asked)
    wait_until_running(works, begun)
    for pid in workers_of(workshop):
        os.kill(pid, signal.SIGKILL)
    report = report_of(finished(works, begun))
    assert {failed.kind for failed in report.failed} <= {"worker_died"}
    assert report.indexed + len(report.failed) == COUNT
    assert len(report.failed) <= 4
    again = finished(works, works.post(f"{items_of('killed')}/paths", json=asked))
    assert report_of(again).failed == []
    assert len(listed(works, "killed", limit=1000).items) == COUNT
    answer = works.post("/v1/collections/killed/query/upload", files={"file": (many / "1.png").read_bytes()})
    assert answer.status_code in (200, 503)  # 503: the worker of queries was killed, too
    assert works.post("/v1/collections/killed/query", json={"text": "calm"}).status_code == 200


def test_a_cancelled_job_keeps_what_it_stored_and_its_other_uploads_go(
    works: httpx.Client, workshop: Served, songs: Path
) -> None:
    first = works.post(items_of("stopped"), files=uploads(songs, SONGS))
    second = works.post(items_of("stopped"), files=uploads(songs, 2))
    assert works.post(f"{second.headers['location']}/cancel").json()["state"] == "cancelled"
    wait_until_running(works, first)
    assert works.post(f"{first.headers['location']}/cancel").status_code == 200
    over = finished(works, first)
    items = listed(works, "stopped", limit=1000).items
    assert over.state == "cancelled"
    assert len(items) == report_of(over).indexed < SONGS
    assert len(list((workshop.data / "uploads" / "stopped").rglob("*.wav"))) == len(items)
    assert works.post(f"{first.headers['location']}/cancel").json()["kind"] == "job_over"


def test_a_path_with_nothing_there_and_a_job_that_never_was_are_told(works: httpx.Client, allowed: Path) -> None:
    answer = works.post(f"{items_of('none')}/paths", json={"paths": [str(allowed / "nothing")]})
    assert (answer.status_code, answer.json()["kind"]) == (404, "not_found")
    assert works.get("/v1/jobs/none").json()["kind"] == "no_job"
    assert works.get("/v1/jobs").status_code == 200


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_job_survives_the_end_of_its_server(tmp_path: Path, many: Path, how: signal.Signals) -> None:
    data = tmp_path / "data"
    with serving(data) as served, served.client() as client:
        begun = [client.post(items_of("default"), files=uploads(many, count)) for count in (COUNT, 2)]
        wait_until_running(client, begun[0])
        served.end(how)
    with serving(data) as served, served.client() as client:
        assert [finished(client, answer).state for answer in begun] == ["done", "done"]
        assert len(listed(client, limit=1000).items) == COUNT


def test_a_second_server_on_a_data_folder_takes_nothing_from_the_first(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = create_app(read_settings(data, {}, environment={}), IdleCrew())
    try:
        arriving = data / "uploads" / ".incoming" / "half"
        arriving.write_bytes(b"what the first one is receiving")
        with pytest.raises(StoreError) as refused:
            create_app(read_settings(data, {}, environment={}), IdleCrew())
        assert refused.value.kind == "locked"
        assert arriving.exists()
    finally:
        first.state.house.close()
    create_app(read_settings(data, {}, environment={}), IdleCrew()).state.house.close()
