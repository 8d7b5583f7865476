"""Sounds of every format become blocks of 16 kHz mono, and broken files say what is wrong with them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from emoretrieve.errors import MediaError, MissingDependency
from emoretrieve.media import MediaFile
from emoretrieve.media.audio import SAMPLE_RATE_HZ, in_hops, stream_sound
from emoretrieve.media.identify import identify

FORMATS = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "vorbis": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "aiff": ("AIFF", "PCM_16"),
}
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the ffmpeg program is not installed")


def tone(seconds: float, rate_hz: int = 48_000, hz: float = 440.0) -> NDArray[np.float64]:
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)


def write(path: Path, samples: NDArray[np.float64], name: str = "wav", rate_hz: int = 48_000) -> MediaFile:
    container, subtype = FORMATS[name]
    soundfile.write(path, samples, rate_hz, format=container, subtype=subtype)
    return MediaFile(path, "audio", name)


def decode(media: MediaFile) -> NDArray[np.float32]:
    blocks = list(stream_sound(media))
    return np.concatenate(blocks) if blocks else np.empty(0, np.float32)


def failure(media: MediaFile) -> str:
    with pytest.raises(MediaError) as caught:
        decode(media)
    return caught.value.kind


def cut(media: MediaFile, share: float) -> None:
    data = media.path.read_bytes()
    media.path.write_bytes(data[: int(len(data) * share)])


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_decodes_to_16_khz_of_the_same_length_and_level(name: str, tmp_path: Path) -> None:
    samples = decode(write(tmp_path / "sound", tone(3.0), name))
    assert len(samples) == pytest.approx(3 * SAMPLE_RATE_HZ, abs=0.1 * SAMPLE_RATE_HZ)
    assert np.sqrt(np.mean(samples[8_000:40_000] ** 2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 96_000])
def test_any_sampling_rate_keeps_length_and_pitch(rate_hz: int, tmp_path: Path) -> None:
    samples = decode(write(tmp_path / "sound.wav", tone(2.0, rate_hz), rate_hz=rate_hz))
    assert len(samples) == pytest.approx(2 * SAMPLE_RATE_HZ, abs=2)
    assert np.abs(np.fft.rfft(samples)).argmax() == pytest.approx(880, abs=1)


def test_channels_are_averaged(tmp_path: Path) -> None:
    stereo = np.stack([np.full(16_000, 0.6), np.full(16_000, 0.2)], axis=1)
    samples = decode(write(tmp_path / "sound.wav", stereo, rate_hz=16_000))
    np.testing.assert_allclose(samples, 0.4, atol=1e-4)


def surround(*levels: float) -> NDArray[np.float64]:
    return np.outer(np.ones(16_000), levels)


FRONT_MIX = (0.1 + 0.2 + np.sqrt(2) * 0.3) / (2 + np.sqrt(2))


@pytest.mark.parametrize(
    ("levels", "mix"),
    [((0.1, 0.2, 0.3), FRONT_MIX), ((0.1, 0.2, 0.7, 0.9), 0.15), ((0.1, 0.2, 0.3, 0.7, 0.8, 0.9), FRONT_MIX)],
)
def test_of_many_channels_the_front_ones_are_mixed(levels: tuple[float, ...], mix: float, tmp_path: Path) -> None:
    samples = decode(write(tmp_path / "sound.wav", surround(*levels), rate_hz=16_000))
    np.testing.assert_allclose(samples, mix, atol=1e-4)


def test_the_centre_of_vorbis_is_in_the_middle(tmp_path: Path) -> None:
    signs = np.sign(tone(1.0, 16_000))[:, None]
    samples = decode(write(tmp_path / "a.ogg", signs * surround(0.1, 0.3, 0.2, 0, 0, 0), "vorbis", rate_hz=16_000))
    assert np.median(np.abs(samples)) == pytest.approx(FRONT_MIX, rel=0.05)


@needs_ffmpeg
def test_ffmpeg_mixes_many_channels_as_libsndfile(tmp_path: Path) -> None:
    source = write(tmp_path / "sound.wav", surround(0.1, 0.2, 0.3, 0.4, 0.5, 0.6), rate_hz=16_000)
    lossless = encode(source.path, tmp_path / "sound.m4a", "-c:a", "alac")
    np.testing.assert_allclose(decode(lossless), decode(source), atol=1e-3)


def test_blocks_are_of_about_a_second(tmp_path: Path) -> None:
    blocks = list(stream_sound(write(tmp_path / "sound.wav", tone(20.0))))
    assert max(map(len, blocks)) <= 1.1 * SAMPLE_RATE_HZ


def test_samples_beyond_full_scale_are_clipped(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, np.full(16_000, 7.0), 16_000, subtype="FLOAT")
    assert decode(MediaFile(path, "audio", "wav")).max() == 1.0


def test_a_container_without_samples_is_an_empty_stream(tmp_path: Path) -> None:
    assert len(decode(write(tmp_path / "sound.wav", np.empty(0)))) == 0


def test_a_single_sample_is_a_sound(tmp_path: Path) -> None:
    assert len(decode(write(tmp_path / "sound.wav", np.ones(1), rate_hz=16_000))) == 1


@pytest.mark.parametrize("name", ["wav", "flac", "mp3", "aiff", "opus", "vorbis"])
def test_a_file_that_is_cut_off_is_refused(name: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    media = write(tmp_path / "sound", 0.3 * rng.standard_normal(6 * 48_000), name)
    cut(media, 0.6)
    assert failure(media) == "truncated"


def test_an_mp3_without_a_length_of_its_own_is_taken_as_it_is(tmp_path: Path) -> None:
    media = MediaFile(tmp_path / "sound.mp3", "audio", "mp3")
    soundfile.write(media.path, tone(6.0), 48_000, format="MP3", bitrate_mode="CONSTANT", compression_level=0.5)
    data = media.path.read_bytes()
    assert data.count(b"Info") + data.count(b"Xing") == 1
    media.path.write_bytes(data.replace(b"Info", bytes(4)).replace(b"Xing", bytes(4)))
    assert len(decode(media)) == pytest.approx(6 * SAMPLE_RATE_HZ, rel=0.05)


def test_a_wav_from_a_pipe_does_not_know_its_length(tmp_path: Path) -> None:
    media = write(tmp_path / "sound.wav", tone(1.0, 16_000), rate_hz=16_000)
    data = bytearray(media.path.read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    media.path.write_bytes(data)
    assert len(decode(media)) == 16_000


def test_an_empty_file_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "sound.wav").touch()
    assert failure(MediaFile(tmp_path / "sound.wav", "audio", "wav")) == "empty_file"


def test_a_file_that_is_gone_is_named_as_such(tmp_path: Path) -> None:
    assert failure(MediaFile(tmp_path / "sound.wav", "audio", "wav")) == "unreadable_file"


@pytest.mark.parametrize("name", ["wav", "mp3", pytest.param("m4a", marks=needs_ffmpeg)])
def test_what_is_no_sound_cannot_be_decoded(name: str, tmp_path: Path) -> None:
    path = tmp_path / "sound"
    path.write_text("not a sound at all\n" * 100)
    assert failure(MediaFile(path, "audio", name)) == "unreadable_media"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_numbers_are_refused(value: float, tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    samples = tone(1.0)
    samples[1_000] = value
    soundfile.write(path, samples, 48_000, subtype="FLOAT")
    assert failure(MediaFile(path, "audio", "wav")) == "bad_audio"


@pytest.mark.parametrize("name", ["m4a", "aac", "oggflac", "speex"])
def test_what_needs_ffmpeg_says_how_to_get_it(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "sound").write_bytes(b"some bytes")
    with pytest.raises(MissingDependency, match="apt install ffmpeg"):
        decode(MediaFile(tmp_path / "sound", "audio", name))


def test_an_mp3_without_frames_says_so(tmp_path: Path) -> None:
    media = MediaFile(tmp_path / "sound.mp3", "audio", "mp3")
    media.path.write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x14" + bytes(20))
    with pytest.raises(MediaError, match=r"cannot be decoded: no sound can be found in it\.$"):
        decode(media)


def encode(source: Path, target: Path, *options: str) -> MediaFile:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(source), *options, str(target)]
    subprocess.run(command, check=True)
    media = identify(target)
    assert media is not None
    return media


@needs_ffmpeg
def test_what_ffmpeg_says_is_the_same_in_every_run(tmp_path: Path) -> None:
    media = encode(write(tmp_path / "sound.wav", tone(1.0)).path, tmp_path / "sound.aac")
    data = bytearray(media.path.read_bytes())
    data[200:2_000] = b"\xa5" * 1_800
    media.path.write_bytes(data)
    with pytest.raises(MediaError) as caught:
        decode(media)
    assert "[" not in str(caught.value)


@needs_ffmpeg
@pytest.mark.parametrize("suffix", ["m4a", "aac"])
def test_ffmpeg_decodes_what_libsndfile_cannot(suffix: str, tmp_path: Path) -> None:
    source = write(tmp_path / "sound.wav", tone(3.0))
    samples = decode(encode(source.path, tmp_path / f"-odd name: 1%.{suffix}"))
    assert len(samples) == pytest.approx(3 * SAMPLE_RATE_HZ, rel=0.05)


OGG = {
    "oggflac": ["-c:a", "flac"],
    "oggflac of 24 bits": ["-c:a", "flac", "-sample_fmt", "s32"],
    "speex": ["-c:a", "libspeex"],
}


@needs_ffmpeg
@pytest.mark.parametrize("name", OGG)
def test_ffmpeg_decodes_rare_sounds_in_ogg(name: str, tmp_path: Path) -> None:
    media = encode(
        write(tmp_path / "sound.wav", tone(3.0, 16_000), rate_hz=16_000).path, tmp_path / "a.oga", *OGG[name]
    )
    assert media.format == name.split()[0]
    assert len(decode(media)) == pytest.approx(3 * SAMPLE_RATE_HZ, rel=0.05)


@needs_ffmpeg
@pytest.mark.parametrize("name", OGG)
def test_a_rare_sound_in_ogg_that_is_cut_off_is_refused(name: str, tmp_path: Path) -> None:
    media = encode(
        write(tmp_path / "sound.wav", tone(6.0, 16_000), rate_hz=16_000).path, tmp_path / "a.oga", *OGG[name]
    )
    cut(media, 0.6)
    assert failure(media) == "truncated"


@needs_ffmpeg
def test_ffmpeg_mixes_stereo_as_loud_as_libsndfile(tmp_path: Path) -> None:
    source = write(tmp_path / "sound.wav", np.column_stack([tone(2.0), 0.5 * tone(2.0)]))
    lossless = encode(source.path, tmp_path / "sound.m4a", "-c:a", "alac")
    np.testing.assert_allclose(decode(lossless).std(), decode(source).std(), rtol=0.01)


@needs_ffmpeg
@pytest.mark.parametrize("suffix", ["m4a", "aac"])
def test_a_cut_file_is_refused_by_ffmpeg_too(suffix: str, tmp_path: Path) -> None:
    source = write(tmp_path / "sound.wav", 0.3 * np.random.default_rng(1).standard_normal(6 * 48_000))
    media = encode(source.path, tmp_path / f"sound.{suffix}", *(["-movflags", "+faststart"] if suffix == "m4a" else []))
    cut(media, 0.6)
    assert failure(media) == "truncated"


@needs_ffmpeg
def test_a_film_without_sound_holds_no_audio(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    source = ["-f", "lavfi", "-i", "color=c=red:s=32x32:d=0.2"]
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *source, "-c:v", "mpeg4", str(path)], check=True)
    assert failure(MediaFile(path, "audio", "m4a")) == "no_audio"


@needs_ffmpeg
def test_a_reader_that_stops_early_leaves_no_ffmpeg_behind(tmp_path: Path) -> None:
    source = write(tmp_path / "sound.wav", tone(30.0))
    stream = stream_sound(encode(source.path, tmp_path / "sound.m4a"))
    assert len(next(stream)) == SAMPLE_RATE_HZ
    stream.close()  # type: ignore[attr-defined]  # a generator underneath; its closing waits for the process


@pytest.mark.parametrize("lengths", [[], [3], [320], [100, 900, 1], [5000, 0, 7]])
def test_hops_hold_every_sample_once_and_in_order(lengths: list[int]) -> None:
    whole = np.arange(sum(lengths), dtype=np.float32)
    hops = list(in_hops(np.split(whole, np.cumsum(lengths)[:-1]) if lengths else [], 320))
    assert [len(hop) for hop in hops[:-1]] == [320] * (len(hops) - 1)
    np.testing.assert_array_equal(np.concatenate(hops) if hops else np.empty(0), whole)
