"""Tags of every kind of file come out under the same names, and nothing in them can do harm."""

from __future__ import annotations

from pathlib import Path

import mutagen
import mutagen.id3
import numpy as np
import pytest
import soundfile
from PIL import Image, PngImagePlugin

from emoretrieve.media.file import MediaFile
from emoretrieve.media.tags import MAX_TEXT, read_tags

_SOUNDS = {
    "flac": ("FLAC", "PCM_16"),
    "vorbis": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
_ID3_TEXTS = {"TIT2": "Aria", "TPE1": "Anna", "TALB": "Songs", "TCON": "Folk", "TDRC": "1998", "COMM": "made at home"}


def sound(path: Path, container: str, subtype: str) -> Path:
    soundfile.write(path, np.zeros(4800, dtype=np.float32), 48_000, format=container, subtype=subtype)
    return path


def picture(path: Path) -> MediaFile:
    return MediaFile(path, "image", "jpeg")


def jpeg_with_exif(path: Path, tags: dict[int, object], taken: str = "") -> MediaFile:
    exif = Image.Exif()
    for tag, value in tags.items():
        exif[tag] = value
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    Image.new("RGB", (4, 4)).save(path, format="JPEG", exif=exif)
    return picture(path)


def iptc_record(dataset: int, text: bytes) -> bytes:
    return bytes([0x1C, 2, dataset]) + len(text).to_bytes(2, "big") + text


def jpeg_with_iptc(path: Path, records: bytes) -> MediaFile:
    """A JPEG with an IPTC block in a Photoshop segment, as picture agencies write them."""
    Image.new("RGB", (4, 4)).save(path, format="JPEG")
    resource = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + len(records).to_bytes(4, "big") + records
    resource += b"\x00" * (len(records) % 2)
    content = path.read_bytes()
    path.write_bytes(content[:2] + b"\xff\xed" + (len(resource) + 2).to_bytes(2, "big") + resource + content[2:])
    return picture(path)


@pytest.mark.parametrize("name", _SOUNDS)
def test_sound_tags_have_common_names(tmp_path: Path, name: str) -> None:
    path = sound(tmp_path / "a", *_SOUNDS[name])
    tagged = mutagen.File(path, easy=True)
    tagged.update(
        {"title": ["Aria"], "artist": ["Anna", "Ben"], "album": "Songs", "date": "1998-05-01", "genre": "Folk"}
    )
    tagged.save()
    assert read_tags(MediaFile(path, "audio", name)) == {
        "title": "Aria",
        "artist": "Anna; Ben",
        "album": "Songs",
        "year": 1998,
        "genre": "Folk",
    }


@pytest.mark.parametrize("container", ["WAV", "AIFF"])
def test_id3_frames_in_wav_and_aiff_are_read(tmp_path: Path, container: str) -> None:
    path = sound(tmp_path / "a", container, "PCM_16")
    tagged = mutagen.File(path)
    tagged.add_tags()
    for frame, text in _ID3_TEXTS.items():
        tagged.tags.add(getattr(mutagen.id3, frame)(encoding=3, text=text))
    tagged.save()
    assert read_tags(MediaFile(path, "audio", container.lower())) == {
        "title": "Aria",
        "artist": "Anna",
        "album": "Songs",
        "genre": "Folk",
        "year": 1998,
        "description": "made at home",
    }


def test_exif_is_read(tmp_path: Path) -> None:
    tags: dict[int, object] = {0x010E: "A harbour", 0x013B: "Anna", 0x8298: "Public domain"}
    media = jpeg_with_exif(tmp_path / "a", tags, taken="2011:02:03 10:00:00")
    assert read_tags(media) == {
        "description": "A harbour",
        "artist": "Anna",
        "copyright": "Public domain",
        "year": 2011,
    }


def test_the_title_that_windows_writes_is_read(tmp_path: Path) -> None:
    assert read_tags(jpeg_with_exif(tmp_path / "a", {0x9C9B: "Größe".encode("utf-16-le")})) == {"title": "Größe"}


def test_utf8_in_exif_is_understood(tmp_path: Path) -> None:
    media = jpeg_with_exif(tmp_path / "a", {0x013B: "Dürer ♪".encode()})
    assert read_tags(media) == {"artist": "Dürer ♪"}


def test_iptc_is_read(tmp_path: Path) -> None:
    records = iptc_record(5, b"Harbour") + iptc_record(80, "Zoë".encode()) + iptc_record(55, b"19031231")
    assert read_tags(jpeg_with_iptc(tmp_path / "a", records)) == {"title": "Harbour", "artist": "Zoë", "year": 1903}


def test_png_texts_are_read(tmp_path: Path) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Title", "Harbour")
    texts.add_itxt("Author", "Zoë")
    Image.new("RGB", (4, 4)).save(tmp_path / "a", format="PNG", pnginfo=texts)
    assert read_tags(picture(tmp_path / "a")) == {"title": "Harbour", "artist": "Zoë"}


def test_texts_are_cleaned(tmp_path: Path) -> None:
    records = iptc_record(5, b"  Har\x00bour\r\n at\x07 night \x00\x00")
    assert read_tags(jpeg_with_iptc(tmp_path / "a", records)) == {"title": "Har bour at night"}


def test_long_texts_are_cut(tmp_path: Path) -> None:
    title = read_tags(jpeg_with_iptc(tmp_path / "a", iptc_record(120, b"x" * 30_000)))["description"]
    assert title == "x" * MAX_TEXT


def test_a_date_without_a_year_is_left_out(tmp_path: Path) -> None:
    assert read_tags(jpeg_with_exif(tmp_path / "a", {}, taken="0000:00:00 00:00:00")) == {}


def test_a_file_without_tags_has_none(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "a", format="PNG")
    assert read_tags(picture(tmp_path / "a")) == {}


@pytest.mark.parametrize("modality", ["audio", "image"])
def test_what_cannot_be_read_has_no_tags(tmp_path: Path, modality: str) -> None:
    (tmp_path / "a").write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x7fTIT2\xff\xff")
    files = (tmp_path / "a", tmp_path / "gone")
    assert [read_tags(MediaFile(path, modality, "mp3")) for path in files] == [{}, {}]  # type: ignore[arg-type]  # a test over both modalities
