"""Measures against pictures whose values are known."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from emoretrieve.media.image import SIDE
from emoretrieve.perception.lite.picture_measures import Measures, measure
from tests.emoretrieve.perception.lite.picture_drawings import DRAWINGS, chessboard, seashore


def parts_of(image: Image.Image) -> tuple[Measures, ...]:
    return measure(np.asarray(image.convert("RGB")))


def whole_of(image: Image.Image) -> Measures:
    return parts_of(image)[0]


def paper(colour: str) -> Image.Image:
    return Image.new("RGB", (SIDE, SIDE), colour)


def stripes(angle: float) -> Image.Image:
    """Sine waves whose crests run at an angle to the horizontal, counter-clockwise in degrees."""
    y, x = np.mgrid[:SIDE, :SIDE]
    across = x * np.sin(np.radians(angle)) + y * np.cos(np.radians(angle))
    return Image.fromarray((128 + 100 * np.sin(across / 4)).astype(np.uint8))


def test_light_is_the_luma() -> None:
    assert whole_of(paper("#ff0000")).light == pytest.approx(0.299, abs=0.002)


def test_contrast_of_a_chessboard_is_half_its_range() -> None:
    assert whole_of(chessboard()).contrast == pytest.approx(100 / 255, abs=0.01)


def test_dark_and_bright_shares_are_areas() -> None:
    image = paper("black")
    image.paste("white", (0, 0, SIDE // 4, SIDE))
    measures = whole_of(image)
    assert (measures.dark_share, measures.bright_share) == (0.75, 0.25)


def test_saturation_is_none_in_grey_and_full_in_red() -> None:
    assert (whole_of(paper("grey")).saturation, whole_of(paper("red")).saturation) == (0.0, 1.0)


def test_warm_and_cool_areas_are_told_apart() -> None:
    image = paper("orange")
    image.paste("blue", (0, 0, SIDE // 4, SIDE))
    measures = whole_of(image)
    assert (measures.warm_share, measures.cool_share) == (0.75, 0.25)


def test_yellow_and_blue_are_opposites() -> None:
    assert (whole_of(paper("yellow")).yellowness, whole_of(paper("blue")).yellowness) == (1.0, -1.0)


def test_grey_is_without_colourfulness() -> None:
    assert whole_of(chessboard()).colourfulness == 0.0


@pytest.mark.parametrize(("angle", "kind"), [(0, "horizontal"), (90, "vertical"), (45, "diagonal"), (135, "diagonal")])
def test_the_direction_of_lines_is_found(angle: float, kind: str) -> None:
    assert getattr(whole_of(stripes(angle)), kind) > 0.95


def test_without_lines_there_is_no_direction() -> None:
    measures = whole_of(Image.linear_gradient("L").resize((SIDE, SIDE)))
    assert (measures.horizontal, measures.vertical, measures.diagonal) == (0.0, 0.0, 0.0)


def test_hard_edges_are_crisp_and_blurred_ones_are_not() -> None:
    waves = whole_of(stripes(0).resize((112, 112)).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    assert whole_of(chessboard()).crisp_share > 0.03
    assert waves.crisp_share < whole_of(chessboard()).crisp_share


def test_busy_cells_are_where_the_detail_is() -> None:
    image = paper("grey")
    image.paste(stripes(45).crop((0, 0, SIDE // 2, SIDE)), (0, 0))
    measures = whole_of(image)
    assert measures.busy_share == pytest.approx(0.5, abs=0.1)
    assert measures.detail_place[0] < -0.2


def test_the_place_of_the_light_is_found() -> None:
    image = paper("black")
    ImageDraw.Draw(image).ellipse((300, 300, 400, 400), fill="white")
    right, below = whole_of(image).light_place
    assert right == pytest.approx(below, abs=0.001)
    assert right > 0.2


def test_a_light_in_the_middle_is_centred() -> None:
    image = paper("black")
    ImageDraw.Draw(image).ellipse((150, 150, 298, 298), fill="white")
    assert whole_of(image).light_centred > 0.2


def test_a_mirrored_picture_is_symmetric_and_a_landscape_is_not() -> None:
    image = paper("black")
    ImageDraw.Draw(image).ellipse((174, 100, 274, 300), fill="white")
    assert whole_of(image).symmetry > 0.99
    assert whole_of(seashore()).symmetry < 0.1


def test_colours_are_named_with_their_shares() -> None:
    image = paper("#c82020")
    image.paste("#fafafa", (0, 0, SIDE // 4, SIDE))
    assert whole_of(image).colours == (("red", 0.75), ("white", 0.25))


def test_parts_are_the_whole_and_the_quarters_in_reading_order() -> None:
    half = SIDE // 2
    image = paper("#000000")
    for grey, corner in ((51, (half, 0)), (102, (0, half)), (153, (half, half))):
        image.paste((grey, grey, grey), (*corner, corner[0] + half, corner[1] + half))
    assert [part.light for part in parts_of(image)] == [0.3, 0.0, 0.2, 0.4, 0.6]


def test_faint_noise_is_an_even_surface() -> None:
    noise = np.random.default_rng(0).integers(120, 124, (SIDE, SIDE, 3), dtype=np.uint8)
    assert whole_of(Image.fromarray(noise)).even


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawings_are_not_even_and_their_values_are_in_range(name: str) -> None:
    for measures in parts_of(DRAWINGS[name]()):
        assert not measures.even or measures.contrast < 0.01
        assert 0 <= measures.light <= 1
        assert abs(measures.symmetry) <= 1
        assert sum(share for _, share in measures.colours) == pytest.approx(1, abs=0.02)
