"""CLAP, CLIP and SigLIP: the real classes, tiny and with random weights, beside transformers' own comparison."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from emoretrieve.embedding import BatchEmbedder, CaptionEmbedder, EmbedderSettings, WordsEmbedder, caution_of
from emoretrieve.embedding import modalities_of as known
from emoretrieve.embedding.registry import open_embedder
from emoretrieve.errors import EmoretrieveError, PerceptionError
from emoretrieve.media import MediaFile
from emoretrieve.media.audio import stream_sound
from emoretrieve.media.identify import identify
from emoretrieve.media.image import open_parts, open_whole
from random_towers import DIMENSION, write_random_towers
from tests.emoretrieve.embedding.imagebind.examples import picture, sound

FAMILIES = ("clap", "clip", "siglip")
TEXTS = ["a slow quiet song", "red fire", "a dark stormy sea under heavy clouds " * 20]


@pytest.fixture(scope="session")
def towers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    for package in ("transformers", "sentencepiece"):
        pytest.importorskip(package, reason="needs the extra 'siglip'")
    return {family: write_random_towers(family, tmp_path_factory.mktemp(family)) for family in FAMILIES}


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MediaFile]:
    """A song of 5 s, of which the tiny CLAP hears 2 s at a time, a short one, and two pictures."""
    folder = tmp_path_factory.mktemp("media")
    soundfile.write(folder / "long.wav", sound("overlapping"), 16_000)
    soundfile.write(folder / "short.wav", sound("short"), 16_000)
    picture(64, 40).save(folder / "wide.png")
    picture(40, 64).save(folder / "high.png")
    return {path.stem: media for path in sorted(folder.iterdir()) if (media := identify(path))}


def opened(towers: dict[str, Path], family: str) -> CaptionEmbedder:
    embedder = open_embedder(EmbedderSettings(family, str(towers[family]), "cpu"))
    assert isinstance(embedder, CaptionEmbedder)
    return embedder


def example(family: str, files: dict[str, MediaFile]) -> MediaFile:
    return files["short" if family == "clap" else "wide"]


def logits(folder: Path, texts: list[str], **media: Any) -> NDArray[np.float32]:
    """What the model's own `forward` makes of one medium and texts, with its scale (and SigLIP's shift) taken away."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    model, tokenizer = AutoModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    padding = "max_length" if model.config.model_type == "siglip" else True
    inputs = tokenizer(texts, padding=padding, truncation=True, return_tensors="pt")
    if model.config.model_type == "siglip":
        inputs = {"input_ids": inputs["input_ids"]}
    with torch.no_grad():
        outputs = model(**inputs, **{name: torch.from_numpy(values) for name, values in media.items()})
        if model.config.model_type == "clap":
            return np.asarray(outputs.logits_per_audio / model.logit_scale_a.exp())
        shift = model.logit_bias if model.config.model_type == "siglip" else 0
        return np.asarray((outputs.logits_per_image - shift) / model.logit_scale.exp())


def test_a_short_song_is_compared_as_clap_compares_it(towers: dict[str, Path], files: dict[str, MediaFile]) -> None:
    from transformers import AutoFeatureExtractor

    samples = np.concatenate(list(stream_sound(files["short"], 8_000)))
    extractor = AutoFeatureExtractor.from_pretrained(towers["clap"])
    bands = extractor(samples, sampling_rate=8_000, return_tensors="np")["input_features"].astype(np.float32)
    theirs = logits(towers["clap"], TEXTS, input_features=bands)
    embedder = opened(towers, "clap")
    ours = np.array(embedder.embed(files["short"])) @ embedder.embed_texts(TEXTS).vectors.T
    np.testing.assert_allclose(ours, theirs[0], atol=1e-5)


