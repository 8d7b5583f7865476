"""The built-in features are as many numbers as they say, the same every time, and unlike for unlike inputs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.sphere.features import ExtractorSettings, input_of
from emoretrieve.sphere.features.extraction import extract_each
from emoretrieve.sphere.features.lite import LiteExtractor, hashed
from emoretrieve.sphere.features.registry import open_extractor
from emoretrieve.sphere.modality import MODALITIES


def test_every_modality_has_features_of_the_dimension_that_is_said(media: Path) -> None:
    lite = LiteExtractor()
    sound, picture = input_of("audio", media / "hum.wav"), input_of("image", media / "mist.png")
    inputs = {"audio": sound, "image": picture, "text": "a"}
    for modality in MODALITIES:
        features = lite.extract(modality, [inputs[modality]] * 2)
        assert features.shape == (2, lite.dimension(modality))
        assert features.dtype == np.float32
        assert np.isfinite(features).all()
        assert np.array_equal(features[0], features[1])
        assert lite.extract(modality, []).shape == (0, lite.dimension(modality))


def test_unlike_sounds_and_pictures_have_unlike_features(media: Path) -> None:
    lite = LiteExtractor()
    sounds = lite.extract("audio", [input_of("audio", media / name) for name in ("hum.wav", "drums.wav")])
    pictures = lite.extract("image", [input_of("image", media / name) for name in ("mist.png", "storm.png")])
    assert np.linalg.norm(sounds[0] - sounds[1]) > 1
    assert np.linalg.norm(pictures[0] - pictures[1]) > 0.1


def test_hashed_words_are_alike_where_texts_share_words_and_parts_of_words() -> None:
    rain, rains, brass = map(hashed, ("rain on the harbour", "It RAINS on the harbours!", "a brass band marches"))
    assert np.linalg.norm(rain) == pytest.approx(1.0)
    assert rain @ rains > 0.4
    assert abs(rain @ brass) < 0.2
    assert not hashed("… !").any()


def test_the_order_of_words_counts_a_little() -> None:
    assert 0.5 < hashed("dog bites man") @ hashed("man bites dog") < 0.999


def test_an_unknown_extractor_is_told_with_those_that_there_are() -> None:
    with pytest.raises(PerceptionError, match=r"called 'vggish'; there are lite") as caught:
        open_extractor(ExtractorSettings("vggish"))
    assert caught.value.kind == "unknown_extractor"


def test_what_failed_before_passes_through_in_its_place(media: Path) -> None:
    from emoretrieve.errors import MediaError

    failed = MediaError("no")
    found = extract_each(LiteExtractor(), "text", [failed, "a", failed, "b"])
    assert [isinstance(one, MediaError) for one in found] == [True, False, True, False]
    assert media.is_dir()
