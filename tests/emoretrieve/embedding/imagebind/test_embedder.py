"""ImageBind's real class embeds what our preprocessing gives it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.embedding import BatchEmbedder, EmbedderSettings, WordsEmbedder, caution_of
from emoretrieve.embedding.imagebind.published import DIGEST, caution
from emoretrieve.embedding.registry import open_embedder
from emoretrieve.embedding.weights import Weights
from emoretrieve.errors import EmoretrieveError, MissingDependency, PerceptionError
from emoretrieve.media import MediaFile
from tests.emoretrieve.embedding.imagebind.conftest import needs_model_code

Files = dict[str, MediaFile]


def opened(weights: Path) -> BatchEmbedder:
    embedder = open_embedder(EmbedderSettings("imagebind", str(weights), "cpu", {"imagebind"}))
    assert isinstance(embedder, BatchEmbedder)
    return embedder


def test_songs_and_pictures_become_unit_vectors_of_1024_numbers(random_weights: Path, files: Files) -> None:
    embedder = opened(random_weights)
    vectors = np.array([embedder.embed(media) for media in files.values()])
    assert vectors.shape == (4, embedder.dimension) == (4, 1024)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.linalg.matrix_rank(vectors) == 4


def test_a_batch_gives_the_vectors_of_its_files_one_by_one(random_weights: Path, files: Files) -> None:
    embedder = opened(random_weights)
    songs = [files["long.wav"], files["short.flac"]]
    together = embedder.embed_prepared("audio", [embedder.prepare(media) for media in songs])
    np.testing.assert_allclose(together, [embedder.embed(media) for media in songs], atol=1e-5)


def test_the_vector_of_a_song_is_that_of_the_model_itself(random_weights: Path, files: Files) -> None:
    import torch

    from emoretrieve.embedding.imagebind.model_code import model_module

    embedder = opened(random_weights)
    model = model_module().ImageBindModel(**json.loads((random_weights / "config.json").read_text())["arguments"])
    model.load_state_dict(torch.load(random_weights / "model.pth"))
    with torch.no_grad():
        output = model.eval()({"audio": torch.from_numpy(embedder.prepare(files["long.wav"]))[None]})["audio"][0]
    np.testing.assert_allclose(embedder.embed(files["long.wav"]), output / output.norm(), atol=1e-5)


def test_weights_without_arguments_are_taken_for_the_published_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The arguments are those that the model code itself gives for it."""
    needs_model_code()
    from emoretrieve.embedding.imagebind.embedder import PUBLISHED
    from emoretrieve.embedding.imagebind.model_code import model_module

    monkeypatch.setattr(model_module(), "ImageBindModel", dict)
    assert model_module().imagebind_huge(pretrained=False) == PUBLISHED
    (tmp_path / "model.pth").write_bytes(b"")
    assert opened(tmp_path).dimension == 1024


def test_words_are_embedded_in_the_same_space(random_weights: Path) -> None:
    embedder = opened(random_weights)
    assert isinstance(embedder, WordsEmbedder)
    rain, sun = embedder.embed_words("rain at night"), embedder.embed_words("a bright morning")
    assert len(rain) == 1024
    assert rain != sun


def test_the_signature_names_the_weights_and_says_that_they_are_random(random_weights: Path) -> None:
    signature = opened(random_weights).signature
    assert signature["weights"].startswith("sha256 ")
    assert "meaningless" in (caution_of(signature) or "")


def test_weights_that_nobody_knows_are_said_to_be_unknown() -> None:
    assert "not recognised" in (caution(Weights(Path("x.pth"), "00" * 32)) or "")
    assert caution(Weights(Path("x.pth"), DIGEST)) is None


def test_neither_torchvision_nor_torchaudio_nor_pytorchvideo_nor_timm_is_loaded(
    random_weights: Path, files: Files
) -> None:
    code = f"""
import sys
from pathlib import Path
from emoretrieve.embedding import EmbedderSettings
from emoretrieve.embedding.registry import open_embedder
from emoretrieve.media.identify import identify
embedder = open_embedder(EmbedderSettings("imagebind", {str(random_weights)!r}, "cpu", ["imagebind"]))
for path in {[str(media.path) for media in files.values()]!r}:
    embedder.embed(identify(Path(path)))
embedder.embed_words("words")
print(sorted({{"torchvision", "torchaudio", "pytorchvideo", "timm", "decord"}} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "[]", run.stderr


def test_opening_loads_no_model(random_weights: Path) -> None:
    code = f"""
