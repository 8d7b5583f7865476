"""Files of sound and picture: recognised by content, decoded, their tags read."""

from emoretrieve.media.file import MediaFile

__all__ = ["MediaFile"]