@pytest.mark.parametrize("family", ["clip", "siglip"])
def test_a_picture_and_its_quarters_are_compared_as_the_model_compares_them(
    towers: dict[str, Path], files: dict[str, MediaFile], family: str
) -> None:
    from PIL import Image
    from transformers import AutoImageProcessor

    whole, parts = open_whole(files["wide"].path), open_parts(files["wide"].path)
    seen = [whole, *(Image.fromarray(pixels.copy()) for pixels in parts.fragments)]
    processor = AutoImageProcessor.from_pretrained(towers[family], backend="pil")
    theirs = logits(towers[family], TEXTS, pixel_values=processor(images=seen, return_tensors="np")["pixel_values"])
    embedder = opened(towers, family)
    ours = embedder.embed_parts(files["wide"]) @ embedder.embed_texts(TEXTS).vectors.T
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_a_long_song_is_the_mean_of_clips_that_cover_it(towers: dict[str, Path], files: dict[str, MediaFile]) -> None:
    import torch
    from transformers import AutoFeatureExtractor, ClapModel

    samples = np.concatenate(list(stream_sound(files["long"], 8_000)))
    clips = [samples[:16_000], samples[12_000:28_000], samples[24_000:]]
    extractor = AutoFeatureExtractor.from_pretrained(towers["clap"])
    inputs = extractor(clips, sampling_rate=8_000, return_tensors="pt")
    with torch.no_grad():
        theirs = ClapModel.from_pretrained(towers["clap"]).eval().get_audio_features(**inputs).pooler_output.mean(dim=0)
    np.testing.assert_allclose(opened(towers, "clap").embed(files["long"]), theirs / np.linalg.norm(theirs), atol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_parts_are_five_different_unit_vectors_of_which_the_first_is_the_whole(
    towers: dict[str, Path], files: dict[str, MediaFile], family: str
) -> None:
    embedder, media = opened(towers, family), example(family, files)
    parts = embedder.embed_parts(media)
    assert parts.shape == (5, DIMENSION) == (5, embedder.dimension)
    np.testing.assert_allclose(np.linalg.norm(parts, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(parts[0], embedder.embed(media), atol=1e-6)
    assert len({row.tobytes() for row in parts.round(5)}) == 5


@pytest.mark.parametrize(("family", "which"), [("clap", "long"), ("clip", "wide"), ("siglip", "wide")])
def test_two_runs_give_the_same_bits(
    towers: dict[str, Path], files: dict[str, MediaFile], family: str, which: str
) -> None:
    first, second = (opened(towers, family).embed_parts(files[which]) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.usefixtures("towers")
def test_a_fusing_clap_leaves_nothing_to_chance(files: dict[str, MediaFile], tmp_path: Path) -> None:
    """Its extractor marks one clip at random as longer than it is, and draws three crops of a longer one."""
    folder = write_random_towers("clap", tmp_path / "fusing", fusing=True)
    first, second = (opened({"clap": folder}, "clap").embed_parts(files["long"]) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_text_has_the_same_vector_whatever_the_others_are(towers: dict[str, Path], family: str) -> None:
    embedder = opened(towers, family)
    together = embedder.embed_texts(TEXTS).vectors
    np.testing.assert_array_equal(together[1], embedder.embed_texts(TEXTS[1:2]).vectors[0])
    assert isinstance(embedder, WordsEmbedder)
    np.testing.assert_array_equal(together[1], np.array(embedder.embed_words(TEXTS[1]), np.float32))


@pytest.mark.parametrize(("family", "limit"), [("clap", 64), ("clip", 24), ("siglip", 16)])
def test_what_lies_behind_the_limit_is_cut_off_and_said(towers: dict[str, Path], family: str, limit: int) -> None:
    embedder = opened(towers, family)
    texts = embedder.embed_texts([*TEXTS, TEXTS[2] + "wild riders"])
    assert (texts.limit, texts.cut.tolist()) == (limit, [False, False, True, True])
    np.testing.assert_array_equal(texts.vectors[2], texts.vectors[3])


@pytest.mark.parametrize("family", FAMILIES)
def test_a_batch_gives_the_vectors_of_its_files(
    towers: dict[str, Path], files: dict[str, MediaFile], family: str
) -> None:
    embedder = opened(towers, family)
    media = [files["short"], files["long"]] if family == "clap" else [files["wide"], files["high"]]
    assert isinstance(embedder, BatchEmbedder)
    together = embedder.embed_prepared(media[0].modality, [embedder.prepare(one) for one in media])
    np.testing.assert_allclose(together, [embedder.embed(one) for one in media], atol=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_each_knows_one_modality(towers: dict[str, Path], files: dict[str, MediaFile], family: str) -> None:
    embedder = opened(towers, family)
    assert known(embedder) == (embedder.modality,)
    for embed in (embedder.embed, embedder.embed_parts):
        with pytest.raises(PerceptionError, match="it has no vector for") as caught:
            embed(files["wide" if family == "clap" else "long"])
        assert caught.value.kind == "wrong_modality"


@pytest.mark.parametrize("family", FAMILIES)
def test_the_signature_names_the_weights_and_says_that_they_are_random(towers: dict[str, Path], family: str) -> None:
    signature = opened(towers, family).signature
    assert signature["embedder"] == family
    assert signature["weights"].startswith("sha256 ")
    assert "meaningless" in (caution_of(signature) or "")


def test_a_sound_of_a_few_samples_is_refused(towers: dict[str, Path], tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.array([0.1, 0.2, 0.3]), 8_000)
    media = identify(tmp_path / "a.wav")
    assert media
    with pytest.raises(EmoretrieveError, match="3 samples") as caught:
        opened(towers, "clap").embed(media)
    assert caught.value.kind == "too_short"


def test_a_model_of_another_kind_is_refused(towers: dict[str, Path]) -> None:
    with pytest.raises(PerceptionError, match="is 'clip', not CLAP") as caught:
        opened({"clap": towers["clip"]}, "clap")
    assert caught.value.kind == "unknown_model"


def without_a_tensor(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    state = load_file(folder / "model.safetensors")
    del state["visual_projection.weight"]
    save_file(state, folder / "model.safetensors", {"format": "pt"})


def without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def without_settings(folder: Path) -> None:
    (folder / "config.json").unlink()


def broken(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).write_text("{")

    return damage


def use(folder: Path, media: MediaFile) -> None:
    """Whichever comes first fails."""
    embedder = opened({"clip": folder}, "clip")
    assert embedder.signature
    embedder.embed(media)
    embedder.embed_texts(["red fire"])


@pytest.mark.parametrize(
    ("damage", "kind", "words"),
    [
        (without_a_tensor, "damaged_model", "1 tensors are missing, such as visual_projection.weight"),
        (without_weights, "unknown_model", "There are no weights"),
        (without_settings, "unknown_model", "There is no config.json"),
        (broken("config.json"), "damaged_model", "cannot be loaded"),
        (broken("model.safetensors"), "damaged_model", "cannot be loaded"),
        (broken("processor_config.json"), "damaged_model", "cannot be loaded"),
        (broken("tokenizer.json"), "damaged_model", "cannot be loaded"),
    ],
)
def test_a_folder_that_is_not_whole_is_told(
    towers: dict[str, Path],
    files: dict[str, MediaFile],
    tmp_path: Path,
    damage: Callable[[Path], None],
    kind: str,
    words: str,
) -> None:
    folder = Path(shutil.copytree(towers["clip"], tmp_path / "clip"))
    damage(folder)
    with pytest.raises(EmoretrieveError, match=words) as caught:
        use(folder, files["wide"])
    assert caught.value.kind == kind
    assert "\n" not in str(caught.value)


def test_weights_as_torch_saves_them_count_where_there_are_no_others(
    towers: dict[str, Path], files: dict[str, MediaFile], tmp_path: Path
) -> None:
    import torch
    from safetensors.torch import load_file

    folder = Path(shutil.copytree(towers["clip"], tmp_path / "clip"))
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    without_weights(folder)
    there, here = opened(towers, "clip"), opened({"clip": folder}, "clip")
    assert here.signature["weights"] != there.signature["weights"]
    np.testing.assert_array_equal(here.embed(files["wide"]), there.embed(files["wide"]))


def test_a_name_of_no_folder_and_no_repository_is_told() -> None:
    with pytest.raises(PerceptionError, match="There are no weights at 'nowhere'") as caught:
        open_embedder(EmbedderSettings("clap", "nowhere"))
    assert caught.value.kind == "unknown_model"


def test_settings_that_leave_out_the_length_of_vectors_mean_that_of_the_published_model(
    towers: dict[str, Path], tmp_path: Path
) -> None:
    """Those of SigLIP on the hub name nothing that is as in its smallest model."""
    folder = Path(shutil.copytree(towers["siglip"], tmp_path / "siglip"))
    (folder / "config.json").write_text(json.dumps({"model_type": "siglip", "text_config": {}, "vision_config": {}}))
    assert opened({"siglip": folder}, "siglip").dimension == 768
