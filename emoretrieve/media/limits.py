"""What a file from strangers may ask of the process that decodes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emoretrieve.errors import MediaError

if TYPE_CHECKING:
    from emoretrieve.media.file import MediaFile


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """None everywhere: as much as it likes."""

    seconds: float | None = None
    """Of sound."""
    pixels: int | None = None
    """Of a picture, as its header says."""
    memory_bytes: int | None = None
    """Of addresses of the process, what it has loaded included."""

    def bound_memory(self) -> None:
        """Let the system refuse this process, and the programs that it starts, more memory from here on."""
        if self.memory_bytes is None:
            return
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = self.memory_bytes if hard == resource.RLIM_INFINITY else min(self.memory_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))

    def check(self, media: MediaFile) -> None:
        """Raise MediaError of kind `too_long` or `too_large` for a file whose header says that it is beyond a limit.

        A header that cannot be read says nothing: that is for the decoder to tell.
        """
        if media.modality == "audio" and self.seconds is not None:
            length_s = _length_s(media)
            if length_s is not None and length_s > self.seconds:
                raise MediaError(
                    f"The sound '{media.path}' lasts {length_s:,.0f} s, and no more than {self.seconds:,.0f} s are "
                    "taken here; cut it.",
                    kind="too_long",
                )
        if media.modality == "image" and self.pixels is not None:
            pixels = _pixels(media)
            if pixels is not None and pixels > self.pixels:
                raise MediaError(
                    f"The picture '{media.path}' has {pixels:,} pixels, and no more than {self.pixels:,} are taken "
                    "here; scale it down.",
                    kind="too_large",
                )


NO_LIMITS = MediaLimits()


def _length_s(media: MediaFile) -> float | None:
    """Seconds, as the header says."""
    import soundfile

    try:
        return float(soundfile.info(media.path).duration)
    except (soundfile.LibsndfileError, RuntimeError, OSError):
        return _tagged_length_s(media)


def _tagged_length_s(media: MediaFile) -> float | None:
    """The same of formats that libsndfile does not read."""
    import mutagen

    try:
        file = mutagen.File(media.path)
    except (mutagen.MutagenError, OSError):
        return None
    return float(file.info.length) if file is not None else None


def _pixels(media: MediaFile) -> int | None:
    import warnings

    from emoretrieve.media.image import open_picture

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with open_picture(media.path) as image:
                return image.width * image.height
    except Exception:  # decoders of damaged data raise nearly anything
        return None
