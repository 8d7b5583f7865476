"""The songs: scores for the band, each a mood of its own."""

from __future__ import annotations

import numpy as np

from samples import instruments as band
from samples.sound import Wave, swell
from samples.sound import band as filtered
from samples.tape import Tape


def lament(seed: int) -> Wave:
    tape = Tape(seed, bpm=50, beats=24, tail_s=3)
    tape.play(
        band.strings, "D3+A3+F3:4 G2+D3+Bb3:4 A2+E3+C#4:4 D3+A3+F3:4 Bb2+F3+D4:4 A2+E3+C#4:2 D2+A2+F3:2", gain=0.5
    )
    tape.play(
        band.strings, "-:1 A4:2 G4:1 F4:3 E4:1 E4:2 G4:1 F4:1 F4:2.5 E4:.5 D4:1 D4:2 F4:1 E4:1 E4:2 D4:2", pan=0.2
    )
    tape.loop(band.strings, "D2:4 G2:4 A2:4 D2:4", gain=0.4, pan=-0.3)
    return tape.finish(-25, room=0.4, decay_s=2.8)


def elegy_for_piano(seed: int) -> Wave:
    tape = Tape(seed, bpm=54, beats=24, tail_s=3)
    for bar, (low, chord) in enumerate(
        (
            ("C#2", "G#3 C#4 E4"),
            ("B1", "G#3 B3 E4"),
            ("A1", "A3 C#4 E4"),
            ("F#2", "A3 C#4 F#4"),
            ("G#1", "G#3 C4 F#4"),
            ("C#2", "G#3 C#4 E4"),
        )
    ):
        first, second, third = chord.split()
        tape.play(band.piano, f"{low}:4", at=4 * bar, gain=0.8, pan=-0.3)
        tape.play(band.piano, " ".join([f"{first}:.333 {second}:.333 {third}:.333"] * 4), at=4 * bar, gain=0.3)
    tape.play(band.piano, "-:4 G#4:2.5 G#4:.5 G#4:1 A4:3 G#4:1 F#4:2 B4:2 E4:2 D#4:2 C#4:4", gain=0.7, pan=0.2)
    return tape.finish(-27, room=0.35, decay_s=2.4)


def rain_at_the_window(seed: int) -> Wave:
    tape = Tape(seed, bpm=58, beats=24, tail_s=3)
    tape.play(band.piano, "E4:3 D4:1 B3:4 A3:3 B3:1 G3:4 E4:2 G4:2 F#4:1 E4:3", gain=0.6)
    tape.play(band.pad, "E2+B2+G3:8 C2+G2+E3:8 A1+E2+C3:4 E2+B2+G3:4", gain=0.35)
    drops = tape.noise() * (tape.rng.random(tape.channels.shape[1]) < 0.0006)
    tape.lay(filtered(drops, 1_500, 6_000), 0.7)
    tape.lay(filtered(tape.noise(), 300, 3_000), 0.012)
    return tape.finish(-29, room=0.35, decay_s=2.0)


def nostalgic_waltz(seed: int) -> Wave:
    tape = Tape(seed, bpm=104, beats=48)
    chords = (
        ("A2", "C4+E4"),
        ("A2", "C4+E4"),
        ("D3", "D4+F4"),
        ("A2", "C4+E4"),
        ("E2", "B3+D4"),
        ("E2", "B3+D4"),
        ("A2", "C4+E4"),
        ("E2", "G#3+D4"),
    )
    for bar, (low, chord) in enumerate(chords * 2):
        tape.play(band.harp, f"{low}:1 {chord}:1 {chord}:1", at=3 * bar, gain=0.6, pan=-0.2)
    melody = "E5:2 D5:.5 C5:.5 A4:3 F5:2 E5:.5 D5:.5 C5:3 B4:1 C5:1 D5:1 E5:2 D5:1 C5:2 B4:1 A4:1 G#4:2"
    tape.play(band.reed, melody, gain=0.5, pan=0.1)
    tape.play(band.reed, melody, at=24, gain=0.5, pan=0.1)
    tape.play(band.strings, "C4:6 A3:6 B3:6 C4:3 B3:3", at=24, gain=0.3)
    return tape.finish(-21)


def lullaby(seed: int) -> Wave:
    tape = Tape(seed, bpm=66, beats=30, tail_s=3)
    for bar in range(10):
        low, middle, high = (("F3", "A3", "C4"), ("Bb2", "D4", "F3"), ("C3", "E3", "G3"), ("F3", "A3", "C4"))[bar % 4]
        tape.play(band.harp, f"{low}:1 {middle}:1 {high}:1", at=3 * bar, gain=0.35, pan=-0.2)
    melody = "A4:2 C5:1 A4:2 F4:1 G4:2 Bb4:1 A4:3 C5:2 A4:1 F4:2 D4:1 C4:2 E4:1 F4:3 A4:2 G4:1 F4:3"
    tape.play(band.bell, melody, gain=0.4, pan=0.2)
    return tape.finish(-29, room=0.3, decay_s=2.2)


