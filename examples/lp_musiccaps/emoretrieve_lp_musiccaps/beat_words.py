"""`beat-words`: how fast and how loud a song is, in one sentence; no model, and small enough to read at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from emoretrieve.media import MediaFile
from emoretrieve.media.audio import SAMPLE_RATE_HZ, Samples
from emoretrieve.perception import Captioner, Description, PerceptionSettings
from emoretrieve.perception.lite import LiteCaptioner
from emoretrieve.perception.options import Options
from emoretrieve_lp_musiccaps.song import caption_parts, decode

OPTIONS = {"quick_from": "Beats a minute from which a song is called quick (100)."}
"""What `--set` and configuration files may say."""

_HOP = SAMPLE_RATE_HZ // 100
_SLOWEST_BPM, _FASTEST_BPM = 40, 200
_LOUD = 0.1
"""Root mean square of samples in -1..1, from which a song is called loud."""


class BeatCaptioner:
    """Describes songs by their beat, pictures as `lite` does."""

    def __init__(self, quick_from_bpm: int, pictures: Captioner) -> None:
        self._quick_from_bpm = quick_from_bpm
        self._pictures = pictures

    @property
    def signature(self) -> Mapping[str, str]:
        """All that a caption depends on. The version of the package is added to it by emoretrieve."""
        pictures = {f"pictures.{key}": value for key, value in self._pictures.signature.items()}
        return {"name": "beat-words", "quick_from": str(self._quick_from_bpm), **pictures}

    def caption(self, media: MediaFile) -> Description:
        if media.modality == "image":
            return self._pictures.caption(media)
        return Description(caption_parts(decode(media), self._words), coverage=1.0)

    def _words(self, part: Samples) -> str:
        bpm = beats_a_minute(part)
        if bpm is None:
            return "A still and silent passage without a beat."
        quick = bpm >= self._quick_from_bpm
        loud = float(np.sqrt(np.mean(np.square(part)))) >= _LOUD
        feeling = {
            (True, True): "exciting and wild",
            (True, False): "lively",
            (False, True): "solemn",
            (False, False): "calm and peaceful",
        }[quick, loud]
        return f"{'Quick' if quick else 'Slow'}, {feeling} music of about {bpm} beats a minute."


def open_captioner(settings: PerceptionSettings) -> BeatCaptioner:
    """The function that the entry point names."""
    quick_from_bpm = Options(settings.options).integer("quick_from", 100, _SLOWEST_BPM, _FASTEST_BPM)
    return BeatCaptioner(quick_from_bpm, LiteCaptioner(settings.use_descriptions))


def beats_a_minute(part: Samples) -> int | None:
    """The tempo at which the rises of loudness repeat best; None where nothing rises or the part is too short."""
    frames = part[: len(part) // _HOP * _HOP].reshape(-1, _HOP)
    rises = np.maximum(np.diff(np.sqrt(np.mean(np.square(frames), axis=1))), 0)
    if not rises.any():
        return None
    rises = np.convolve(rises, np.hanning(7))  # beats rarely lie a whole number of frames apart
    lags = np.arange(60 * 100 // _FASTEST_BPM, 60 * 100 // _SLOWEST_BPM + 1)  # in frames of 10 ms
    lags = lags[lags < len(rises)]
    if len(lags) == 0:
        return None
    likeness = [float(rises[lag:] @ rises[:-lag]) / (len(rises) - lag) for lag in lags]
    best = int(lags[int(np.argmax(likeness / np.sqrt(lags)))])  # what repeats at a lag does so at twice the lag
    return round(60 * 100 / best)
