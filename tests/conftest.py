"""What tests share: signals, and tiny real models, saved once a session and skipped without the extra `qwen`."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import tiny_models


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs that tests start, also where a shell runs the tests in the background.

    Such a shell lets them ignore it, and what they start would inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _saved(name: str, save: Callable[[Path], Path], temporary: pytest.TempPathFactory) -> Path:
    pytest.importorskip("transformers", reason="needs the extra 'qwen'")
    pytest.importorskip("torchvision", reason="needs the extra 'qwen'")
    return save(temporary.mktemp("models") / name)


@pytest.fixture(scope="session")
def tiny_qwen3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that reads and writes text."""
    return _saved("tiny-qwen3", tiny_models.save_qwen3, tmp_path_factory)


@pytest.fixture(scope="session")
def tiny_qwen2_audio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that hears."""
    return _saved("tiny-qwen2-audio", tiny_models.save_qwen2_audio, tmp_path_factory)


@pytest.fixture(scope="session")
def tiny_qwen2_5_vl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that sees."""
    return _saved("tiny-qwen2.5-vl", tiny_models.save_qwen2_5_vl, tmp_path_factory)


@pytest.fixture(scope="session")
def tiny_qwen3_vl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a newer model that sees."""
    return _saved("tiny-qwen3-vl", tiny_models.save_qwen3_vl, tmp_path_factory)


@pytest.fixture(scope="session")
def tiny_qwen2_5_omni(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that hears and sees."""
    return _saved("tiny-qwen2.5-omni", tiny_models.save_qwen2_5_omni, tmp_path_factory)


@pytest.fixture(scope="session")
def tiny_qwen3_omni(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a newer model that hears and sees, made of experts."""
    return _saved("tiny-qwen3-omni", tiny_models.save_qwen3_omni, tmp_path_factory)
