"""Prompts become messages in their order, clips become files inside them."""

from __future__ import annotations

import io
import json
import wave
from base64 import b64decode
from typing import Any

import numpy as np
from PIL import Image

from emoretrieve.perception.endpoint.messages import messages
from emoretrieve.perception.prompted.chat import Clip, Prompt
from tests.emoretrieve.perception.endpoint.asking import picture, sound


def content(*clips: Clip) -> Any:
    return messages(Prompt("You describe.", "Describe it.", clips, "It is the whole."))[1]["content"]


def test_the_constant_texts_come_first_and_what_changes_last() -> None:
    assert [part["type"] for part in content(sound(), sound())] == ["text", "input_audio", "input_audio", "text"]
    assert content(sound())[0]["text"] == "Describe it.\n"
    assert content(sound())[-1]["text"] == "It is the whole."


def test_a_system_text_is_a_message_of_its_own_and_left_out_where_there_is_none() -> None:
    assert [message["role"] for message in messages(Prompt("a", "b"))] == ["system", "user"]
    assert [message["role"] for message in messages(Prompt("", "b"))] == ["user"]


def test_texts_alone_are_one_text() -> None:
    assert messages(Prompt("", "Judge.", closing="The text."))[0]["content"] == "Judge.\n\nThe text."


def test_a_sound_arrives_sample_by_sample() -> None:
    clip = sound(1.25)
    audio = content(clip)[1]["input_audio"]
    with wave.open(io.BytesIO(b64decode(audio["data"]))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        assert np.array_equal(np.frombuffer(file.readframes(20_000), "<i2"), clip.samples)
    assert audio["format"] == "wav"


def test_a_picture_arrives_nearly_unchanged() -> None:
    clip = picture(448)
    head, _, data = content(clip)[1]["image_url"]["url"].partition(",")
    arrived = np.asarray(Image.open(io.BytesIO(b64decode(data))))
    assert head == "data:image/jpeg;base64"
    assert arrived.shape == (448, 448, 3)
    assert np.abs(arrived.astype(int) - clip.pixels).mean() < 1.5


def test_part_of_a_larger_picture_can_be_sent() -> None:
    clip = picture(64)
    quarter = type(clip)(clip.pixels[:32, 32:])
    data = content(quarter)[1]["image_url"]["url"].partition(",")[2]
    assert Image.open(io.BytesIO(b64decode(data))).size == (32, 32)


def test_the_same_clip_gives_the_same_bytes() -> None:
    assert json.dumps(content(picture(), picture())) == json.dumps(content(picture(), picture()))
