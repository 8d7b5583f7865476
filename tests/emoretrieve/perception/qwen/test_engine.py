"""Models in the memory that there is: loaded when they are needed, in turn where they do not fit, freed at the end."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.prompted.chat import Answering
from emoretrieve.perception.qwen.engine import Engine
from emoretrieve.perception.qwen.model import LocalModel
from emoretrieve.perception.settings import ROLES, Role
from tests.emoretrieve.perception.qwen.asking import SHORT, at_once, local_model, prompts_for, texts, together

SMALL_GB = "0.0009"
"""Holds each of the tiny models, and no two of them."""


@pytest.fixture
def folders(tiny_qwen2_audio: Path, tiny_qwen2_5_vl: Path, tiny_qwen3: Path) -> dict[Role, Path]:
    return {"audio": tiny_qwen2_audio, "image": tiny_qwen2_5_vl, "colour": tiny_qwen3}


@pytest.fixture
def story(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is loaded and freed is told in the log."""
    caplog.set_level(logging.INFO, logger="emoretrieve.perception.qwen.engine")
    return caplog


def told(story: pytest.LogCaptureFixture) -> list[str]:
    """Such as `loading tiny-qwen3`."""
    return [re.sub(r"/.*/", "", record.message) for record in story.records if record.name.endswith("engine")]


def three(engine: Engine, folders: dict[Role, Path], **options: str) -> dict[Role, LocalModel]:
    return {role: local_model(engine, role, folders[role], **options) for role in ROLES}


def threads_that_stay() -> list[threading.Thread]:
    """Threads of engines that do not end within some seconds."""
    threads = [thread for thread in threading.enumerate() if thread.name == "emoretrieve-torch"]
    for thread in threads:
        thread.join(5)
    return [thread for thread in threads if thread.is_alive()]


def test_nothing_is_loaded_before_the_first_request(
    engine: Engine, folders: dict[Role, Path], story: pytest.LogCaptureFixture
) -> None:
    models = three(engine, folders)
    assert [(model.concurrency, len(model.signature)) for model in models.values()] == [(16, 3)] * 3
    assert told(story) == []


def test_models_that_fit_together_stay_together(
    engine: Engine, folders: dict[Role, Path], story: pytest.LogCaptureFixture
) -> None:
    models = three(engine, folders, memory_gb="1")
    assert not any(model.exclusive for model in models.values())
    for _ in range(2):
        for role, model in models.items():
            together(model, prompts_for(role))
    assert told(story) == ["loading tiny-qwen2-audio", "loading tiny-qwen2.5-vl", "loading tiny-qwen3"]


def test_models_that_do_not_fit_take_turns_each_loaded_once(
    engine: Engine, folders: dict[Role, Path], story: pytest.LogCaptureFixture
) -> None:
    """Requests that come in phases: all sounds, all pictures, all colours."""
    models = three(engine, folders, memory_gb=SMALL_GB, batch_size="2")
    assert all(model.exclusive for model in models.values())
    for role, model in models.items():
        assert len(together(model, prompts_for(role) * 2)) == 6
    assert told(story) == [
        "loading tiny-qwen2-audio",
        "freeing tiny-qwen2-audio",
        "loading tiny-qwen2.5-vl",
        "freeing tiny-qwen2.5-vl",
        "loading tiny-qwen3",
    ]


def test_a_model_stays_while_requests_wait_for_it(
    engine: Engine, folders: dict[Role, Path], story: pytest.LogCaptureFixture
) -> None:
    """Sounds and pictures are asked about in turn; all sounds are described before the first picture."""
    models = three(engine, folders, memory_gb=SMALL_GB, batch_size="1")
    mixed: list[tuple[Role, int]] = [(role, number) for number in range(3) for role in ("audio", "image")]
    at_once([partial(models[role].answer, prompts_for(role)[number], SHORT) for role, number in mixed])
    assert told(story) == ["loading tiny-qwen2-audio", "freeing tiny-qwen2-audio", "loading tiny-qwen2.5-vl"]


def test_answers_are_the_same_in_turns_and_together(engine: Engine, folders: dict[Role, Path]) -> None:
    wide, narrow = Engine(), engine
    try:
        for role in ROLES:
            one = together(local_model(wide, role, folders[role], memory_gb="1"), prompts_for(role))
            other = together(local_model(narrow, role, folders[role], memory_gb=SMALL_GB), prompts_for(role))
            assert texts(one) == texts(other)
    finally:
        wide.close()


def test_one_omni_model_serves_two_roles(
    engine: Engine, tiny_qwen2_5_omni: Path, story: pytest.LogCaptureFixture
) -> None:
    roles: list[Role] = ["audio", "image", "colour"]
    models = {role: local_model(engine, role, tiny_qwen2_5_omni, memory_gb=SMALL_GB) for role in roles}
    assert not models["audio"].exclusive
    at_once([partial(models[role].answer, prompt, SHORT) for role in roles for prompt in prompts_for(role)])
    assert told(story) == ["loading tiny-qwen2.5-omni"]


def test_a_shared_model_that_cannot_do_one_of_its_roles_fails_that_one_alone(engine: Engine, tiny_qwen3: Path) -> None:
    able, unable = (local_model(engine, role, tiny_qwen3) for role in ("colour", "image"))
    assert len(together(able, prompts_for("colour"))) == 3
    with pytest.raises(PerceptionError) as caught:
        together(unable, prompts_for("image"))
    assert caught.value.kind == "wrong_modality"


