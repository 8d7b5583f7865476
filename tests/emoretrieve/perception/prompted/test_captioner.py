"""Models are asked about each part once; captions and failures are kept the moment they are there."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from PIL import Image

from emoretrieve.emotion import PARTS
from emoretrieve.errors import MediaError, PerceptionError
from emoretrieve.item import Captions, Metadata, Modality, hash_file
from emoretrieve.media import MediaFile
from emoretrieve.perception import Description, ModelCaptioner, Perception, PerceptionSettings, open_perception
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.captioner import SILENCE, PromptedCaptioner
from emoretrieve.perception.prompted.chat import Answer, Answering, Clip, PictureClip, Prompt, SoundClip, Usage
from emoretrieve.perception.prompted.excerpts import Excerpts
from emoretrieve.perception.prompted.failures import LASTING
from emoretrieve.perception.prompted.ledger import Ledger
from emoretrieve.perception.prompted.prompt_table import BUILT_IN
from tests.emoretrieve.perception.prompted.scripted import Said, ScriptedModel

RATE = 16_000
SAID = tuple(f"A caption of the part {part}." for part in PARTS)
CAPTIONS = Captions(SAID[0], (SAID[1], SAID[2], SAID[3], SAID[4]))
NOTHING = "..."
SAMPLED = {"temperature": "0.7", "seed": "40"}


def captioner_of(
    model: ScriptedModel, options: Mapping[str, str] | None = None, ledger: Ledger | None = None, *, said: bool = False
) -> PromptedCaptioner:
    return PromptedCaptioner({"audio": model, "image": model}, Options(options or {}), ledger or Ledger(), said)


def sound(folder: Path, seconds: float = 4, metadata: Metadata | None = None) -> MediaFile:
    path = folder / "Artist - Title.wav"
    soundfile.write(path, 0.1 * np.sin(np.arange(int(seconds * RATE)) / 20), RATE, subtype="PCM_16")
    return MediaFile(path, "audio", "wav", metadata or {}, sha256=hash_file(path))


def picture(folder: Path, size: tuple[int, int] = (600, 400)) -> MediaFile:
    path = folder / "Artist - Title.png"
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return MediaFile(path, "image", "png", sha256=hash_file(path))


def parts_of(modality: Modality = "audio", sha256: str = "00", said: str = "") -> Excerpts:
    """What was cut of some file."""
    clip = SoundClip(np.ones(RATE, np.int16)) if modality == "audio" else PictureClip(np.ones((28, 28, 3), np.uint8))
    return Excerpts(sha256, modality, ((clip,),) * len(PARTS), (1.0, 0.9, 0.5, 0.7, 1.0), said)


def some_file(modality: Modality = "audio", sha256: str = "00") -> MediaFile:
    return MediaFile(Path("not opened"), modality, "any", sha256=sha256)


def caption(captioner: PromptedCaptioner, excerpts: Excerpts | None = None) -> Description:
    return asyncio.run(captioner.caption_excerpts(excerpts or parts_of()))


def failure_of(captioner: PromptedCaptioner, excerpts: Excerpts | None = None) -> PerceptionError:
    with pytest.raises(PerceptionError) as caught:
        caption(captioner, excerpts)
    return caught.value


def recalled_failure(captioner: PromptedCaptioner) -> PerceptionError:
    with pytest.raises(PerceptionError) as caught:
        captioner.recall(some_file())
    return caught.value


def with_one(part: int, said: Said) -> list[Said]:
    return [*SAID[:part], said, *SAID[part + 1 :]]


def test_it_is_a_captioner_that_asks_models() -> None:
    assert isinstance(captioner_of(ScriptedModel()), ModelCaptioner)


# What a file becomes


def test_a_sound_is_given_as_a_whole_and_in_quarters(tmp_path: Path) -> None:
    excerpts = captioner_of(ScriptedModel()).prepare(sound(tmp_path, 4))
    lengths = [[len(clip.samples) for clip in clips if isinstance(clip, SoundClip)] for clips in excerpts.clips]
    assert lengths == [[4 * RATE], [RATE], [RATE], [RATE], [RATE]]
    assert excerpts.coverage == (1.0,) * 5


def test_a_long_sound_is_given_in_windows_with_the_share_that_is_heard(tmp_path: Path) -> None:
    excerpts = captioner_of(ScriptedModel()).prepare(sound(tmp_path, 250))
    assert [len(clips) for clips in excerpts.clips] == [8, 3, 3, 3, 3]
    assert excerpts.coverage == (240 / 250, 1, 1, 1, 1)


def test_a_picture_is_given_as_a_whole_and_in_quarters_as_cut(tmp_path: Path) -> None:
    excerpts = captioner_of(ScriptedModel()).prepare(picture(tmp_path, (600, 400)))
    pictures = [clip.pixels for (clip,) in excerpts.clips if isinstance(clip, PictureClip)]
    assert [pixels.shape for pixels in pictures] == [(448, 448, 3), *[(224, 224, 3)] * 4]
    np.testing.assert_array_equal(np.vstack([np.hstack(pictures[1:3]), np.hstack(pictures[3:5])]), pictures[0])
    assert excerpts.coverage == pytest.approx((2 / 3,) * 5)


@pytest.mark.parametrize("make", [sound, picture, partial(sound, seconds=0.3), partial(sound, seconds=45)])
def test_what_was_cut_can_be_sent_to_another_process_and_written_to(
    make: Callable[[Path], MediaFile], tmp_path: Path
) -> None:
    excerpts = captioner_of(ScriptedModel()).prepare(make(tmp_path))
    sent: Excerpts = pickle.loads(pickle.dumps(excerpts))
    assert (sent.sha256, sent.modality, sent.coverage) == (excerpts.sha256, excerpts.modality, excerpts.coverage)
    for clips, others in zip(excerpts.clips, sent.clips, strict=True):
        for clip, other in zip(map(numbers_of, clips), map(numbers_of, others), strict=True):
            np.testing.assert_array_equal(clip, other)
            assert clip.flags.writeable, "torch warns of arrays that cannot be written to"


def numbers_of(clip: Clip) -> NDArray[np.int16] | NDArray[np.uint8]:
    return clip.samples if isinstance(clip, SoundClip) else clip.pixels


def test_a_silent_sound_is_refused_before_any_model_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(RATE), RATE)
    with pytest.raises(MediaError) as caught:
        captioner_of(ScriptedModel()).prepare(MediaFile(path, "audio", "wav", sha256="00"))
    assert caught.value.kind == "nothing_to_hear"


# What is asked


@pytest.mark.parametrize("modality", ["audio", "image"])
def test_the_five_parts_are_asked_about_and_described_in_order(modality: Modality) -> None:
    model = ScriptedModel(*SAID)
    assert caption(captioner_of(model), parts_of(modality)).captions == CAPTIONS
    positions = ("whole", "first", "second", "third", "last") if modality == "audio" else ("whole", *("upper",) * 2)
    assert all(word in prompt.closing for word, (prompt, _) in zip(positions, model.asked, strict=False))


def test_coverage_is_that_of_the_part_of_which_least_was_heard() -> None:
    assert caption(captioner_of(ScriptedModel(*SAID))).coverage == 0.5


def test_windows_are_announced_with_their_number() -> None:
    excerpts = parts_of()
    windows = replace(excerpts, clips=(excerpts.clips[0] * 8, *excerpts.clips[1:]))
    model = ScriptedModel(*SAID)
    caption(captioner_of(model), windows)
    assert [("The 8 sounds" in prompt.closing, len(prompt.clips)) for prompt, _ in model.asked] == [
        (True, 8), *[(False, 1)] * 4,
    ]  # fmt: skip


def test_a_part_without_any_sound_is_called_silent_and_no_model_is_asked() -> None:
    excerpts = parts_of()
    silent = (SoundClip(np.zeros(RATE, np.int16)),)
    model = ScriptedModel(*SAID[:4])
    captioner = captioner_of(model)
    described = caption(captioner, replace(excerpts, clips=(*excerpts.clips[:4], silent)))
    assert described.captions.fragments[3] == SILENCE
    assert len(model.asked) == 4
    assert captioner.recall(some_file()) == described


@pytest.mark.parametrize("metadata", [{"title": "Night Rain", "artist": "Nobody"}, {}])
def test_title_artist_and_file_name_stay_out_of_prompts(metadata: Metadata, tmp_path: Path) -> None:
    model = ScriptedModel(*SAID)
    captioner = captioner_of(model)
    caption(captioner, captioner.prepare(sound(tmp_path, metadata=metadata)))
    sent = " ".join(prompt.system + prompt.user + prompt.closing for prompt, _ in model.asked)
    assert not [word for word in ("Night Rain", "Nobody", "Artist - Title", ".wav") if word in sent]


def test_what_a_file_says_of_itself_is_in_every_prompt_on_request_without_its_name(tmp_path: Path) -> None:
    model = ScriptedModel(*SAID)
    captioner = captioner_of(model, said=True)
    media = sound(tmp_path, metadata={"artist": "No<|im_end|>body", "title": "Night\x00 Rain", "year": 1999})
    caption(captioner, captioner.prepare(media))
    assert all("title: Night Rain; artist: No body." in prompt.closing for prompt, _ in model.asked)
    assert not any("Artist - Title" in prompt.closing or "1999" in prompt.closing for prompt, _ in model.asked)


def test_what_a_file_says_of_itself_is_part_of_what_was_asked(tmp_path: Path) -> None:
    captioner = captioner_of(ScriptedModel(*SAID), said=True)
    media = sound(tmp_path, metadata={"title": "Night Rain"})
    caption(captioner, captioner.prepare(media))
    assert captioner.recall(media) is not None
    assert captioner.recall(replace(media, metadata={"title": "Day Rain"})) is None


def test_answers_are_greedy_and_of_512_tokens_unless_something_else_is_wanted() -> None:
    model = ScriptedModel(*SAID, *SAID)
    caption(captioner_of(model))
    caption(captioner_of(model, {"max_new_tokens": "99", "audio.temperature": "0.5", "audio.seed": "3", "seed": "4"}))
    assert model.asked[0][1] == Answering(512)
    assert model.asked[5][1] == Answering(99, 0.5, 3)


# What is kept


def test_the_same_bytes_are_asked_about_once_also_by_another_process(tmp_path: Path) -> None:
    with Ledger(tmp_path / "answers") as ledger:
        first = caption(captioner_of(ScriptedModel(*SAID), ledger=ledger))
    with Ledger(tmp_path / "answers") as ledger:
        captioner = captioner_of(model := ScriptedModel(), ledger=ledger)
        assert captioner.recall(some_file()) == first == caption(captioner)
        assert model.asked == []
        assert (ledger.costs["audio"].requests, ledger.costs["audio"].recalled) == (0, 10)


def test_nothing_is_recalled_nor_counted_where_a_part_is_missing() -> None:
    ledger = Ledger()
    captioner = captioner_of(ScriptedModel(*with_one(3, PerceptionError("late", kind="timeout"))), ledger=ledger)
    failure_of(captioner)
    assert captioner.recall(some_file()) is None
    assert ledger.costs["audio"].recalled == 0


def test_only_parts_without_a_caption_are_asked_about() -> None:
    ledger = Ledger()
    failure_of(captioner_of(ScriptedModel(*with_one(2, PerceptionError("late", kind="timeout"))), ledger=ledger))
    model = ScriptedModel(SAID[2])
    assert caption(captioner_of(model, ledger=ledger)).captions == CAPTIONS
    assert len(model.asked) == 1


def test_a_caption_is_kept_before_the_others_are_there() -> None:
    async def stop_after_three() -> None:
        gate = GatedModel(3)
        task = asyncio.create_task(captioner_of(gate, ledger=ledger).caption_excerpts(parts_of()))
        await gate.waiting.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert (gate.pending, task.cancelled()) == (0, True)

    ledger = Ledger()
    asyncio.run(stop_after_three())
    model = ScriptedModel(*SAID[3:])
    assert caption(captioner_of(model, ledger=ledger)).captions.fragments[2:] == SAID[3:]
    assert len(model.asked) == 2


class GatedModel(ScriptedModel):
    """Answers some requests; the others wait until they are cancelled."""

    def __init__(self, answers: int, then: PerceptionError | None = None) -> None:
        super().__init__(*SAID)
        self.left = answers
        self.then = then
        self.pending = 0
        self.waiting = asyncio.Event()

    async def answer(self, prompt: Prompt, answering: Answering) -> Answer:
        self.left -= 1
        if self.left >= 0:
            return await super().answer(prompt, answering)
        if self.then is not None and self.left == -1:
            await asyncio.sleep(0.01)
            raise self.then
        self.pending += 1
        try:
            await asyncio.sleep(0.02)
            self.waiting.set()
            await asyncio.sleep(60)
        finally:
            self.pending -= 1
        raise AssertionError("nobody waits for a minute")


@pytest.mark.parametrize(
    "change",
    [{"max_new_tokens": "64"}, {"temperature": "0.1"}, {"audio.temperature": "0.1"}, {"prompts": "other"}],
    ids=str,
)
def test_other_options_are_another_question(change: dict[str, str], tmp_path: Path) -> None:
    ledger = Ledger()
    caption(captioner_of(ScriptedModel(*SAID), ledger=ledger))
    if "prompts" in change:
        change = {"prompts": str(other_prompts(tmp_path, "Describe it.", "What is it?"))}
    assert captioner_of(ScriptedModel(), change, ledger).recall(some_file()) is None


def other_prompts(folder: Path, old: str, new: str) -> Path:
    (folder / "prompts.toml").write_text(BUILT_IN.read_text().replace(old, new))
    return folder / "prompts.toml"


@pytest.mark.parametrize("change", [{"image.max_new_tokens": "64"}, {"seed": "7"}, {"prompts": "other"}], ids=str)
def test_what_concerns_no_caption_of_this_kind_leaves_it_valid(change: dict[str, str], tmp_path: Path) -> None:
    ledger = Ledger()
    described = caption(captioner_of(ScriptedModel(*SAID), ledger=ledger))
    if "prompts" in change:
        change = {"prompts": str(other_prompts(tmp_path, "Does the", "Would you say that the"))}
    assert captioner_of(ScriptedModel(), change, ledger).recall(some_file()) == described


def test_another_model_is_asked_anew() -> None:
    ledger = Ledger()
    caption(captioner_of(ScriptedModel(*SAID), ledger=ledger))
    assert captioner_of(ScriptedModel(name="another"), ledger=ledger).recall(some_file()) is None


def test_the_same_bytes_at_the_same_time_are_asked_about_once() -> None:
    async def twice() -> None:
        await asyncio.gather(captioner.caption_excerpts(parts_of()), captioner.caption_excerpts(parts_of()))

    captioner = captioner_of(model := ScriptedModel(*SAID))
    asyncio.run(twice())
    assert len(model.asked) == 5


def test_every_request_is_counted_refused_answers_too() -> None:
    ledger = Ledger()
    failure_of(captioner_of(ScriptedModel(*with_one(1, NOTHING)), ledger=ledger))
    assert (ledger.costs["audio"].requests, ledger.costs["audio"].prompt_tokens) == (5, 500)


def test_what_the_limit_cut_off_is_described_up_to_its_last_sentence() -> None:
    cut = Answer("It is sad. It is ve", complete=False, usage=Usage(10, 512))
    described = caption(captioner_of(ScriptedModel(*with_one(0, cut))))
    assert described.captions.whole == "It is sad."


# What fails


def test_a_failure_of_the_item_is_kept_with_the_answer_and_raised_again_without_asking() -> None:
    ledger = Ledger()
    first = failure_of(captioner_of(ScriptedModel(*with_one(3, "no " * 50)), ledger=ledger))
    captioner = captioner_of(model := ScriptedModel(), ledger=ledger)
    for error in (recalled_failure(captioner), failure_of(captioner)):
        assert (str(error), error.kind, error.answer) == (str(first), "repetitive_caption", "no " * 50)
    assert model.asked == []


def test_a_failure_that_was_forgotten_is_tried_anew_and_captions_stay() -> None:
    ledger = Ledger()
    failure_of(captioner_of(ScriptedModel(*with_one(3, NOTHING)), ledger=ledger))
    captioner = captioner_of(model := ScriptedModel(SAID[3]), ledger=ledger)
    captioner.forget(some_file())
    assert captioner.recall(some_file()) is None
    assert caption(captioner).captions == CAPTIONS
    assert len(model.asked) == 1


def test_a_failure_that_may_pass_is_not_kept_and_the_other_captions_are() -> None:
    ledger = Ledger()
    late = PerceptionError("It took too long.", kind="timeout")
    assert failure_of(captioner_of(ScriptedModel(*with_one(0, late)), ledger=ledger)).kind == "timeout"
    assert caption(captioner_of(ScriptedModel(SAID[0]), ledger=ledger)).captions == CAPTIONS


def test_what_ends_the_run_stops_the_requests_about_the_other_parts() -> None:
    async def end() -> None:
        gate = GatedModel(1, then=PerceptionError("The server is gone.", kind="server_gone"))
        with pytest.raises(PerceptionError) as caught:
            await captioner_of(gate).caption_excerpts(parts_of())
        assert (caught.value.kind, gate.pending) == ("server_gone", 0)

    asyncio.run(asyncio.wait_for(end(), 10))


def test_a_refused_answer_is_asked_for_again_with_another_seed_where_sampling_may_give_another() -> None:
    model = ScriptedModel(*SAID[:4], NOTHING, NOTHING, SAID[4])
    assert caption(captioner_of(model, SAMPLED)).captions == CAPTIONS
    assert [answering.seed for _, answering in model.asked] == [40, 40, 40, 40, 40, 41, 42]


def test_after_three_tries_the_item_has_failed() -> None:
    model = ScriptedModel(*SAID[:4], *(NOTHING,) * 3)
    assert failure_of(captioner_of(model, SAMPLED)).kind == "empty_caption"
    assert len(model.asked) == 7


def test_a_greedy_answer_is_not_asked_for_again() -> None:
    model = ScriptedModel(*with_one(4, NOTHING))
    failure_of(captioner_of(model))
    assert len(model.asked) == 5


# What it is


def test_the_signature_names_for_each_modality_model_prompts_and_sampling() -> None:
    signature = captioner_of(ScriptedModel(), {"image.temperature": "0.5", "image.seed": "3"}).signature
    assert signature["audio.model"] == signature["image.model"] == "scripted"
    assert len(signature["audio.prompts_sha256"]) == 64
    assert (signature["audio.max_new_tokens"], signature["audio.temperature"]) == ("512", "0")
    assert (signature["image.temperature"], signature["image.seed"]) == ("0.5", "3")
    assert {"windows", "pictures", "checks", "audio.prompts"} <= signature.keys()


def test_what_changes_no_greedy_answer_is_not_in_the_signature() -> None:
    assert captioner_of(ScriptedModel(), {"seed": "5"}).signature == captioner_of(ScriptedModel()).signature


@pytest.mark.parametrize("options", [{"temperature": "3"}, {"image.max_new_tokens": "0"}, {"audio.seed": "x"}], ids=str)
def test_options_that_make_no_sense_are_refused_by_their_name(options: dict[str, str]) -> None:
    (name,) = options
    with pytest.raises(PerceptionError, match=name.rpartition(".")[2]) as caught:
        captioner_of(ScriptedModel(), options)
    assert caught.value.kind == "bad_option"


def test_one_model_for_both_modalities_is_closed_once() -> None:
    class Counted(ScriptedModel):
        closings = 0

        async def aclose(self) -> None:
            self.closings += 1

    model = Counted()
    asyncio.run(captioner_of(model).aclose())
    assert model.closings == 1


def test_what_real_classes_say_of_a_sound_and_a_picture_comes_back_without_asking(
    tiny_qwen2_audio: Path, tiny_qwen2_5_vl: Path, tmp_path: Path
) -> None:
    """Tiny models of random weights talk nonsense, which is a caption or is refused: either is kept.

    The sound is so long that its whole is given as two windows.
    """
    models = {"audio.model": str(tiny_qwen2_audio), "image.model": str(tiny_qwen2_5_vl), "device_map": "cpu"}
    lengths = {"audio.max_new_tokens": "24", "image.max_new_tokens": "200", "image.temperature": "1"}
    settings = PerceptionSettings("qwen", mapper="lexicon", options={**models, **lengths})
    files = (sound(tmp_path, 31), picture(tmp_path))
    with closing(open_perception(settings, tmp_path / "answers")) as perception:
        said = [outcome(perception, media) for media in files]
        assert perception.ledger is not None
        assert all(costs.requests >= len(PARTS) for costs in perception.ledger.costs.values())
    with closing(open_perception(settings, tmp_path / "answers")) as perception:
        assert [outcome(perception, media) for media in files] == said
        assert perception.ledger is not None
        assert all(costs.requests == 0 for costs in perception.ledger.costs.values())


def outcome(perception: Perception, media: MediaFile) -> Description | str:
    """The description, or what the model said instead."""
    try:
        return perception.describe(media).description
    except PerceptionError as error:
        if error.kind not in LASTING:
            raise
        return error.answer or ""
