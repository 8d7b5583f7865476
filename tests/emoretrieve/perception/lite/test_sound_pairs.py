"""The same sound played otherwise moves the final colours the way a listener would expect."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.emotion import Rgb
from emoretrieve.media.audio import stream_sound
from emoretrieve.media.identify import identify
from tests.emoretrieve.perception.lite.sounds import Sound, Tune, colour

MUSIC = Path(__file__).parents[4] / "../shared/real_media/music"

TUNES = tuple(
    Tune(seed, speed, attack_s=attack_s, tonic_midi=tonic, partials=partials)
    for seed, (speed, attack_s, (tonic, partials)) in enumerate(
        itertools.product((2.0, 3.0, 4.0, 6.0), (0.005, 0.02), ((55, 3), (64, 8)))
    )
)


def calmer(before: Rgb, after: Rgb) -> bool:
    return after.r < before.r and after.g > before.g


def sadder(before: Rgb, after: Rgb) -> bool:
    return after.b > before.b


CHANGES: dict[str, tuple[Callable[[Tune], Tune], Callable[[Rgb, Rgb], bool]]] = {
    "slower": (Tune.slower, calmer),
    "quieter": (Tune.quieter, calmer),
    "in minor": (Tune.in_minor, sadder),
    "softer attack": (Tune.softer, calmer),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_tune_played_otherwise_feels_otherwise_in_nine_of_ten_pairs(name: str, tmp_path: Path) -> None:
    change, expected = CHANGES[name]
    path = tmp_path / "tune.wav"
    held = [expected(colour(path, tune.play()), colour(path, change(tune).play())) for tune in TUNES]
    assert np.mean(held) >= 0.9


def slower(sound: Sound) -> Sound:
    """Two thirds of the speed at the same pitch (a phase vocoder)."""
    import librosa

    return np.asarray(librosa.effects.time_stretch(sound, rate=1 / 1.5), dtype=np.float64)


def quieter(sound: Sound) -> Sound:
    return sound * 10 ** (-12 / 20)


def softer(sound: Sound) -> Sound:
    """Attacks smeared: the level follows the sound's own with a delay of about a tenth of a second."""
    hop = 160
    level = np.sqrt(np.square(sound[: len(sound) // hop * hop].reshape(-1, hop)).mean(axis=1)) + 1e-6
    smeared = np.convolve(level, np.ones(12) / 12)[: len(level)]
    gain = np.minimum(smeared / level, 1)
    return np.asarray(sound * np.interp(np.arange(len(sound)), np.arange(len(gain)) * hop, gain))


def tracks() -> Iterator[Sound]:
    for path in sorted(MUSIC.rglob("*.opus"))[::3]:
        media = identify(path)
        assert media is not None
        yield np.concatenate(list(stream_sound(media))).astype(np.float64)


@pytest.mark.skipif(not MUSIC.exists(), reason="the shared folder with real music is not beside the checkout")
@pytest.mark.parametrize("change", [slower, quieter, softer], ids=lambda change: change.__name__)
def test_real_music_played_otherwise_is_calmer_in_nine_of_ten_pairs(
    change: Callable[[Sound], Sound], tmp_path: Path
) -> None:
    path = tmp_path / "music.wav"
    held = [calmer(colour(path, sound), colour(path, change(sound))) for sound in tracks()]
    assert np.mean(held) >= 0.9
