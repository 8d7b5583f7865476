"""Decoding through the ffmpeg program: M4A, AAC, FLAC and Speex in Ogg."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import MediaError, MissingDependency
from emoretrieve.media.ogg import last_page_is_cut

_BLOCK_BYTES = 4 * 16_000
_SPEAKER = re.compile(r"\[[^]]* @ 0x[0-9a-f]+\] ?")
"""The part of ffmpeg that speaks, with an address that changes from run to run."""
_NO_SOUND = ("does not contain any stream", "matches no streams")


def decode_with_ffmpeg(path: Path, rate_hz: int, channels: str) -> Iterator[NDArray[np.float32]]:
    """Blocks of mono samples at `rate_hz`.

    Raises MissingDependency where ffmpeg is not installed, and MediaError of kind `unreadable_media`, `no_audio` or
    `truncated` where it fails.
    """
    if last_page_is_cut(path):
        raise _truncated(path, "its last page is not whole")
    command = [_ffmpeg(path), *_arguments(path, rate_hz, channels)]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        heard = False
        try:
            assert process.stdout is not None
            while data := process.stdout.read(_BLOCK_BYTES):
                heard = True
                yield np.frombuffer(data[: len(data) // 4 * 4], dtype="<f4").astype(np.float32)
            status = process.wait()
        finally:
            process.kill()  # a reader that stops early must not wait for the rest; a finished process does not mind
        if status:
            raise _failure(path, heard, errors)


def _ffmpeg(path: Path) -> str:
    program = shutil.which("ffmpeg")
    if program is None:
        raise MissingDependency(
            f"Decoding '{path}' needs the ffmpeg program; "
            "install it with 'apt install ffmpeg' or 'brew install ffmpeg', or convert the file to FLAC."
        )
    return program


def _arguments(path: Path, rate_hz: int, channels: str) -> list[str]:
    """Stop at the first error; `file:` keeps odd names from being taken for protocols or options.

    Into floats ffmpeg mixes stereo 3 dB louder than the mean of its channels, unless the weights must sum to 1;
    without surrounds they are those of `audio_soundfile`.
    """
    return [
        *("-nostdin", "-v", "error", "-xerror", "-i", f"file:{path}"),
        *(
            "-vn",
            "-af",
            "aresample=rematrix_maxval=1:surround_mix_level=0" if channels == "mixed" else "pan=mono|c0=c0",
            "-f",
            "f32le",
            "-ac",
            "1",
            "-ar",
            str(rate_hz),
            "-",
        ),
    ]


def _failure(path: Path, heard: bool, errors: IO[bytes]) -> MediaError:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines() or ["ffmpeg failed"]
    reason = _SPEAKER.sub("", lines[-1]).replace(f"file:{path}: ", "").rstrip(".")
    if heard:
        return _truncated(path, reason)
    if any(sign in line for line in lines for sign in _NO_SOUND):
        return MediaError(f"The file '{path}' holds no sound.", kind="no_audio")
    return MediaError(f"The sound '{path}' cannot be decoded: {reason}.")


def _truncated(path: Path, reason: str) -> MediaError:
    return MediaError(f"The sound '{path}' is cut off or damaged ({reason}); get a whole copy of it.", kind="truncated")