def test_a_model_larger_than_the_memory_is_refused_before_it_is_loaded(
    engine: Engine, tiny_qwen3: Path, story: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(PerceptionError, match="GB of memory and may take") as caught:
        together(local_model(engine, "colour", tiny_qwen3, memory_gb="0.0001"), prompts_for("colour"))
    assert (caught.value.kind, told(story)) == ("model_too_large", [])


def test_what_keeps_a_model_from_loading_reaches_every_asker(engine: Engine, tmp_path: Path) -> None:
    model = local_model(engine, "colour", tmp_path / "gone", batch_size="2")

    async def ask() -> list[object]:
        asked = (model.answer(prompt, SHORT) for prompt in prompts_for("colour"))
        return list(await asyncio.gather(*asked, return_exceptions=True))

    errors = asyncio.run(ask())
    assert [getattr(error, "kind", None) for error in errors] == ["unknown_model"] * 3


def test_requests_made_at_once_share_a_batch(engine: Engine, tiny_qwen3: Path) -> None:
    """Rows of one batch report the same duration."""
    answers = together(local_model(engine, "colour", tiny_qwen3, batch_size="4"), prompts_for("colour") * 3)
    seconds = [answer.usage.seconds for answer in answers]
    assert [seconds.count(one) for one in sorted(set(seconds), key=seconds.index)] == [4, 4, 1]


def test_different_limits_and_readouts_do_not_mix(engine: Engine, tiny_qwen3: Path) -> None:
    model = local_model(engine, "colour", tiny_qwen3)
    prompt = prompts_for("colour")[0]

    async def ask() -> tuple[int, int, int]:
        short, long, weighing = await asyncio.gather(
            model.answer(prompt, Answering(2)), model.answer(prompt, Answering(5)), model.weigh(prompt, ["Yes", "No"])
        )
        return short.usage.completion_tokens, long.usage.completion_tokens, len(weighing.logprobs)

    assert asyncio.run(ask()) == (2, 5, 2)


def test_the_event_loop_stays_free_while_a_model_works(engine: Engine, tiny_qwen3: Path) -> None:
    model = local_model(engine, "colour", tiny_qwen3)

    async def ask() -> int:
        asked = asyncio.create_task(model.answer(prompts_for("colour")[0], Answering(100)))
        ticks = 0
        while not asked.done():
            ticks += 1
            await asyncio.sleep(0.001)
        return ticks

    assert asyncio.run(ask()) > 10


def test_a_cancelled_request_does_not_keep_the_others_waiting(engine: Engine, tiny_qwen3: Path) -> None:
    model = local_model(engine, "colour", tiny_qwen3)
    endless = Answering(max_new_tokens=8000, pattern="[0-9]{9000}")

    async def ask() -> str:
        doomed = asyncio.create_task(model.answer(prompts_for("colour")[0], endless))
        await asyncio.sleep(0.5)
        doomed.cancel()
        return (await model.answer(prompts_for("colour")[1], SHORT)).text

    assert asyncio.run(asyncio.wait_for(ask(), 60))


def test_closing_the_last_role_frees_the_model_and_the_thread(
    engine: Engine, tiny_qwen2_5_omni: Path, story: pytest.LogCaptureFixture
) -> None:
    ears, eyes = (local_model(engine, role, tiny_qwen2_5_omni) for role in ("audio", "image"))
    together(ears, prompts_for("audio"))
    asyncio.run(ears.aclose())
    assert told(story) == ["loading tiny-qwen2.5-omni"]
    together(eyes, prompts_for("image"))
    asyncio.run(eyes.aclose())
    assert told(story) == ["loading tiny-qwen2.5-omni", "freeing tiny-qwen2.5-omni"]
    assert not threads_that_stay()


def test_a_freed_model_leaves_nothing_in_memory(engine: Engine, tiny_qwen3: Path) -> None:
    def in_memory() -> int:
        gc.collect()
        return sum(type(one).__name__ == "Qwen3ForCausalLM" for one in gc.get_objects())

    before = in_memory()
    model = local_model(engine, "colour", tiny_qwen3)
    at_once([lambda: model.weigh(prompts_for("colour")[0], ["Yes", "No"])])
    together(model, prompts_for("colour"), Answering(4, pattern="Yes|No"))
    assert in_memory() == before + 1
    asyncio.run(model.aclose())
    assert in_memory() == before


def test_a_closed_model_can_be_opened_again(engine: Engine, tiny_qwen3: Path) -> None:
    first = local_model(engine, "colour", tiny_qwen3)
    before = texts(together(first, prompts_for("colour")))
    asyncio.run(first.aclose())
    assert texts(together(local_model(engine, "colour", tiny_qwen3), prompts_for("colour"))) == before


def test_a_model_that_is_forgotten_unclosed_does_not_count_any_more(engine: Engine, folders: dict[Role, Path]) -> None:
    models = three(engine, folders, memory_gb=SMALL_GB)
    left = models["audio"]
    assert left.exclusive
    del models
    gc.collect()
    assert not left.exclusive


def test_a_model_that_is_forgotten_unclosed_is_freed(
    engine: Engine, tiny_qwen3: Path, story: pytest.LogCaptureFixture
) -> None:
    together(local_model(engine, "colour", tiny_qwen3), prompts_for("colour"))
    gc.collect()
    assert not threads_that_stay()
    assert told(story) == ["loading tiny-qwen3", "freeing tiny-qwen3"]


def test_the_thread_has_ended_when_the_last_model_is_closed(tiny_qwen3: Path) -> None:
    """A process that ends right after that must not find it alive, however slow the thread is to go."""

    class SlowToEnd(Engine):
        def _work(self) -> None:
            super()._work()
            time.sleep(0.3)

    model = local_model(SlowToEnd(), "colour", tiny_qwen3)
    together(model, prompts_for("colour"))
    asyncio.run(model.aclose())
    assert not [thread for thread in threading.enumerate() if thread.name == "emoretrieve-torch"]
