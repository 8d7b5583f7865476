"""What is in the sample set: every work with its title, its invented author and the mood it was made for."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import soundfile

from samples import abstracts, compositions, interiors, landscapes, scenes
from samples.canvas import Canvas
from samples.sound import SAMPLE_RATE_HZ, Wave

_MARROW, _FENN, _SATO, _OKORO = "Ines Marrow", "Tobias Fenn", "Lio Sato", "Ada Okoro"
_BAND, _DUO, _ORCHESTRA = "The Paper Band", "Reed & Harp", "Orchestra of Small Hours"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; its file is named after the function that draws it, and its seed follows from that name."""

    draw: Callable[[Canvas], None]
    title: str
    artist: str
    mood: str
    ending: str = ".jpg"

    @property
    def file_name(self) -> str:
        return self.draw.__name__ + self.ending

    def make(self, folder: Path) -> None:
        canvas = Canvas(_seed(self.draw.__name__))
        self.draw(canvas)
        canvas.image().save(folder / self.file_name, quality=90)


@dataclass(frozen=True, slots=True)
class Song:
    """A song; named and seeded as pictures are."""

    compose: Callable[[int], Wave]
    title: str
    artist: str
    mood: str
    ending: str = ".flac"

    @property
    def file_name(self) -> str:
        return self.compose.__name__ + self.ending

    def make(self, folder: Path) -> None:
        wave = self.compose(_seed(self.compose.__name__))
        soundfile.write(folder / self.file_name, wave, SAMPLE_RATE_HZ, subtype="PCM_16")


def _seed(name: str) -> int:
    return zlib.crc32(name.encode())


PICTURES = (
    Picture(landscapes.harbour_at_dusk, "Harbour at Dusk", _MARROW, "nostalgic"),
    Picture(landscapes.moonlit_bay, "Moonlit Bay", _MARROW, "nostalgic"),
    Picture(landscapes.the_storm, "The Storm", _MARROW, "agitated"),
    Picture(landscapes.sunlit_meadow, "Sunlit Meadow", _MARROW, "glad"),
    Picture(landscapes.first_snow, "First Snow", _MARROW, "quiet"),
    Picture(landscapes.morning_fog, "Morning Fog", _MARROW, "quiet", ".png"),
    Picture(landscapes.blue_mountains, "Blue Mountains", _MARROW, "calm"),
    Picture(landscapes.desert_noon, "Desert, Noon", _MARROW, "calm"),
    Picture(landscapes.autumn_wood, "Autumn Wood", _FENN, "nostalgic"),
    Picture(landscapes.rain_on_the_lake, "Rain on the Lake", _FENN, "sad"),
    Picture(landscapes.wind_in_the_wheat, "Wind in the Wheat", _FENN, "lively"),
    Picture(landscapes.northern_lights, "Northern Lights", _FENN, "calm"),
    Picture(landscapes.volcano, "Volcano", _FENN, "agitated"),
    Picture(landscapes.rose_garden, "Rose Garden", _FENN, "glad"),
    Picture(scenes.city_at_night, "City at Night", _OKORO, "restless"),
    Picture(scenes.street_in_the_rain, "Street in the Rain", _OKORO, "nostalgic"),
    Picture(interiors.still_life_with_pears, "Still Life with Pears", _FENN, "calm"),
    Picture(interiors.candle, "Candle", _FENN, "sad"),
    Picture(interiors.woman_in_blue, "Woman in Blue", _OKORO, "sad"),
    Picture(interiors.old_man_reading, "Old Man Reading", _OKORO, "nostalgic"),
    Picture(scenes.bonfire, "Bonfire", _OKORO, "agitated"),
    Picture(scenes.fireworks, "Fireworks", _OKORO, "lively"),
    Picture(interiors.empty_room, "Empty Room", _OKORO, "sad", ".png"),
    Picture(scenes.carnival, "Carnival", _OKORO, "lively"),
    Picture(scenes.express_train, "Express Train", _OKORO, "lively"),
    Picture(abstracts.composition_with_diagonals, "Composition with Diagonals", _SATO, "lively", ".png"),
    Picture(abstracts.circles, "Circles", _SATO, "glad"),
    Picture(abstracts.grey_over_blue, "Grey over Blue", _SATO, "sad"),
    Picture(abstracts.orange_over_yellow, "Orange over Yellow", _SATO, "glad"),
    Picture(abstracts.grid_in_primaries, "Grid in Primaries", _SATO, "calm", ".png"),
    Picture(abstracts.red_vortex, "Red Vortex", _SATO, "agitated", ".webp"),
    Picture(abstracts.pale_stripes, "Pale Stripes", _SATO, "quiet", ".png"),
    Picture(abstracts.ink, "Ink", _SATO, "restless", ".png"),
    Picture(abstracts.tender_shapes, "Tender Shapes", _SATO, "calm", ".webp"),
)

SONGS = (
    Song(compositions.lament, "Lament", _ORCHESTRA, "sad"),
    Song(compositions.elegy_for_piano, "Elegy for Piano", _DUO, "sad"),
    Song(compositions.rain_at_the_window, "Rain at the Window", _DUO, "sad"),
    Song(compositions.nostalgic_waltz, "Waltz of Last Summer", _DUO, "nostalgic"),
    Song(compositions.lullaby, "Lullaby", _DUO, "quiet"),
    Song(compositions.still_water, "Still Water", _ORCHESTRA, "calm"),
    Song(compositions.hymn, "Hymn", _ORCHESTRA, "calm"),
    Song(compositions.morning_walk, "Morning Walk", _DUO, "glad"),
    Song(compositions.village_dance, "Village Dance", _BAND, "lively"),
    Song(compositions.street_carnival, "Street Carnival", _BAND, "lively"),
    Song(compositions.march, "March", _BAND, "lively"),
    Song(compositions.victory, "Victory", _ORCHESTRA, "glad"),
    Song(compositions.chase, "Chase", _ORCHESTRA, "agitated"),
    Song(compositions.storm, "Storm", _ORCHESTRA, "agitated", ".wav"),
    Song(compositions.night_drive, "Night Drive", _BAND, "restless"),
)
