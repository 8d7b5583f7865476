"""The thread in which models are asked ends with its describer, whoever forgets to close it."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from emoretrieve.perception import Perception, PerceptionSettings, open_perception

pytest.importorskip("transformers", reason="needs the extra 'qwen'")


def asking(model: Path) -> Perception:
    """A perception that colours words by a model of this process."""
    options = {"colour.model": str(model), "max_new_tokens": "2000", "dtype": "float32"}
    return open_perception(PerceptionSettings("lite", mapper="qwen", options=options))


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "emoretrieve-models"]


def test_a_process_that_ends_while_a_model_writes_ends_its_threads_first(tiny_qwen3: Path) -> None:
    """One in the middle of a model's work would abort the process."""
    code = (
        "import atexit, threading\n"
        "atexit.register(lambda: print([t.name for t in threading.enumerate() if t.name.startswith('emoretrieve')]))\n"
        "import sys, time; from emoretrieve.perception import PerceptionSettings, open_perception\n"
        "options = {'colour.model': sys.argv[1], 'max_new_tokens': '2000', 'dtype': 'float32'}\n"
        "perception = open_perception(PerceptionSettings('lite', mapper='qwen', options=options))\n"
        "threading.Thread(target=perception.colour_text, args=['rain'], daemon=True).start()\n"
        "from emoretrieve.perception.qwen.engine import ENGINE\n"
        "def writes(): return any(desk.loaded and desk.loaded.grammars for desk in list(ENGINE._desks.values()))\n"
        "deadline = time.monotonic() + 120  # the model is loaded by then\n"
        "while time.monotonic() < deadline and not writes():\n"
        "    time.sleep(0.01)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tiny_qwen3)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "[]\n")


def test_a_describer_that_nobody_has_any_more_ends_its_thread(tiny_qwen3: Path) -> None:
    before = threads()
    perception = asking(tiny_qwen3)
    assert perception.describer.concurrency("colour")
    assert len(threads()) == len(before) + 1
    del perception
    gc.collect()
    assert threads() == before


def test_closing_twice_is_closing_once(tiny_qwen3: Path) -> None:
    perception = asking(tiny_qwen3)
    assert perception.describer.concurrency("colour")
    perception.close()
    perception.describer.close()
    assert not threads()