def still_water(seed: int) -> Wave:
    tape = Tape(seed, bpm=60, beats=32, tail_s=3)
    tape.play(band.pad, "G2+D3+B3:8 E2+B2+G3:8 C3+G3+E4:8 G2+D3+A3:8", gain=0.6)
    tape.play(band.pad, "-:4 D4+A4:8 B3+G4:8 E4+D5:10", gain=0.3, pan=0.4)
    tape.play(band.bell, "-:6 B4:8 G4:9 D5:9", gain=0.12, pan=-0.4)
    tape.lay(filtered(tape.noise(), 150, 900) * (1 + np.sin(0.8 * tape.seconds())), 0.012)
    return tape.finish(-28, room=0.5, decay_s=3.0)


def hymn(seed: int) -> Wave:
    tape = Tape(seed, bpm=66, beats=32, tail_s=3)
    line = "Eb3+G3+Bb3+Eb4:2 Bb2+F3+Bb3+D4:1 C3+Eb3+G3+C4:1 Ab2+Eb3+Ab3+C4:2 Bb2+D3+F3+Bb3:2"
    close = "Eb3+Bb3+Eb4+G4:2 Ab2+Ab3+C4+F4:2 Bb2+F3+D4+F4:2 Eb2+Bb2+G3+Eb4:2"
    for at in (0, 16):
        tape.play(band.organ, line, at=at, gain=0.4)
        tape.play(band.organ, close, at=at + 8, gain=0.45)
    return tape.finish(-20, room=0.45, decay_s=3.0)


def morning_walk(seed: int) -> Wave:
    tape = Tape(seed, bpm=92, beats=40)
    for bar in range(10):
        chord = ("D3 A3 F#4 A3", "G3 B3 D4 B3", "A2 E3 C#4 E3", "D3 A3 F#4 A3")[bar % 4]
        tape.play(band.harp, " ".join(f"{note}:1" for note in chord.split()), at=4 * bar, gain=0.5, pan=-0.3)
    melody = "F#5:1 E5:.5 D5:.5 A4:2 B4:1 D5:1 G5:2 E5:1 F#5:.5 G5:.5 A5:1.5 G5:.5 F#5:2 D5:2"
    tape.play(band.flute, melody, at=4, gain=0.6, pan=0.2)
    tape.play(band.flute, melody, at=22, gain=0.6, pan=0.2)
    return tape.finish(-23)


def village_dance(seed: int) -> Wave:
    tape = Tape(seed, bpm=150, beats=64)
    first = "A4:.5 C#5:.5 E5:.5 A5:1 E5:.5 F#5:.5 E5:.5 C#5:.5 B4:1 C#5:.5 D5:.5 C#5:.5 B4:.5 A4:.5 "
    second = "E5:.5 E5:.5 F#5:.5 E5:.5 D5:.5 C#5:.5 B4:1 E4:1 A4:.5 B4:.5 C#5:.5 D5:.5 E5:.5 C#5:.5 A4:1 "
    tape.loop(band.staccato, first + second, gain=0.9, pan=0.2)
    tape.loop(band.flute, first + second, gain=0.35, pan=-0.2, start=16.5)
    tape.loop(band.bass, "A2:1 E2:1 A2:1 E2:1 D2:1 A2:1 E2:1 A2:1", gain=0.8)
    tape.beat(band.tom, "X.xxX.x.", gain=0.8, pan=-0.2)
    tape.beat(band.hat, ".xxx.xxx", gain=0.5, pan=0.3)
    tape.beat(band.snare, "..X...X.", gain=0.5)
    return tape.finish(-14, room=0.12)


def street_carnival(seed: int) -> Wave:
    tape = Tape(seed, bpm=132, beats=60)
    riff = "G4+B4:.5 -:.5 A4+C5:.5 B4+D5:1 D5+G5:1 -:.5 C5+E5:.5 B4+D5:.5 A4+C5:1 G4+B4:1 -:1 "
    tape.loop(band.brass, riff + riff, gain=0.7, start=4)
    tape.loop(band.bass, "G2:1.5 D2:.5 G2:1.5 B2:.5 C3:1.5 E2:.5 D2:1.5 A2:.5", gain=0.9)
    tape.beat(band.kick, "X..xX..xX..xX.xx", step=0.25, gain=0.9)
    tape.beat(band.hat, "xXxxxXxxXxxXxXxx", step=0.25, gain=0.6, pan=0.4)
    tape.beat(band.tom, "..X..X....X.XX..", step=0.25, gain=0.8, pan=-0.4)
    tape.beat(band.snare, "x..x..X.x..x.X.x", step=0.25, gain=0.5)
    return tape.finish(-13, room=0.1)


def march(seed: int) -> Wave:
    tape = Tape(seed, bpm=116, beats=56)
    theme = "C5:1 G4:.75 G4:.25 C5:1 E5:1 G5:2 E5:1 C5:1 D5:1 D5:.75 E5:.25 F5:1 D5:1 G4:2 B4:1 D5:1 "
    tape.loop(band.brass, theme, gain=0.8, pan=0.2)
    tape.loop(
        band.brass, "C3+E3+G3:1 G2+D3:1 C3+E3+G3:1 G2+D3:1 G2+B2+F3:1 D3+F3:1 G2+B2+F3:1 D3+G3:1", gain=0.4, pan=-0.2
    )
    tape.beat(band.kick, "X.x.X.x.", gain=0.9)
    tape.beat(band.snare, "X.xxX.xxX.xxXxxx", step=0.25, gain=0.6)
    tape.beat(band.cymbal, "X" + "." * 31, gain=0.4)
    return tape.finish(-14, room=0.18)


