"""What a piece is made of: its notes in seconds, its forces, and the facts that its file states."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from benchmarks.sphere.music.corpus import FOLK, Piece, abc_fields

if TYPE_CHECKING:
    from music21 import stream

SOLO_FORCES = {
    "fiddle": 40, "flute": 73, "whistle": 72, "accordion": 21, "harmonica": 22, "bagpipe": 109, "clarinet": 71,
    "guitar": 24, "harp": 46, "piano": 0, "dulcimer": 15, "oboe": 68,
}  # fmt: skip
ENSEMBLE_FORCES = {"choir": 52, "organ": 19, "strings": 48, "brass": 61, "recorders": 74, "harpsichord": 6, "viols": 42}
"""Programs of General MIDI. Files of tunes, masses and chorales name no instruments, so these are drawn."""
LISTED_FORCES = {"Violin": 40, "Viola": 41, "Violoncello": 42, "Cello": 42, "Piano": 0, "Flute": 73, "Oboe": 68,
                 "Horn": 60, "Bassoon": 70, "Guitar": 24, "Harpsichord": 6}  # fmt: skip
PACE_PER_S = (1.5, 5.0)
"""Onsets in a second of a piece whose file states no tempo: the bounds of a draw, even on a logarithmic scale."""
PACES = ((60, "largo"), (76, "adagio"), (108, "andante"), (120, "moderato"), (156, "allegro"), (200, "vivace"))
SHARPS = {-7: "seven flats", -6: "six flats", -5: "five flats", -4: "four flats", -3: "three flats", -2: "two flats",
          -1: "one flat", 0: "no accidentals", 1: "one sharp", 2: "two sharps", 3: "three sharps", 4: "four sharps",
          5: "five sharps", 6: "six sharps", 7: "seven sharps"}  # fmt: skip
_COMPOSERS = {"bach": "Johann Sebastian Bach", "palestrina": "Giovanni Pierluigi da Palestrina",
              "monteverdi": "Claudio Monteverdi", "josquin": "Josquin des Prez", "beethoven": "Ludwig van Beethoven",
              "mozart": "Wolfgang Amadeus Mozart", "haydn": "Joseph Haydn"}  # fmt: skip


class Unplayable(Exception):
    """A piece that has too few notes, or that music21 cannot read."""


@dataclass(frozen=True, slots=True)
class Notes:
    """Columns: onset and duration in quarters, pitch (MIDI number), part (0, 1, ...), sorted by onset."""

    table: npt.NDArray[np.float64]
    parts: int


@dataclass(frozen=True, slots=True)
class Score:
    """`notes` and the tempo in quarters a minute, a program of General MIDI for each part, and facts in words."""

    notes: Notes
    quarters_per_minute: float
    programs: tuple[int, ...]
    facts: dict[str, str]


def read_score(piece: Piece) -> Score:
    """Parse `piece`; what its file leaves open (tempo, forces) is drawn by a generator seeded with its name."""
    from music21 import converter
    from music21.exceptions21 import Music21Exception

    abc = piece.abc() if piece.collection in FOLK else ""
    try:
        if abc:
            parsed = converter.parse(abc, format="abc")
        else:
            parsed = converter.parse(piece.path, forceSource=True, storePickle=False)
        notes = _notes(parsed)
    except (Music21Exception, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unplayable(f"music21 cannot read it: {type(error).__name__}: {error}"[:200]) from error
    if len(notes.table) < 12:
        raise Unplayable(f"it has {len(notes.table)} notes")
    draw = random.Random(piece.name)
    tempo, tempo_source = _tempo(parsed, abc, notes, draw)
    forces, programs, forces_source = _forces(parsed, notes, draw)
    facts = {
        **_named(parsed, piece, abc_fields(abc)), **_notated(parsed),
        "tempo": f"{pace_word(tempo)}, quarter = {round(tempo / 10) * 10}", "tempo_is": tempo_source,
        "forces": forces, "forces_are": forces_source,
    }  # fmt: skip
    return Score(notes, tempo, programs, {name: value for name, value in facts.items() if value})


def pace_word(quarters_per_minute: float) -> str:
    return next((word for bound, word in PACES if quarters_per_minute < bound), "presto")


def _notes(parsed: stream.Stream) -> Notes:
    parts = list(parsed.parts) or [parsed]
    rows = [
        (float(note.offset), float(note.quarterLength), pitch.midi, number)
        for number, part in enumerate(parts)
        for note in part.flatten().stripTies().notes
        if not note.duration.isGrace
        for pitch in note.pitches
    ]
    rows = [row for row in rows if row[1] > 0 and 0 < row[2] < 128]
    return Notes(np.array(sorted(rows), dtype=np.float64).reshape(-1, 4), len(parts))


def _tempo(parsed: stream.Stream, abc: str, notes: Notes, draw: random.Random) -> tuple[float, str]:
    marks = [mark.getQuarterBPM() for mark in parsed.flatten().getElementsByClass("MetronomeMark")]
    stated = [mark for mark in marks if mark and 20 <= mark <= 400]
    if stated and (not abc or "Q" in abc_fields(abc)):
        return float(stated[0]), "stated"
    low, high = np.log(PACE_PER_S)
    pace = float(np.exp(draw.uniform(low, high)))
    onsets = np.unique(notes.table[:, 0])
    quarters_per_onset = (onsets[-1] - onsets[0]) / max(len(onsets) - 1, 1)
    return float(np.clip(60 * pace * quarters_per_onset, 40, 400)), "drawn"


def _forces(parsed: stream.Stream, notes: Notes, draw: random.Random) -> tuple[str, tuple[int, ...], str]:
    """What plays, in words; a program a part; whether the file says so."""
    names = [(part.partName or "") for part in parsed.parts] or [""]
    listed = [next((word for word in LISTED_FORCES if word in name), None) for name in names]
    if all(listed):
        words = [word for word in listed if word]
        return (
            ", ".join(dict.fromkeys(word.lower() for word in words)),
            tuple(LISTED_FORCES[w] for w in words),
            "stated",
        )
    choices = SOLO_FORCES if notes.parts == 1 else ENSEMBLE_FORCES
    word = draw.choice(sorted(choices))
    said = word if notes.parts == 1 else f"{word} in {notes.parts} parts"
    return said, (choices[word],) * notes.parts, "drawn"


def _named(parsed: stream.Stream, piece: Piece, fields: dict[str, str]) -> dict[str, str]:
    metadata = parsed.metadata
    titles = [fields.get("T", ""), metadata.title or "", _parent(parsed)] if metadata else [fields.get("T", "")]
    composer = fields.get("C") or _COMPOSERS.get(piece.collection) or (metadata.composer if metadata else "") or ""
    number = piece.path.stem if piece.collection in ("bach", "monteverdi") else ""
    title = ", ".join(dict.fromkeys(part.strip() for part in [*titles, number] if part and part.strip()))
    form = fields.get("R") or next(
        iter(re.findall(r"\b(reel|jig|hornpipe|strathspey|march|waltz)\b", title.lower())), ""
    )
    return {"title": title, "composer": composer, "form": form.strip("] ").lower(), "origin": fields.get("O", "")}


def _parent(parsed: stream.Stream) -> str:
    """The work that a movement is of: a mass."""
    return next((str(value) for name, value in parsed.metadata.all() if name.lower().startswith("parent")), "")


def _notated(parsed: stream.Stream) -> dict[str, str]:
    flat = parsed.flatten()
    key = next(iter(flat.getElementsByClass("KeySignature")), None)
    metre = next(iter(flat.getElementsByClass("TimeSignature")), None)
    named = getattr(key, "tonic", None)
    words = (
        "" if key is None else f"{named.name.replace('-', ' flat')} {key.mode}" if named else SHARPS.get(key.sharps, "")
    )
    return {"key": words, "metre": metre.ratioString if metre else ""}
