"""Captions for sound: measured once, said in words."""

from __future__ import annotations

from collections.abc import Iterable

from emoretrieve.item import Captions
from emoretrieve.media import MediaFile
from emoretrieve.media.audio import Samples, stream_sound
from emoretrieve.perception import Description
from emoretrieve.perception.lite.sound_frames import COLUMNS, frame_rows
from emoretrieve.perception.lite.sound_measures import measure
from emoretrieve.perception.lite.sound_spectrum import spectra
from emoretrieve.perception.lite.sound_timeline import Timeline
from emoretrieve.perception.lite.sound_words import describe_passage, describe_piece


def caption_sound(media: MediaFile) -> Description:
    """Describe a sound and its four quarters in one pass over it, whatever its length.

    Raises MediaError and MissingDependency as `stream_sound` does.
    """
    return describe_blocks(stream_sound(media))


def describe_blocks(blocks: Iterable[Samples]) -> Description:
    """Describe a stream of 16 kHz mono samples; a stream without samples is silent."""
    return describe_sums(hear(blocks))


def hear(blocks: Iterable[Samples]) -> Timeline:
    """Listen to a stream to its end; the sums of any stretch of it can be read from what comes back."""
    timeline = Timeline(COLUMNS)
    for rows in frame_rows(spectra(blocks)):
        timeline.add(rows)
    return timeline


def describe_sums(timeline: Timeline) -> Description:
    """Say in words what was heard, in the whole and in its quarters."""
    whole = measure(timeline.total(0, 1))
    first, second, third, fourth = (measure(timeline.total(quarter / 4, (quarter + 1) / 4)) for quarter in range(4))
    captions = Captions(
        describe_piece(whole, (first, second, third, fourth)),
        (describe_passage(first), describe_passage(second), describe_passage(third), describe_passage(fourth)),
    )
    return Description(captions, coverage=1.0)
