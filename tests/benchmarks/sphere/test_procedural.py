"""The made-up triplets, and an experiment of a few steps from its items to its page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.sphere.material import Material
from benchmarks.sphere.procedural.attributes import ATTRIBUTES, INDEX
from benchmarks.sphere.procedural.caption import render_caption
from benchmarks.sphere.procedural.picture import render_picture
from benchmarks.sphere.procedural.render import Sizes, item, triplets
from benchmarks.sphere.procedural.sound import Wave, render_sound

pytest.importorskip("torch", reason="needs the extra 'sphere'")

from benchmarks.sphere.experiment import Options, conduct
from benchmarks.sphere.rows import Protocol
from benchmarks.sphere.tables import main as write_page

SIZES = Sizes(test=24, validation=12, train=64)
PROTOCOL = Protocol(steps=4, batch_size=16, hidden=16, seeds=1)
ROWS = ("none", "elk 0", "elk 1", "mpc")


def test_an_item_is_the_same_whenever_it_is_made() -> None:
    first, again = item(7), item(7)
    assert (first.wave == again.wave).all()
    assert first.caption == again.caption
    assert not np.array_equal(first.attributes, item(8).attributes)


def test_a_caption_mentions_as_many_attributes_as_it_says() -> None:
    random = np.random.default_rng(1)
    middle = np.array([0.0 if attribute.kinds else 0.5 for attribute in ATTRIBUTES])
    said = {
        words for attribute in ATTRIBUTES for words in attribute.words[attribute.degree(middle[INDEX[attribute.name]])]
    }
    for _ in range(20):
        caption, mentioned = render_caption(middle, random)
        body = caption.split(", ")
        assert sum(any(part.endswith(words) for words in said) for part in body) == mentioned


def test_dynamics_make_a_sound_louder_and_bass_makes_it_lower() -> None:
    levels = [float(wave.std()) for wave in _rendered("dynamics")]
    low = [float((power := np.abs(np.fft.rfft(wave)) ** 2)[:520].sum() / power.sum()) for wave in _rendered("bass")]
    assert levels[1] > 3 * levels[0]
    assert low[1] > 3 * low[0]  # the share below 130 Hz


def _rendered(name: str) -> list[Wave]:
    """With as little of an attribute as there can be, and as much."""
    values = item(3).attributes.copy()
    values[INDEX["register"]] = 1.0
    found = []
    for values[INDEX[name]] in (0.0, 1.0):
        found.append(render_sound(values, np.random.default_rng(5))[0])
    return found


def test_a_frame_is_seen_and_not_heard() -> None:
    values = item(3).attributes.copy()
    sounds, corners = [], []
    for border in (0.0, 1.0):
        values[INDEX["border"]] = border
        sounds.append(render_sound(values, np.random.default_rng(5))[0])
        picture, _ = render_picture(values, np.random.default_rng(5))
        corners.append(float(np.asarray(picture, np.float64)[:3, :3].mean()))
    assert (sounds[0] == sounds[1]).all()
    assert corners[1] > 200 > corners[0]


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return triplets(tmp_path_factory.mktemp("made") / "items", SIZES)


def test_an_experiment_ends_in_a_page_with_the_claims_first(material: Material, tmp_path: Path) -> None:
    chosen = Options(tmp_path, reduced=False, grid=False, only=ROWS, seeds=1)
    conduct(material, chosen, PROTOCOL, "Made-up triplets", "a few items")
    page = tmp_path / "page.md"
    write_page([tmp_path], page, tmp_path)
    text = page.read_text("utf-8")
    assert text.index("## Claims") < text.index("### MRR of every direction")
    assert "L_S alone fails" in text
    assert "There are none of 1: L_C (mcinfonce)" in " ".join(text.split())
    assert "| chance | 0.1573 |" in text  # H_24 / 24
    values = (tmp_path / "sphere_made_up_triplets.csv").read_text("utf-8").splitlines()
    assert len(values) == 1 + len(ROWS) * 9 * 2  # directions, distances


def test_an_experiment_that_was_killed_goes_on_where_it_was(material: Material, tmp_path: Path) -> None:
    chosen = Options(tmp_path, reduced=False, grid=False, only=("det",), seeds=1)
    conduct(material, chosen, PROTOCOL, "Made-up triplets", "a few items")
    made = tmp_path / "runs" / "det seed 0.json"
    before = made.read_bytes()
    conduct(material, replace(chosen, only=("det", "mpc")), PROTOCOL, "Made-up triplets", "a few items")
    assert made.read_bytes() == before  # it holds its own duration, which a second run would change
    assert (tmp_path / "runs" / "mpc seed 0.json").exists()


def test_the_same_row_and_seed_give_the_same_ranks(material: Material, tmp_path: Path) -> None:
    found = []
    for folder in (tmp_path / "one", tmp_path / "other"):
        conduct(
            material, Options(folder, False, False, ("mcinfonce 0.1",), 1), PROTOCOL, "Made-up triplets", "a few items"
        )
        with np.load(folder / "runs" / "mcinfonce 0.1 seed 0.npz") as kept:
            found.append({name: kept[name] for name in kept.files})
    assert all((found[0][name] == found[1][name]).all() for name in found[0])
