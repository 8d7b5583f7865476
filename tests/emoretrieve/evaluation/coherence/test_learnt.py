"""A real CLIP, tiny, that has learnt which words belong to which pictures of a test, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emoretrieve.embedding import EmbedderSettings
from emoretrieve.embedding.kept_vectors import KeptVectors
from emoretrieve.evaluation.coherence.coherence import Coherence, Judge, coherence
from emoretrieve.media.image import open_parts, open_whole
from random_towers import write_random_towers
from tests.emoretrieve.evaluation.coherence.drawn import COLOURS, collection, draw, words_for

_STEPS = 60


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CLIP's own loss on the five parts of six pictures and their captions."""
    pytest.importorskip("transformers", reason="needs the extra 'clip'")
    import torch
    from PIL import Image
    from transformers import AutoImageProcessor, AutoTokenizer, CLIPModel

    folder = write_random_towers("clip", tmp_path_factory.mktemp("clip"))
    media = tmp_path_factory.mktemp("media")
    parts: list[Image.Image] = []
    for path in (draw(colour, media) for colour in COLOURS):
        parts += [open_whole(path), *(Image.fromarray(one.copy()) for one in open_parts(path).fragments)]
    pixels = AutoImageProcessor.from_pretrained(folder, backend="pil")(images=parts, return_tensors="pt")
    captions = [caption for colour in COLOURS for caption in words_for(colour).parts]
    words = AutoTokenizer.from_pretrained(folder)(captions, padding=True, return_tensors="pt")
    model = CLIPModel.from_pretrained(folder).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(_STEPS):
        optimiser.zero_grad()
        model(**words, **pixels, return_loss=True).loss.backward()
        optimiser.step()
    model.save_pretrained(folder)
    return folder


def judged(weights: Path, folder: Path, shift: int = 0) -> Coherence:
    store = collection(folder, shift=shift)
    with KeptVectors(None) as kept:
        return coherence(store, Judge.open(store, EmbedderSettings("clip", str(weights), "cpu")), kept, 500)


def test_what_was_learnt_is_found_and_other_captions_are_not(weights: Path, tmp_path: Path) -> None:
    right, wrong = (judged(weights, tmp_path, shift) for shift in (0, 1))
    for ours, theirs in zip(right.parts, wrong.parts, strict=True):
        if ours.part == "fragments_together":  # longer than anything that was learnt
            continue
        assert ours.distribution.mean > ours.random.mean + 3 * ours.random.deviation
        assert ours.own_caption.first.value > 0.6 > theirs.own_caption.first.value
        assert ours.p < 0.01 < theirs.p
        assert theirs.distribution.mean < ours.random.mean


def test_the_cosines_are_those_of_the_model_s_own_logits(weights: Path, tmp_path: Path) -> None:
    import torch
    from sklearn.metrics import label_ranking_average_precision_score
    from transformers import AutoImageProcessor, AutoTokenizer, CLIPModel

    found = judged(weights, tmp_path).parts[0]
    pictures = [open_whole(tmp_path / f"{colour}.png") for colour in COLOURS]
    pixels = AutoImageProcessor.from_pretrained(weights, backend="pil")(images=pictures, return_tensors="pt")
    texts = [words_for(colour).whole for colour in COLOURS]
    words = AutoTokenizer.from_pretrained(weights)(texts, padding=True, return_tensors="pt")
    model = CLIPModel.from_pretrained(weights).eval()
    with torch.no_grad():
        cosines = np.asarray(model(**words, **pixels).logits_per_image / model.logit_scale.exp(), np.float64)
    assert found.distribution.mean == pytest.approx(np.diag(cosines).mean(), abs=1e-5)
    assert found.random.mean == pytest.approx(cosines.mean(), abs=1e-5)
    reciprocal = label_ranking_average_precision_score(np.eye(len(COLOURS)), cosines)
    assert found.own_caption.reciprocal.value == pytest.approx(reciprocal)


def test_two_runs_give_identical_numbers(weights: Path, tmp_path: Path) -> None:
    assert judged(weights, tmp_path).to_json() == judged(weights, tmp_path).to_json()
