"""Whatever a server or the way to it refuses is one sentence of its own kind, and nothing is lost."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from qdrant_client import models

from emoretrieve.errors import StoreError
from emoretrieve.secret import Secret
from emoretrieve.store import Equals, Where
from emoretrieve.store.server import patience
from emoretrieve.store.server.place import ServerPlace
from emoretrieve.store.server.settings import ServerSettings
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.samples import SIGNATURE, assorted, item

KEY = "the-key-that-nobody-sees"
POINTS = "PUT /collections/art/points"


def refused(place: ServerPlace, name: str = "art", **how: Any) -> StoreError:
    with pytest.raises(StoreError) as caught:
        place.open(name, **how).close()
    return one_sentence(caught.value)


def one_sentence(error: StoreError) -> StoreError:
    text = str(error)
    assert "\n" not in text
    assert text.endswith(".")
    assert len(text) < 500
    assert KEY not in text
    return error


def refused_write(fake: FakeQdrant, place: ServerPlace, **fault: Any) -> StoreError:
    """The error of a write that fails in this way; afterwards the same write succeeds."""
    with place.open("art", signature=SIGNATURE, create=True) as store:
        fake.fail(POINTS, times=99, **fault)
        with pytest.raises(StoreError) as caught:
            store.upsert([item("one")])
        fake.faults.clear()
        store.upsert([item("one")])
        assert store.count() == 1
    return one_sentence(caught.value)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_nobody_listening_is_told_with_the_url(place: ServerPlace) -> None:
    settings = replace(place.settings, url=f"http://127.0.0.1:{free_port()}")
    error = refused(ServerPlace(settings))
    assert error.kind == "server_unreachable"
    assert settings.url in str(error)


def test_a_host_that_does_not_exist_is_unreachable(place: ServerPlace) -> None:
    settings = replace(place.settings, url="http://qdrant.invalid:6333", retries=0)
    assert refused(ServerPlace(settings)).kind == "server_unreachable"


def test_a_wrong_key_is_told_and_not_shown(place: ServerPlace, fake: FakeQdrant) -> None:
    fake.key = "another"
    with_key = ServerPlace(replace(place.settings, key=Secret(KEY)))
    assert refused(with_key).kind == "refused_key"
    assert "wrong or has expired" in str(refused(with_key))


def test_a_missing_key_is_told(place: ServerPlace, fake: FakeQdrant) -> None:
    fake.key = "wanted"
    assert "got none" in str(refused(place))


def test_a_key_that_may_only_read_reads_and_is_refused_writing(place: ServerPlace, fake: FakeQdrant) -> None:
    with place.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert(assorted(20))
    fake.key, fake.read_only_key = "full", KEY
    with ServerPlace(replace(place.settings, key=Secret(KEY))).open("art") as store:
        assert store.count() == 20
        assert store.moments("aligned", "audio").count == 10
        with pytest.raises(StoreError) as caught:
            store.upsert([item("one")])
        assert one_sentence(caught.value).kind == "read_only_key"
        assert store.count() == 20


def test_moments_that_a_reader_counted_are_not_written_and_no_failure(place: ServerPlace, fake: FakeQdrant) -> None:
    with place.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert(assorted(20))
    fake.local.delete("_emoretrieve", models.FilterSelector(filter=models.Filter()))
    fake.key, fake.read_only_key = "full", KEY
    with ServerPlace(replace(place.settings, key=Secret(KEY))).open("art") as store:
        assert store.moments("aligned", "audio").count == 10


def test_a_server_echoing_the_key_does_not_bring_it_into_the_sentence(place: ServerPlace, fake: FakeQdrant) -> None:
    fake.fail("GET /collections/art", status=418, error=f"no such key {KEY}")
    with_key = ServerPlace(replace(place.settings, key=Secret(KEY)))
    error = refused(with_key)
    assert (error.kind, "***" in str(error)) == ("server_error", True)


def test_an_older_server_is_told_with_its_version(place: ServerPlace, fake: FakeQdrant) -> None:
    fake.version = "1.18.2"
    error = refused(place)
    assert error.kind == "old_server"
    assert "1.18.2" in str(error)


@pytest.mark.parametrize("version", ["1.19.0", "1.20.1-dev", "2.0.0"])
def test_newer_servers_are_taken(place: ServerPlace, fake: FakeQdrant, version: str) -> None:
    fake.version = version
    assert place.names() == []


def test_a_version_that_is_none_is_no_qdrant(place: ServerPlace, fake: FakeQdrant) -> None:
    fake.version = "latest"
    assert refused(place).kind == "not_qdrant"


def test_another_web_server_is_no_qdrant(place: ServerPlace, fake: FakeQdrant) -> None:
    fake.fail("GET /", garbage=True, times=99)
    error = refused(place)
    assert error.kind == "not_qdrant"
    assert "html" not in str(error)


def test_a_server_that_stays_unready_is_told_after_a_bounded_time(place: ServerPlace, fake: FakeQdrant) -> None:
    fake.ready = False
    assert refused(place).kind == "server_not_ready"


def test_a_server_that_becomes_ready_is_waited_for(place: ServerPlace, fake: FakeQdrant) -> None:
    fake.ready = False
    timer = threading.Timer(0.3, lambda: setattr(fake, "ready", True))
    timer.start()
    assert ServerPlace(replace(place.settings, ready_s=20)).names() == []
    timer.join()


def test_a_collection_of_somebody_else_is_left_alone(place: ServerPlace, fake: FakeQdrant) -> None:
    fake.local.create_collection("art", models.VectorParams(size=4, distance=models.Distance.DOT))
    assert refused(place).kind == "foreign_collection"
    assert refused(place, create=True).kind == "foreign_collection"
    with pytest.raises(StoreError) as caught:
        place.delete("art")
    assert caught.value.kind == "foreign_collection"
    assert fake.local.collection_exists("art")
    assert place.names() == []


@pytest.mark.parametrize(
    ("vectors", "problem"),
    [
        ({"aligned": models.VectorParams(size=8, distance=models.Distance.DOT)}, "has 8 numbers and not 15"),
        ({"aligned": models.VectorParams(size=15, distance=models.Distance.COSINE)}, "compared by Cosine"),
        ({"whole": models.VectorParams(size=3, distance=models.Distance.COSINE)}, "stored as float32"),
        ({"concat": None}, "is not there"),
    ],
)
def test_vectors_of_another_shape_are_told(
    place: ServerPlace, fake: FakeQdrant, vectors: dict[str, models.VectorParams | None], problem: str
) -> None:
    place.open("art", signature=SIGNATURE, create=True).close()
    made = fake.local.get_collection("art").config
    assert isinstance(made.params.vectors, dict)
    there = {name: of for name, of in {**made.params.vectors, **vectors}.items() if of is not None}
    fake.local.delete_collection("art")
    fake.local.create_collection("art", there, metadata=made.metadata)
    error = refused(place)
    assert error.kind == "other_schema"
    assert problem in str(error)


def test_another_signature_is_told(place: ServerPlace) -> None:
    place.open("art", signature=SIGNATURE, create=True).close()
    assert refused(place, signature={"perception": "other"}, create=True).kind == "other_perception"


def test_damaged_metadata_are_told_and_the_collection_can_be_removed(place: ServerPlace, fake: FakeQdrant) -> None:
    place.open("art", signature=SIGNATURE, create=True).close()
    fake.local.update_collection("art", metadata={"emoretrieve": "{"})
    assert refused(place).kind == "corrupt"
    place.delete("art")
    assert place.names() == []


def test_a_filter_without_index_is_strict_mode(place: ServerPlace, fake: FakeQdrant) -> None:
    with place.open("art", signature=SIGNATURE, create=True) as store:
        fake.indexes["art"].clear()
        with pytest.raises(StoreError) as caught:
            store.by_path(["/nowhere"])
    error = one_sentence(caught.value)
    assert error.kind == "strict_mode"
    assert "locations[].path" in str(error)


def test_a_filter_on_free_text_is_refused_by_strict_mode(place: ServerPlace) -> None:
    with place.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert([item("one", title="A title", artist="Somebody")])
        assert store.count(Where(conditions=(Equals("artist", "Somebody"),))) == 1
        with pytest.raises(StoreError) as caught:
            store.count(Where(conditions=(Equals("title", "A title"),)))
    error = one_sentence(caught.value)
    assert error.kind == "strict_mode"
    assert "title" in str(error)


@pytest.mark.parametrize("status", [400, 403])
def test_a_limit_of_strict_mode_is_not_taken_for_a_key(place: ServerPlace, fake: FakeQdrant, status: int) -> None:
    limit = 'Bad request: Limit exceeded 1000 > 100 for "limit". Help: Reduce the "limit" parameter to or below 100.'
    assert refused_write(fake, place, status=status, error=limit).kind == "strict_mode"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 403, "error": "Forbidden: Write access to collection art is required"}, "read_only_key"),
        ({"status": 429, "error": "Rate limiting exceeded"}, "rate_exhausted"),
        ({"status": 429, "error": "Rate limiting exceeded", "headers": {"Retry-After": "0"}}, "rate_exhausted"),
        ({"status": 429, "error": "Rate limiting exceeded", "headers": {"Retry-After": "soon"}}, "rate_exhausted"),
        (
            {"status": 500, "error": "No space left on device: WAL buffer size exceeds disk space"},
            "server_full",
        ),
        ({"status": 507, "error": "Out of disk"}, "server_full"),
        ({"status": 503, "error": "Not all replicas are available"}, "server_not_ready"),
        ({"status": 504, "error": "gateway timeout"}, "server_timeout"),
        ({"status": 500, "error": "Operation timed out after 5 seconds"}, "server_timeout"),
        ({"status": 500, "error": "Service internal error: shard is broken"}, "server_error"),
        ({"cut": True}, "server_unreachable"),
        ({"garbage": True}, "not_qdrant"),
    ],
    ids=str,
)
def test_a_failing_write_is_one_sentence_and_the_next_one_works(
    place: ServerPlace, fake: FakeQdrant, fault: dict[str, Any], kind: str
) -> None:
    assert refused_write(fake, place, **fault).kind == kind


def test_a_server_that_does_not_answer_in_time_is_told(place: ServerPlace, fake: FakeQdrant) -> None:
    hasty = ServerPlace(replace(place.settings, timeout_s=1, retries=0))
    error = refused_write(fake, hasty, delay_s=1.5)
    assert error.kind == "server_timeout"
    assert "1 seconds" in str(error)


@pytest.mark.parametrize(
    "fault", [{"cut": True}, {"cut": True, "done": True}, {"status": 503}, {"status": 429}], ids=str
)
def test_what_passes_is_tried_again_and_written_once(
    place: ServerPlace, fake: FakeQdrant, fault: dict[str, Any]
) -> None:
    items = assorted(30)
    with place.open("art", signature=SIGNATURE, create=True) as store:
        fake.fail(POINTS, times=2, **fault)
        store.upsert(items)
        assert sorted(one.id for batch in store.scan() for one in batch) == sorted(one.id for one in items)
        assert store.moments("aligned", "audio").count == 15


def test_a_write_that_is_only_acknowledged_is_sent_until_it_is_done(place: ServerPlace, fake: FakeQdrant) -> None:
    with place.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert([item("one")])
        fake.in_a_hurry = 2
        store.upsert([item("two")])
        assert store.count() == 2
        fake.in_a_hurry = 99
        with pytest.raises(StoreError) as caught:
            store.upsert([item("three")])
        assert one_sentence(caught.value).kind == "server_timeout"
        fake.in_a_hurry = 0
        assert store.count() == 2


def test_retry_after_is_waited_for(place: ServerPlace, fake: FakeQdrant, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("emoretrieve.store.server.connection.time.sleep", waited.append)
    with place.open("art", signature=SIGNATURE, create=True) as store:
        fake.fail(POINTS, status=429, headers={"Retry-After": "7"})
        store.upsert([item("one")])
        fake.fail(POINTS, status=429, headers={"Retry-After": "3600"})
        store.upsert([item("two")])
    assert waited == [7.0, patience._LONGEST_ASKED_WAIT_S]


def test_a_refusal_is_not_tried_again(place: ServerPlace, fake: FakeQdrant) -> None:
    fake.fail("GET /collections/art", times=99, status=400, error="no")
    refused(place)
    assert len(fake.sent("GET /collections/art")) == 1


def test_a_closed_collection_says_so(place: ServerPlace) -> None:
    store = place.open("art", signature=SIGNATURE, create=True)
    store.close()
    store.close()
    with pytest.raises(StoreError) as caught:
        store.count()
    assert caught.value.kind == "closed"


def test_a_collection_that_vanishes_is_told(place: ServerPlace, fake: FakeQdrant) -> None:
    store = place.open("art", signature=SIGNATURE, create=True)
    fake.local.delete_collection("art")
    with pytest.raises(StoreError) as caught:
        store.count()
    assert one_sentence(caught.value).kind == "server_not_found"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody trusts yet, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    file, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    return file, key


def test_a_certificate_that_nobody_knows_is_told_and_one_that_is_named_is_taken(
    certificate: tuple[Path, Path],
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with FakeQdrant(tls=context) as fake:
        settings = ServerSettings(fake.url, Secret(KEY), ready_s=1, retries=0)
        assert refused(ServerPlace(settings)).kind == "bad_certificate"
        assert ServerPlace(replace(settings, ca_file=certificate[0])).names() == []
        assert fake.requests[-1].headers["api-key"] == KEY


def test_tls_to_a_server_that_speaks_none_is_told(place: ServerPlace, fake: FakeQdrant) -> None:
    settings = replace(place.settings, url=fake.url.replace("http:", "https:"))
    assert refused(ServerPlace(settings)).kind == "bad_certificate"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_certificates_is_told(place: ServerPlace, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    assert refused(ServerPlace(replace(place.settings, ca_file=file))).kind == "bad_server_option"
