"""The example of a package with captioners, installed and used as its README says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile

from emoretrieve.errors import EmoretrieveError
from emoretrieve.media import MediaFile
from emoretrieve.perception import PerceptionSettings
from emoretrieve_lp_musiccaps.beat_words import beats_a_minute
from emoretrieve_lp_musiccaps.lp_musiccaps import CHUNK, chunks, coverage, open_captioner

PACKAGE = Path(__file__).parents[2] / "examples" / "lp_musiccaps"
RATE_HZ = 16_000

STAND_IN = '''
import torch

class BartCaptionModel(torch.nn.Module):
    """The interface of the model of LP-MusicCaps: it says how loud each stretch is."""
    def __init__(self, max_length):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.zeros(1))

    def generate(self, samples, num_beams):
        assert samples.ndim == 2 and samples.shape[1] == 160_000
        return [f"Loudness {float(self.scale * row.abs().max()):.0f}." for row in samples]
'''


def clicks(bpm: int, seconds: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Short soft beats at a steady tempo."""
    samples = np.zeros(int(seconds * RATE_HZ), np.float32)
    for start in np.arange(0, seconds, 60 / bpm):
        at = int(start * RATE_HZ)
        samples[at : at + 800] = 0.2 * np.sin(np.arange(len(samples[at : at + 800])))
    return samples


def write_song(path: Path, bpm: int) -> Path:
    soundfile.write(path, clicks(bpm, 12.0), RATE_HZ)
    return path


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as pip installs it."""
    if find_spec("hatchling") is None:
        pytest.skip("hatchling, which builds the package, is not installed")
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--target", folder, PACKAGE], check=True)
    return folder


def emoretrieve(installed: Path, home: Path, *words: str | Path) -> Mapping[str, object]:
    """What a command line prints as JSON where the package is installed."""
    command = [sys.executable, "-m", "emoretrieve_cli.main", *map(str, words), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(installed), "EMORETRIEVE_HOME": str(home)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    printed: Mapping[str, object] = json.loads(done.stdout)
    return printed


def test_the_installed_captioner_describes_songs_and_the_collection_remembers_it(
    installed: Path, tmp_path: Path
) -> None:
    fast, slow = write_song(tmp_path / "fast.wav", 150), write_song(tmp_path / "slow.wav", 60)
    choice = ("--perception", "beat-words", "--set", "quick_from=120")
    assert emoretrieve(installed, tmp_path / "home", "index", fast, *choice)["failed"] == []
    asked = emoretrieve(installed, tmp_path / "home", "query", slow, "--to", "audio")
    assert "Slow, calm and peaceful music of about 60 beats a minute." in str(asked["query"])
    assert "Quick, lively music of about 150 beats a minute." in str(asked["results"])


def test_without_the_package_its_collection_says_what_is_missing(installed: Path, tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav", 90)
    emoretrieve(installed, tmp_path / "home", "index", song, "--perception", "beat-words")
    refused = emoretrieve(tmp_path, tmp_path / "home", "query", "--text", "calm")
    assert refused["kind"] == "unknown_perception"


def test_the_installed_captioners_are_listed(installed: Path, tmp_path: Path) -> None:
    listed = str(emoretrieve(installed, tmp_path, "models"))
    assert "beat-words" in listed
    assert "lp-musiccaps" in listed


@pytest.mark.parametrize("bpm", [60, 90, 120, 150])
def test_steady_beats_are_counted(bpm: int) -> None:
    assert beats_a_minute(clicks(bpm, 12.0)) == pytest.approx(bpm, rel=0.02)


@pytest.mark.parametrize("samples", [0, 100, RATE_HZ, 10 * RATE_HZ])
def test_silence_has_no_beat(samples: int) -> None:
    assert beats_a_minute(np.zeros(samples, np.float32)) is None


@pytest.mark.parametrize(("seconds", "count"), [(0, 1), (3, 1), (10, 1), (12, 2), (25, 3), (300, 3)])
def test_a_part_is_heard_in_one_to_three_stretches_of_10_seconds(seconds: int, count: int) -> None:
    part = np.arange(seconds * RATE_HZ, dtype=np.float32)
    heard = chunks(part)
    assert heard.shape == (count, CHUNK)
    if seconds >= 10:
        assert (heard[0, 0], heard[-1, -1]) == (part[0], part[-1])


def test_of_a_long_song_the_share_that_is_heard_is_told() -> None:
    assert coverage(np.zeros(120 * RATE_HZ, np.float32)) == pytest.approx(0.25)
    assert coverage(np.zeros(20 * RATE_HZ, np.float32)) == 1.0


def test_weights_that_are_not_there_are_refused(tmp_path: Path) -> None:
    for options in ({}, {"model": str(tmp_path / "none.pth")}):
        with pytest.raises(EmoretrieveError):
            open_captioner(PerceptionSettings("lp-musiccaps", options=options))


def test_songs_are_described_by_the_model_with_its_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch, in which the model runs, is not installed")
    package = tmp_path / "lpmc" / "music_captioning" / "model"
    package.mkdir(parents=True)
    (package / "bart.py").write_text(STAND_IN)
    monkeypatch.syspath_prepend(str(tmp_path))
    weights = tmp_path / "transfer.pth"
    torch.save({"epoch": 3, "state_dict": {"module.scale": torch.full((1,), 100.0)}}, weights)
    soundfile.write(tmp_path / "song.wav", np.repeat([0.25, 0.5], 4 * RATE_HZ), RATE_HZ, subtype="FLOAT")
    captioner = open_captioner(PerceptionSettings("lp-musiccaps", options={"model": str(weights)}))
    description = captioner.caption(MediaFile(tmp_path / "song.wav", "audio", "wav"))
    assert description.captions.whole == "Loudness 50."
    assert description.captions.fragments == ("Loudness 25.", "Loudness 25.", "Loudness 50.", "Loudness 50.")
    assert description.coverage == 1.0
