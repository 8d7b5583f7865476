"""What the given paths lead to."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from emoretrieve.errors import SourceError
from emoretrieve_indexer.found import Finding, FoundFile, Ignored, Unusable
from emoretrieve_indexer.sources import expand, find
from tests.indexer.conftest import ordinary_user
from tests.indexer.fakes import picture


def _find(*paths: str | os.PathLike[str]) -> list[Finding]:
    return list(find(expand(paths)))


def _files(*paths: str | os.PathLike[str]) -> list[str]:
    return [finding.path for finding in _find(*paths) if isinstance(finding, FoundFile)]


def _failures(*paths: str | os.PathLike[str]) -> list[tuple[str, str]]:
    unusable = [finding.failure for finding in _find(*paths) if isinstance(finding, Unusable)]
    return [(Path(failure.path).name, failure.kind) for failure in unusable]


def test_a_folder_is_searched_to_the_bottom_in_the_order_of_names(tmp_path: Path) -> None:
    wanted = [picture(tmp_path / name, name) for name in ("a.png", "z.png", "b/a.png", "b/c/d.png", "e/a.png")]
    assert _files(tmp_path) == [str(path) for path in wanted]


def test_a_found_file_knows_its_size_and_time(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", "x")
    [finding] = _find(tmp_path)
    assert isinstance(finding, FoundFile)
    state = path.stat()
    assert (finding.location.size, finding.location.mtime_ns) == (state.st_size, state.st_mtime_ns)


def test_names_with_spaces_unicode_and_newlines_are_found(tmp_path: Path) -> None:
    names = ["a b.png", "line\nbreak.png", "Ünï çödé 音楽.png"]
    for name in names:
        picture(tmp_path / name, "x")
    assert _files(tmp_path) == [str(tmp_path / name) for name in names]


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    picture(tmp_path / ".hidden.png", "x")
    picture(tmp_path / ".folder" / "a.png", "x")
    assert _find(tmp_path) == []


def test_a_hidden_file_that_is_named_is_found(tmp_path: Path) -> None:
    path = picture(tmp_path / ".hidden.png", "x")
    assert _files(path) == [str(path)]


def test_a_loop_of_links_ends_with_each_folder_searched_once(tmp_path: Path) -> None:
    path = picture(tmp_path / "a" / "x.png", "x")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert _files(tmp_path) == [str(path)]


def test_a_link_to_a_folder_outside_is_followed(tmp_path: Path) -> None:
    path = picture(tmp_path / "outside" / "x.png", "x")
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "link").symlink_to(tmp_path / "outside")
    assert _files(tmp_path / "inside") == [str(path)]


def test_a_linked_file_keeps_its_own_name(tmp_path: Path) -> None:
    target = picture(tmp_path / "store" / "0123", "x")
    link = tmp_path / "media" / "Lion.png"
    link.parent.mkdir()
    link.symlink_to(target)
    assert _files(link.parent) == [str(link)]


def test_pipes_sockets_and_dead_links_are_ignored_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert _find(tmp_path) == [Ignored(0)] * 3


def test_a_dead_link_that_looks_like_media_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "dead.png").symlink_to(tmp_path / "nowhere")
    assert _failures(tmp_path) == [("dead.png", "not_found")]


def test_a_link_to_itself_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "self.png").symlink_to(tmp_path / "self.png")
    assert _failures(tmp_path) == [("self.png", "unreadable_file")]


def test_a_pipe_that_is_named_is_no_media(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert _failures(tmp_path / "pipe.png") == [("pipe.png", "not_media")]


@pytest.mark.parametrize(("name", "kind"), [(b"\xff.png", "bad_file_name"), (b"\xff.txt", None)])
def test_a_media_file_whose_name_is_not_utf8_is_a_failure(tmp_path: Path, name: bytes, kind: str | None) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    assert [found[1] for found in _failures(tmp_path)] == ([kind] if kind else [])


def test_a_folder_whose_name_is_not_utf8_is_a_failure_that_can_be_printed(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")).mkdir()
    assert _failures(tmp_path) == [("\\xff", "bad_file_name")]


def test_an_unreadable_folder_is_a_failure_among_others(public_folder: Path) -> None:
    shut, path = picture(public_folder / "shut" / "a.png", "x").parent, picture(public_folder / "z.png", "x")
    shut.chmod(0)
    with ordinary_user():
        assert (_failures(public_folder), _files(public_folder)) == ([("shut", "unreadable_folder")], [str(path)])


def test_a_missing_path_is_a_failure_among_others(tmp_path: Path) -> None:
    path, missing = picture(tmp_path / "a.png", "x"), tmp_path / "nothing here"
    assert (_failures(missing, path), _files(missing, path)) == ([("nothing here", "not_found")], [str(path)])


def test_a_path_below_a_file_is_missing(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", "x")
    assert _failures(path, path / "b.png") == [("b.png", "not_found")]


def test_a_pattern_without_a_match_is_a_failure_among_others(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", "x")
    assert _failures(path, tmp_path / "*.gif") == [("*.gif", "not_found")]


def test_a_manifest_that_is_none_is_a_failure_among_others(tmp_path: Path) -> None:
    path, manifest = picture(tmp_path / "a.png", "x"), tmp_path / "sales.csv"
    manifest.write_text("day,sum\n1,2\n")
    assert (_failures(manifest, path), _files(manifest, path)) == ([("sales.csv", "bad_manifest")], [str(path)])


def test_paths_that_all_lead_nowhere_are_an_error_that_names_the_first(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("day,sum\n1,2\n")
    with pytest.raises(SourceError, match="nothing here") as raised:
        expand([tmp_path / "nothing here", tmp_path / "sales.csv"])
    assert raised.value.kind == "not_found"


@pytest.fixture
def shut(public_folder: Path) -> Path:
    """A picture in a folder that nobody may enter."""
    path = picture(public_folder / "shut" / "a.png", "x")
    path.parent.chmod(0)
    return path


def test_a_file_inside_a_folder_that_is_shut_is_unreadable(shut: Path) -> None:
    with ordinary_user(), pytest.raises(SourceError, match="Permission denied") as raised:
        expand([shut])
    assert raised.value.kind == "unreadable_file"


def test_a_link_into_a_folder_that_is_shut_is_unreadable(shut: Path) -> None:
    link = shut.parent.with_name("link.png")
    link.symlink_to(shut)
    with ordinary_user():
        assert _failures(link) == [("link.png", "unreadable_file")]


@pytest.mark.parametrize("name", ["list.csv", "metadata.csv"])
def test_a_listed_file_inside_a_folder_that_is_shut_is_unreadable(shut: Path, name: str) -> None:
    manifest = shut.parent.with_name(name)
    manifest.write_text("file_name\nshut/a.png\n")
    with ordinary_user():
        failures = _failures(manifest.parent if name == "metadata.csv" else manifest)
    assert ("a.png", "unreadable_file") in failures


@pytest.mark.parametrize("name", ["", "nul\0.png", "x" * 5_000])
def test_a_name_that_no_file_can_have_leads_nowhere(name: str) -> None:
    with pytest.raises(SourceError):
        expand([name])


def test_no_path_at_all_is_an_error() -> None:
    with pytest.raises(SourceError) as raised:
        expand([])
    assert raised.value.kind == "no_source"


@pytest.mark.parametrize("pattern", ["*.png", "**/*.png", "[ab].png", "?.png"])
def test_a_pattern_is_expanded_in_the_order_of_names(tmp_path: Path, pattern: str) -> None:
    for name in ("b.png", "a.png", "c.txt"):
        picture(tmp_path / name, name)
    assert _files(tmp_path / pattern) == [str(tmp_path / "a.png"), str(tmp_path / "b.png")]


def test_a_pattern_without_a_match_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as raised:
        expand([tmp_path / "*.png"])
    assert raised.value.kind == "not_found"


def test_a_file_whose_name_looks_like_a_pattern_is_taken_literally(tmp_path: Path) -> None:
    path = picture(tmp_path / "[ab]*.png", "x")
    picture(tmp_path / "a.png", "x")
    assert _files(path) == [str(path)]


def test_the_rows_of_a_manifest_start_at_its_folder(tmp_path: Path) -> None:
    below, above = picture(tmp_path / "m" / "sub" / "a.png", "x"), picture(tmp_path / "b.png", "x")
    manifest = tmp_path / "m" / "list.csv"
    manifest.write_text(f"file_name,title\nsub/a.png,Lion\n../b.png,Up\n{above},Again\n")
    found = [finding for finding in _find(manifest) if isinstance(finding, FoundFile)]
    assert [(file.path, file.metadata, file.named) for file in found] == [
        (str(below), {"title": "Lion"}, True),
        (str(above), {"title": "Up"}, True),
        (str(above), {"title": "Again"}, True),
    ]


def test_a_missing_file_of_a_manifest_is_a_failure_among_others(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", "x")
    (tmp_path / "list.csv").write_text("file_name\ngone.png\na.png\n")
    manifest = tmp_path / "list.csv"
    assert (_failures(manifest), _files(manifest)) == ([("gone.png", "not_found")], [str(path)])


def test_a_manifest_that_breaks_off_keeps_what_stood_before(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", "x")
    manifest = tmp_path / "list.jsonl"
    manifest.write_bytes(b'{"file_name": "a.png"}\n' + b" " * 20_000 + b"\n\xff\xff")
    assert (_files(manifest), _failures(manifest)) == ([str(path)], [("list.jsonl", "bad_manifest")])


def test_metadata_beside_the_media_holds_for_everything_below(tmp_path: Path) -> None:
    picture(tmp_path / "deep" / "er" / "a.png", "x")
    (tmp_path / "metadata.csv").write_text("file_name,title\ndeep/er/a.png,Lion\n")
    [finding] = _find(tmp_path)
    assert isinstance(finding, FoundFile)
    assert finding.metadata == {"title": "Lion"}


def test_the_nearest_metadata_file_wins(tmp_path: Path) -> None:
    picture(tmp_path / "deep" / "a.png", "x")
    (tmp_path / "metadata.csv").write_text("file_name,title\ndeep/a.png,far\n")
    (tmp_path / "deep" / "metadata.jsonl").write_text('{"file_name": "a.png", "title": "near"}')
    [finding] = _find(tmp_path)
    assert isinstance(finding, FoundFile)
    assert finding.metadata == {"title": "near"}


@pytest.mark.parametrize(
    ("row", "kind"), [("gone.png", "not_found"), ("../a.png", "outside_folder"), ("/etc/a.png", "outside_folder")]
)
def test_a_metadata_row_without_a_file_below_is_a_failure(tmp_path: Path, row: str, kind: str) -> None:
    (tmp_path / "metadata.csv").write_text(f"file_name\n{row}\n")
    assert _failures(tmp_path) == [(Path(row).name, kind)]


def test_a_metadata_file_that_is_something_else_is_a_failure_among_others(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", "x")
    (tmp_path / "metadata.csv").write_text("some,other,table\n1,2,3\n")
    assert (_failures(tmp_path), _files(tmp_path)) == ([("metadata.csv", "bad_manifest")], [str(path)])


def test_a_given_manifest_inside_a_given_folder_is_not_looked_at_as_media(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("file_name\n")
    assert _find(tmp_path, tmp_path / "list.csv") == []
