"""Sound of any kind and length gets a caption a part, and nothing but the sound decides it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile
from emoretrieve.item import Captions
from emoretrieve.media.audio import Samples
from emoretrieve.media.identify import identify
from emoretrieve.perception.lexicon import LexiconMapper
from emoretrieve.perception.lite.sound import caption_sound, describe_blocks
from tests.emoretrieve.perception.lite.sounds import RATE_HZ, Sound, Tune, write

MUSIC = Path(__file__).parents[4] / "../shared/real_media/music"
NOTHING = "Nothing can be heard."


def captions(sound: Sound, block: int = RATE_HZ) -> Captions:
    return describe_blocks(cut(sound, block)).captions


def cut(sound: Sound, block: int) -> Iterator[Samples]:
    return (sound[at : at + block].astype(np.float32) for at in range(0, len(sound), block))


def profile(given: Captions) -> EmotionProfile:
    return LexiconMapper().colour(given)


@pytest.mark.parametrize("samples", [0, 1, 100, 16_000, 500_000])
def test_silence_of_any_length_is_described_as_such_and_feels_like_nothing(samples: int) -> None:
    described = captions(np.zeros(samples))
    assert set(described.parts) == {NOTHING}
    assert all(part.is_zero for part in profile(described).parts)


@pytest.mark.parametrize("samples", [1, 2, 319, 700, 16_000])
def test_the_shortest_sounds_have_a_profile(samples: int) -> None:
    described = captions(np.full(samples, 0.5))
    assert len(profile(described).parts) == 5
    assert "nan" not in " ".join(described.parts)


def test_a_part_in_which_nothing_sounds_is_silent_alone() -> None:
    tune = Tune(3).play()
    described = captions(np.concatenate([tune, np.zeros(len(tune))]))
    assert described.fragments[:2] != (NOTHING, NOTHING)
    assert described.fragments[3] == NOTHING
    assert "nothing can be heard" in described.whole


def test_fragments_are_the_four_quarters_in_order() -> None:
    quiet, loud = Tune(4, gain_db=-40).play(), Tune(4, gain_db=-3).play()
    described = captions(np.concatenate([quiet, loud]))
    assert ["very quiet" in part for part in described.fragments] == [True, True, False, False]


def test_a_louder_end_is_told_in_the_caption_of_the_whole() -> None:
    parts = [Tune(4, gain_db=gain_db).play() for gain_db in (-30, -30, -20, -6)]
    assert "loudest in its last quarter" in captions(np.concatenate(parts)).whole


@pytest.mark.parametrize("block", [100, 5_000, 1_000_000])
def test_the_cut_of_the_stream_changes_nothing(block: int) -> None:
    tune = Tune(5).play()
    assert captions(tune, block) == captions(tune)


def test_all_of_the_sound_is_listened_to(tmp_path: Path) -> None:
    assert caption_sound(write(tmp_path / "tune.wav", Tune(1).play())).coverage == 1.0


def test_name_and_tags_do_not_enter_the_captions(tmp_path: Path) -> None:
    import soundfile

    tune = Tune(6).play()
    plain = write(tmp_path / "a.wav", tune)
    with soundfile.SoundFile(tmp_path / "Sad Lament.flac", "w", RATE_HZ, 1, "PCM_24") as file:
        file.title = "Sad Lament"
        file.write(tune)
    named = identify(tmp_path / "Sad Lament.flac")
    assert named is not None
    assert caption_sound(named) == caption_sound(plain)


@pytest.mark.skipif(not MUSIC.exists(), reason="the shared folder with real music is not beside the checkout")
def test_the_colours_of_real_music_are_nearly_all_distinct() -> None:
    colours = []
    for path in sorted(MUSIC.rglob("*.opus")):
        media = identify(path)
        assert media is not None
        colours += [tuple(part) for part in profile(caption_sound(media).captions).parts]
    assert len(set(colours)) >= 0.9 * len(colours)
