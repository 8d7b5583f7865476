"""What holds for the project as a whole: imports, package, scripts, and documents that say what is."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = (ROOT / "emoretrieve", ROOT / "indexer", ROOT / "cli")
DOCUMENTS = sorted(path for folder in (ROOT, ROOT / "docs", ROOT / "qdrant") for path in folder.glob("*.md"))
PROGRAMS = ("scripts/install", "scripts/check", "scripts/test", "scripts/demo", ".ci/run")
HEAVY = {"torch", "torchvision", "transformers", "librosa", "accelerate", "ray"}

_KIND = re.compile(r"[a-z]+(_[a-z]+)*")
_TAKES_A_KIND = {"Failure", "Failed", "translated", "store_error", "_Refused"}
"""Calls whose texts in the shape of a kind are one, named or not."""
_OTHER_KINDS = {"sort", "argsort"}
"""Calls whose `kind` is something else."""


def program(name: str) -> list[str]:
    """A console program of the environment that the tests run in."""
    return [str(Path(sys.executable).with_name(name))]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def kinds_in_source() -> set[str]:
    """Every `kind` that an error of this project can have."""
    trees = [ast.parse(file.read_text()) for folder in SOURCES for file in folder.rglob("*.py")]
    return {kind for tree in trees for node in ast.walk(tree) for kind in _kinds(node)}


def _kinds(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "default_kind" for t in node.targets):
        yield from _texts([node.value])
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in _OTHER_KINDS:
            yield from _texts([keyword.value for keyword in node.keywords if keyword.arg == "kind"])
        if name in _TAKES_A_KIND:
            yield from _texts(node.args[1:])


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _KIND.fullmatch(node.value):
            yield node.value
        elif isinstance(node, ast.JoinedStr) and ast.unparse(node) == "f'unreadable_{what}'":
            yield from ("unreadable_file", "unreadable_folder")


def kinds_in_document() -> list[str]:
    """The first column of the tables of docs/errors.md."""
    return re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "errors.md").read_text(), re.MULTILINE)


def shell_lines(document: Path) -> list[str]:
    """Commands in the `sh` blocks of a document, without comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", document.read_text(), re.MULTILINE | re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def test_imports_go_one_way() -> None:
    result = run(*program("lint-imports"), "--no-cache")
    assert result.returncode == 0, result.stdout


def test_the_base_install_needs_nothing_heavy() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {re.split(r"[<>=\[]", name)[0] for name in project["dependencies"]}.isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "module",
    ["emoretrieve", "emoretrieve.library", "emoretrieve.exchange", "emoretrieve_indexer", "emoretrieve_cli.main"],
)
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(sorted({HEAVY | {'pandas', 'pyarrow', 'scipy'}} & set(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([".", "indexer", "cli"])}
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (loaded.stdout.strip(), loaded.stderr) == ("[]", "")


@pytest.mark.skipif(find_spec("hatchling") is None, reason="hatchling, which builds the wheel, is not installed")
def test_the_wheel_holds_the_packages_with_their_data(tmp_path: Path) -> None:
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    roots = {"emoretrieve": ROOT, "emoretrieve_indexer": ROOT / "indexer", "emoretrieve_cli": ROOT / "cli"}
    wanted = {
        str(file.relative_to(root))
        for package, root in roots.items()
        for file in (root / package).rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }
    data = {"py.typed", "lexicon/lexicon.tsv", "perception/prompted/prompts.toml"}
    assert {f"emoretrieve/{name}" for name in data} <= wanted
    assert packed == wanted


@pytest.mark.parametrize("name", PROGRAMS)
def test_scripts_can_be_run_and_stop_at_the_first_failure(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
    assert "\nset -euo pipefail\n" in (ROOT / name).read_text()
    assert run("bash", "-n", name).returncode == 0


def test_every_error_kind_is_documented_and_nothing_else() -> None:
    assert set(kinds_in_document()) == kinds_in_source()


def test_no_error_kind_is_documented_twice() -> None:
    kinds = kinds_in_document()
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_paths_in_documents_lead_somewhere(document: Path) -> None:
    text = document.read_text()
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    missing = [link for link in links if not (document.parent / link).exists()]
    assert missing == []


def test_every_page_is_listed_in_the_overview() -> None:
    overview = (ROOT / "docs" / "README.md").read_text()
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {page for page in pages if f"({page})" not in overview} == set()


def test_the_readme_names_a_file_to_open_first_in_every_folder() -> None:
    """The file is named relative to its folder."""
    section = (ROOT / "README.md").read_text().split("## Where things are")[1].split("\n\n[")[0]
    entries = re.findall(r"^- (.+)", section, re.MULTILINE)
    for entry in entries:
        folder = entry.split("`")[1]
        assert (ROOT / folder).is_dir(), folder
        named = re.findall(r"`([^`]+)`", entry.split("open", 1)[1])
        assert all((ROOT / folder / name).exists() or (ROOT / name).exists() for name in named if "." in name), entry
    tracked = {path.split("/")[0] + "/" for path in run("git", "ls-files").stdout.split() if "/" in path}
    assert {entry.split("`")[1] for entry in entries} >= tracked - {".ci/"}


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "qdrant/README.md"])
def test_commands_in_documents_exist_with_their_options(document: str) -> None:
    lines = [line for line in shell_lines(ROOT / document) if line.startswith("emoretrieve ")]
    for line in lines:
        words = line.split()
        shown = run(*program("emoretrieve"), words[1], "--help").stdout
        assert f"emoretrieve {words[1]}" in shown, line
        assert all(option in shown for option in words if option.startswith("--")), line
    for script in re.findall(r"\./scripts/\w+", (ROOT / document).read_text()):
        assert os.access(ROOT / script, os.X_OK), script
