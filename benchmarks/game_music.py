"""Does music sort as its titles say? Colours of game music against classes judged from the titles alone.

    python benchmarks/game_music.py [FOLDER...]

Looks for the pieces of the table in the FOLDERs (searched through), or in the Debian packages that are installed.
Per package and over all of them it prints how often (AUC) an excited piece has more R - G than a quiet one, and a
lament more B than a glad piece; beside the latter what reverse arousal and the minor mode give alone. Measures and
scales were chosen with these packages in view, except those of `HELD_OUT`, which were heard only after that.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from emoretrieve.emotion import Rgb
from emoretrieve.media.audio import stream_sound
from emoretrieve.media.identify import identify
from emoretrieve.perception.lexicon import LexiconMapper
from emoretrieve.perception.lite.sound import describe_sums, hear
from emoretrieve.perception.lite.sound_feeling import arousal, minorness
from emoretrieve.perception.lite.sound_measures import measure

CLASSES = ("excited", "quiet", "laments", "glad")

TITLES: dict[str, tuple[str, str, str, str]] = {
    "wesnoth-1.16-music": (
        "battle battle-epic breaking_the_chains frantic frantic-old siege_of_laurelmor the_dangerous_symphony vengeful "
        "victory victory2",
        "elf-land elvish-theme into_the_shadows journeys_end love_theme nunc_dimittis sad silvan_sanctuary transience "
        "wanderer",
        "casualties_of_war defeat defeat2 nunc_dimittis sad the_city_falls the_king_is_dead transience",
        "breaking_the_chains heroes_rite love_theme return_to_wesnoth traveling_minstrels victory victory2",
    ),
    "naev-data": (
        "battlesomething1 battlesomething2 combat1 combat2 combat3 flf_battle1 galacticbattle nebu_battle1 "
        "nebu_battle2",
        "ambient1 ambient2 ambient2_5 ambient3 ambient4 ambiphonic ocean peace1 peace2 peace4 peace6 snow",
        "",
        "",
    ),
    "unknown-horizons": (
        "battle seafight",
        "goldenvalley irelands_coast nightdream Peer_Gynt_Suite_No._1,_Op._46_-_I._Morning",
        "",
        "",
    ),
    "flare-game": ("battle_theme boss_theme", "forest_theme safe_room_theme town_theme", "", ""),
    "freedroidrpg-data": ("AmbientBattle Hyperbattle TechBattle hellforce", "Ambience temple town", "", ""),
    "supertuxkart-data": (
        "Battle_Theme_1 Boom_boom_boom celtic_fast cocoa_river_fast jumping_to_the_stars_remake_fast "
        "landing_in_gran_paradiso_fast ravenbridge_mansion_fast theGreatFair_fast",
        "garden menutheme Snowy subsea valley",
        "lose_theme",
        "Penguin_Party klabauter_dance race_win_theme theGreatFair win_theme",
    ),
    "supertux-data": (
        "battle_theme bossattack bright_thunders forest-sprint greatgigantic invincible treeboss voc-boss wisphunt",
        "arctic_breeze beneath_the_rabbit_hole tropicalbreeze voc-night",
        "",
        "",
    ),
    "ardentryst": ("battle battle2", "holy shop", "", ""),
    "hyperrogue-music": ("hr-domina-hunting hr3-hell", "hr-savino-ocean", "hr3-graveyard", "hr-savino-caribbean"),
    "enigma-data": ("", "in_space meditation on_the_water", "", "enigma_rag"),
    "extremetuxracer-data": ("spunkyrace-ks", "calmrace-ks", "lostrace-ks", "wonrace1-jt"),
    "lordsawar-data": ("battle", "bless", "defeat", "victory"),
    "marsshooter-data": ("", "", "02_orphanage 06_-_Elveszett_Lelkek 10_farewell", ""),
    "trackballs-data": ("", "", "tb_sorrow", ""),
    "amoebax-data": ("", "", "", "Congratulations"),
    "freecol": ("", "", "", "fearless-sailors tailwind"),
    "plee-the-bear-data": ("boss invincibility", "guitar", "", ""),
    "berusky2-data": (
        "comix1 comix2 comix3 comix4 comix5 comix6 comix7 comix8 comix9 comix10",
        "Piano Piano1 Relax1 Relax2 Relax3 Relax4 Relax5 Relax6 Relax7",
        "",
        "",
    ),
    "singularity-music": ("Enemy_Unknown March_Thee_to_Dis", "Chimes_They_Fade Nebula Through_Space", "", ""),
    "hedgewars-data": ("hell olympics_sd Rock sdmusic", "Nature snow underwater", "", ""),
    "starfighter-data": ("last_cyber_dance orbital_colossus", "sound_and_silence through_space", "", ""),
    "openclonk-data": ("Motorway", "IslandDreams LucidDream", "", ""),
    "btanks-data": ("batterie", "country forest nostalgy", "", ""),
    "gigalomania-data": ("", "", "defeat", "victory"),
}

HELD_OUT = (
    "berusky2-data",
    "singularity-music",
    "hedgewars-data",
    "starfighter-data",
    "openclonk-data",
    "btanks-data",
    "gigalomania-data",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a package: its final colour and the two measures that sadness is made of."""

    package: str
    classes: tuple[str, ...]
    title: str
    colour: Rgb
    arousal: float
    minor: float


