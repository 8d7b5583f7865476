"""A real server on this machine: `transformers serve`, with any models that lie in folders.

    python -m tests.emoretrieve.perception.endpoint.local_server --port 8000 [FOLDER]

saves tiny models of the real classes into FOLDER (a temporary one unless given), serves them, and prints how to index
with them. The two that listen and look always say the same sentence; the third answers nonsense.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_HEARD = "A slow cello melody over soft piano chords evokes calm."
_SEEN = "The painting shows a quiet blue lake under grey sky."
_START_S = 180.0
"""Most of it is importing torch and transformers: 20 s on two busy cores."""


@contextmanager
def transformers_serve(log: Path, port: int = 0) -> Iterator[str]:
    """The base URL of a server that loads whatever local folder a request names as its model; ended on leaving."""
    port = port or _free_port()
    command = [sys.executable, "-m", "transformers.cli.transformers", "serve"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"],
            env=_offline(log.parent),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(process, port, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()
            process.wait()


def _offline(folder: Path) -> dict[str, str]:
    """No hub is asked, no proxy is used, and other work on this machine gets its share."""
    cache = folder / "huggingface"
    (cache / "hub").mkdir(parents=True, exist_ok=True)
    settings = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(cache), "OMP_NUM_THREADS": "1", "NO_PROXY": "*"}
    return os.environ | settings


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_S
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and process.poll() is None:
        try:
            opener.open(f"http://127.0.0.1:{port}/health", timeout=5).close()
            return
        except OSError:  # not yet; urllib's own errors are among them
            time.sleep(0.1)
    raise RuntimeError(f"transformers serve did not start:\n{log.read_text(errors='replace')[-4000:]}")


def main() -> None:
    from tests import tiny_models

    parser = argparse.ArgumentParser(description="transformers serve with tiny models.")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = arguments.folder or Path(tempfile.mkdtemp())
    saved = {
        "audio": tiny_models.save_qwen2_audio(folder / "audio", says=_HEARD),
        "image": tiny_models.save_qwen2_5_vl(folder / "image", says=_SEEN),
        "colour": tiny_models.save_qwen3(folder / "colour"),
    }
    with transformers_serve(folder / "server.log", arguments.port) as url:
        models = " ".join(f"--set {role}.model={path}" for role, path in saved.items())
        print(f"emoretrieve index PATH --perception endpoint --readout logits --set url={url} {models}", flush=True)
        with suppress(KeyboardInterrupt):
            time.sleep(1e9)


if __name__ == "__main__":
    main()