def victory(seed: int) -> Wave:
    tape = Tape(seed, bpm=108, beats=44, tail_s=3)
    fanfare = (
        "D4+A4:.75 D4+A4:.25 D4+A4:1 F#4+D5:2 A4+E5:1 F#4+D5:1 A4+F#5:2 B4+G5:1.5 A4+F#5:.5 G4+E5:1 E4+C#5:1 F#4+D5:4 "
    )
    tape.play(band.brass, fanfare + fanfare, gain=0.8)
    tape.play(band.brass, "D4+F#4+A4+D5:4 G3+B4+D5+G5:4 A3+C#5+E5+A5:4", at=32, gain=0.8)
    tape.loop(band.strings, "D3+F#3+A3:4 G3+B3+D4:4 A3+C#4+E4:4 D3+F#3+A3:4", gain=0.6, pan=-0.2)
    tape.beat(band.timpani, "X...X.x.X.xxX...", gain=0.9)
    tape.beat(band.cymbal, "X" + "." * 15, gain=0.5)
    return tape.finish(-14, room=0.3, decay_s=2.2)


def chase(seed: int) -> Wave:
    tape = Tape(seed, bpm=168, beats=80)
    ostinato = "D3:.5 D3:.5 F3:.5 D3:.5 G#3:.5 D3:.5 A3:.5 F3:.5 "
    rising = "D3:.5 Eb3:.5 F#3:.5 Eb3:.5 A3:.5 F#3:.5 Bb3:.5 C4:.5 "
    tape.loop(band.staccato, ostinato * 3 + rising, gain=0.9, pan=-0.2)
    tape.loop(
        band.staccato, (ostinato * 3 + rising).replace("3:", "4:").replace("C4", "C5"), gain=0.5, pan=0.3, start=16
    )
    tape.loop(band.brass, "-:4 D4+G#4:.5 -:.5 D4+A4:1 -:2 -:4 Eb4+A4:1 F#4+C5:3", gain=0.8, start=16)
    tape.beat(band.kick, "X.xX..X.", gain=0.9)
    tape.beat(band.snare, "..X.x.Xx", gain=0.8)
    tape.beat(band.hat, "xx", gain=0.4, pan=0.3)
    return tape.finish(-12, room=0.12)


def storm(seed: int) -> Wave:
    tape = Tape(seed, bpm=126, beats=56, tail_s=3)
    tremolo = " ".join("E2+Bb2:.25" for _ in range(16)) + " " + " ".join("F2+B2:.25" for _ in range(16)) + " "
    tape.loop(band.staccato, tremolo, gain=1.0)
    steps = ["E4", "F4", "G4", "Bb4", "B4", "C5", "E5", "F5", "G5"]
    runs = " ".join(f"{note}:.25" for note in steps + steps[-2::-1][:7]) + " "
    tape.loop(band.staccato, runs + "-:4 ", gain=0.7, pan=0.4, start=4)
    tape.loop(band.brass, "-:4 E3+Bb3+E4:3 F3+B3+F4:1", gain=0.9, pan=-0.3)
    tape.beat(band.timpani, "X..xX.XxX..XxxXX", gain=1.0)
    tape.beat(band.cymbal, "X......X........", gain=0.6)
    seconds = tape.seconds()
    gusts = 0.5 + 0.5 * np.sin(1.7 * seconds + 2 * np.sin(0.6 * seconds))
    tape.lay(filtered(tape.noise(), 200, 2_500) * gusts * swell(len(gusts), 2.0, 3.0), 0.3)
    return tape.finish(-12, room=0.25)


def night_drive(seed: int) -> Wave:
    tape = Tape(seed, bpm=124, beats=56)
    arpeggio = " ".join(f"{note}:.25" for note in ["A3", "E4", "A4", "C5", "E4", "A4", "C5", "E5"] * 2)
    tape.loop(band.synth, f"{arpeggio} {arpeggio.replace('A', 'F').replace('E', 'C')} ", gain=0.4, pan=0.3)
    tape.loop(band.synth, "A1:.5 A2:.5 " * 4 + "F1:.5 F2:.5 " * 4 + "C2:.5 C3:.5 " * 4 + "G1:.5 G2:.5 " * 4, gain=0.6)
    tape.play(band.pad, "A3+C4+E4:4 A3+C4+F4:4 G3+C4+E4:4 G3+B3+D4:4 " * 3, gain=0.4)
    tape.beat(band.kick, "X.", gain=1.0)
    tape.beat(band.snare, "..X.", gain=0.6)
    tape.beat(band.hat, ".X.x", step=0.25, gain=0.5)
    return tape.finish(-15, room=0.15)
