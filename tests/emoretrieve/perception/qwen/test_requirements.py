"""What is not installed is said before anything is loaded."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from emoretrieve.errors import MissingDependency
from emoretrieve.perception.options import Options
from emoretrieve.perception.qwen import open_chat_model, requirements
from emoretrieve.perception.settings import Role

pytest.importorskip("transformers", reason="needs the extra 'qwen'")


def without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    """As if these libraries were not installed."""

    def find(name: str) -> ModuleSpec | None:
        return None if name in missing else importlib.util.find_spec(name)

    monkeypatch.setattr(requirements, "find_spec", find)


@pytest.mark.parametrize("role", ["audio", "image", "colour"])
def test_without_the_extra_the_sentence_says_how_to_install_it(role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "torch", "xgrammar")
    with pytest.raises(MissingDependency, match=r"needs torch, xgrammar; .*pip install 'emoretrieve\[qwen\]'"):
        open_chat_model(role, Options({}, role))


def test_quantisation_needs_bitsandbytes(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "bitsandbytes")
    with pytest.raises(MissingDependency, match="in 4bit needs bitsandbytes"):
        open_chat_model("audio", Options({"quantisation": "4bit"}, "audio"))


def test_flash_attention_needs_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "flash_attn")
    with pytest.raises(MissingDependency, match="flash-attn"):
        open_chat_model("audio", Options({"attention": "flash_attention_2"}, "audio"))


def test_opening_a_model_imports_nothing_heavy() -> None:
    """Worker processes open the perception too, and never load a model."""
    code = (
        "import sys; from emoretrieve.perception.options import Options\n"
        "from emoretrieve.perception.qwen import open_chat_model\n"
        "open_chat_model('audio', Options({}, 'audio')).signature\n"
        "print(sorted({'torch', 'transformers', 'torchvision', 'xgrammar', 'accelerate'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")


def test_a_library_that_cannot_be_imported_is_named_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise OSError('libcudart.so: cannot open shared object file')")
    code = (
        "import asyncio; from emoretrieve.perception.options import Options\n"
        "from emoretrieve.perception.prompted.chat import Answering, Prompt\n"
        "from emoretrieve.perception.qwen import open_chat_model\n"
        "model = open_chat_model('colour', Options({}, 'colour'))\n"
        "for _ in range(2):\n"
        "    try: asyncio.run(asyncio.wait_for(model.answer(Prompt('', 'Hello.'), Answering(4)), 30))\n"
        "    except Exception as error: print(type(error).__name__, error)"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env)
    assert ran.stderr == ""
    assert ran.stdout.count("MissingDependency The library torch is installed and cannot be imported (OSError") == 2