import sys
from emoretrieve.embedding import EmbedderSettings
from emoretrieve.embedding.registry import open_embedder
open_embedder(EmbedderSettings("imagebind", {str(random_weights)!r}, "cpu", ["imagebind"])).signature
print("torch" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


def test_the_licence_is_said_and_has_to_be_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMORETRIEVE_ACCEPT_LICENCE", raising=False)
    with pytest.raises(PerceptionError, match=r"CC BY-NC.*commercial.*--accept-licence imagebind") as caught:
        open_embedder(EmbedderSettings("imagebind", str(tmp_path)))
    assert caught.value.kind == "licence_not_accepted"


@pytest.mark.parametrize("missing", ["torch", "einops", "imagebind"])
def test_what_is_not_installed_is_named_with_the_way_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    (tmp_path / "model.pth").write_bytes(b"")
    monkeypatch.setitem(sys.modules, missing, None)  # as Python marks what cannot be imported
    with pytest.raises(MissingDependency, match=rf"{missing}.*pip install --no-deps imagebind-unofficial"):
        opened(tmp_path)


def test_the_licence_may_be_accepted_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_model_code()
    (tmp_path / "model.pth").write_bytes(b"no weights")
    monkeypatch.setenv("EMORETRIEVE_ACCEPT_LICENCE", "other, imagebind")
    assert open_embedder(EmbedderSettings("imagebind", str(tmp_path))).signature["embedder"] == "imagebind"


@pytest.mark.parametrize(
    ("place", "kind"),
    [("/nowhere/at/all.pth", "unknown_model"), ("nowhere", "unknown_model"), (".", "unknown_model")],
)
def test_weights_that_are_not_there_are_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PerceptionError) as caught:
        open_embedder(EmbedderSettings("imagebind", place, accepted={"imagebind"}))
    assert caught.value.kind == kind


def test_without_weights_the_address_of_the_published_ones_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for place in (None, "imagebind_huge"):
        with pytest.raises(PerceptionError, match=r"imagebind_huge\.pth .4\.8 GB.*--weights"):
            open_embedder(EmbedderSettings("imagebind", place, accepted={"imagebind"}))


@pytest.mark.parametrize("content", [b"", b"no weights", b"PK\x03\x04 half an archive"])
def test_damaged_weights_are_told(tmp_path: Path, files: Files, content: bytes) -> None:
    needs_model_code()
    (tmp_path / "model.pth").write_bytes(content)
    with pytest.raises(EmoretrieveError, match=r"model\.pth") as caught:
        opened(tmp_path).embed(files["wide.png"])
    assert caught.value.kind == "damaged_model"


def test_weights_of_another_size_are_damaged(random_weights: Path, tmp_path: Path, files: Files) -> None:
    """Without `config.json` they are taken for those of the published model."""
    (tmp_path / "model.pth").write_bytes((random_weights / "model.pth").read_bytes())
    with pytest.raises(PerceptionError, match="cannot be loaded") as caught:
        opened(tmp_path).embed(files["wide.png"])
    assert caught.value.kind == "damaged_model"


def test_weights_as_safetensors_give_the_same_vectors(random_weights: Path, tmp_path: Path, files: Files) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    import torch

    safetensors.save_file(torch.load(random_weights / "model.pth"), tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_bytes((random_weights / "config.json").read_bytes())
    ours, theirs = (opened(folder).embed(files["wide.png"]) for folder in (tmp_path, random_weights))
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_a_device_that_is_not_there_is_told(random_weights: Path, files: Files) -> None:
    embedder = open_embedder(EmbedderSettings("imagebind", str(random_weights), "cuda:77", {"imagebind"}))
    with pytest.raises(EmoretrieveError, match="cuda:77"):
        embedder.embed(files["wide.png"])
