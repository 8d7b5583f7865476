"""Two processes that share a batch learn what one learns from the whole of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from emoretrieve.errors import TrainingError
from emoretrieve.sphere.training.parallel import Group
from emoretrieve.sphere.training.trainer import train
from tests.emoretrieve.sphere.training.items import quick, related

STEPS = 6
CODE = """
import sys
import torch
from safetensors.torch import save_file
from emoretrieve.sphere.training.parallel import joined
from emoretrieve.sphere.training.trainer import Run, train
from tests.emoretrieve.sphere.training.items import quick, related
torch.set_num_threads(1)
with joined() as group:
    settings = quick("mcinfonce", steps=6, validate_every=3)
    trained = train(related(missing=True), related(20, 7), settings, Run(group=group))
    if group.leads:
        state = {**trained.network.state_dict(), **{f"loss.{k}": v for k, v in trained.loss.state_dict().items()}}
        save_file(state, sys.argv[1])
"""


def test_two_processes_with_half_a_batch_each_are_one_with_the_whole(tmp_path: Path) -> None:
    file = tmp_path / "two.safetensors"
    environment = {**os.environ, "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    processes = [
        subprocess.Popen([sys.executable, "-c", CODE, str(file)], env={**environment, "RANK": str(rank)})
        for rank in range(2)
    ]
    alone = train(related(missing=True), related(20, 7), quick("mcinfonce", steps=STEPS, validate_every=3))
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    expected = {**alone.network.state_dict(), **{f"loss.{name}": one for name, one in alone.loss.state_dict().items()}}
    found = load_file(file)
    assert set(found) == set(expected)
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, rtol=2e-4, atol=2e-5, msg=name)


def test_a_batch_that_cannot_be_shared_evenly_is_told() -> None:
    with pytest.raises(TrainingError, match="A batch of 15 items cannot be shared evenly among 2 processes"):
        Group(0, 2).share(torch.zeros(15))


def free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