def main() -> None:
    files = _files([Path(folder) for folder in sys.argv[1:]])
    pieces = [_hear(package, path) for package, paths in files.items() for path in paths]
    if not pieces:
        raise SystemExit(f"None of these packages' music was found: {', '.join(TITLES)}.")
    for package in dict.fromkeys(piece.package for piece in pieces):
        _report(package, [piece for piece in pieces if piece.package == package])
    _report("all but wesnoth", [piece for piece in pieces if not piece.package.startswith("wesnoth")])
    _report_together("known while choosing", [piece for piece in pieces if piece.package not in HELD_OUT])
    _report_together("held out", [piece for piece in pieces if piece.package in HELD_OUT])


def _files(folders: Sequence[Path]) -> dict[str, list[Path]]:
    """The files of the table's titles by package; a title counts where the package's name is part of the path."""
    found = [path for folder in folders for path in folder.rglob("*")] if folders else _installed()
    return {
        package: sorted(
            path for path in found if _title(path) in _titles(package) and _is_of(path, package) and _is_music(path)
        )
        for package in TITLES
    }


def _installed() -> list[Path]:
    listing = subprocess.run(["dpkg", "-L", *TITLES], capture_output=True, text=True, check=False)
    return [Path(line) for line in listing.stdout.splitlines()]


def _is_of(path: Path, package: str) -> bool:
    """A folder is named by the package's first word: `supertux2` for supertux-data, but not `supertuxkart`."""
    return _first_word(package) in {_first_word(part) for part in path.parts}


def _first_word(name: str) -> str:
    return name.split("-")[0].rstrip("0123456789")


def _titles(package: str) -> set[str]:
    return {title for cell in TITLES[package] for title in cell.split()}


def _title(path: Path) -> str:
    return path.stem.replace(" ", "_")


def _is_music(path: Path) -> bool:
    return path.suffix in (".ogg", ".opus", ".mp3", ".flac") and path.is_file() and path.stat().st_size > 60_000


def _hear(package: str, path: Path) -> Piece:
    media = identify(path)
    if media is None:
        raise SystemExit(f"'{path}' is no sound")
    timeline = hear(stream_sound(media))
    colour = LexiconMapper().colour(describe_sums(timeline).captions).whole
    measures = measure(timeline.total(0, 1))
    cells = zip(CLASSES, TITLES[package], strict=True)
    classes = tuple(name for name, cell in cells if _title(path) in cell.split())
    return Piece(package, classes, _title(path), colour, arousal(measures), minorness(measures))


def _report(name: str, pieces: Iterable[Piece]) -> None:
    excited, quiet, laments, glad = ([piece for piece in pieces if kind in piece.classes] for kind in CLASSES)
    if not (excited and quiet) and not (laments and glad):
        return
    print(name)
    _line("excited over quiet, R - G", excited, quiet, _excitement)
    _line("laments over glad, B", laments, glad, lambda piece: piece.colour.b)
    _line("  reverse arousal alone", laments, glad, lambda piece: -piece.arousal)
    _line("  minor mode alone", laments, glad, lambda piece: piece.minor)


def _report_together(name: str, pieces: list[Piece]) -> None:
    """All pairs of the packages together, and the mean over the packages, each counting alike."""
    _report(name, pieces)
    areas = []
    for package in dict.fromkeys(piece.package for piece in pieces):
        excited, quiet = (
            [piece for piece in pieces if piece.package == package and kind in piece.classes] for kind in CLASSES[:2]
        )
        if excited and quiet:
            areas.append(_area(excited, quiet, _excitement))
    if areas:
        print(f"  mean of the packages, R - G  AUC {sum(areas) / len(areas):.2f}   ({len(areas)} packages)")


def _excitement(piece: Piece) -> float:
    return piece.colour.r - piece.colour.g


def _line(what: str, high: list[Piece], low: list[Piece], score: Callable[[Piece], float]) -> None:
    if high and low:
        print(f"  {what:28s} AUC {_area(high, low, score):.2f}   ({len(high)} x {len(low)})")


def _area(high: list[Piece], low: list[Piece], score: Callable[[Piece], float]) -> float:
    pairs = [(score(one), score(other)) for one in high for other in low]
    return sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs)


if __name__ == "__main__":
    main()
