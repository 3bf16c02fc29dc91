"""Traps of knowing when a call is done: what ends a result, what tells two apart, and how many are due."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer
from traps.scene import QUESTIONS, ROOT, SMALL, address, received, to_tasks

from runware_sync import ApiError, Runware

MODEL: dict[str, Any] = {
    "category": "lora",
    "architecture": "sdxl",
    "format": "safetensors",
    "name": "Night Ink",
    "version": "1.0",
    "download_url": "https://files.example.test/ink.safetensors",
    "air": "acme:77@1",
}

WITHOUT_URL: dict[str, tuple[str, Item]] = {
    "base64": ("imageInference", {"imageUUID": "i", "imageBase64Data": "aGVsbG8="}),
    "data URI": ("imageInference", {"imageUUID": "i", "imageDataURI": "data:image/png;base64,aGVsbG8="}),
    "base64 alone": ("imageInference", {"imageBase64Data": "aGVsbG8="}),
    "data URI alone": ("imageInference", {"imageDataURI": "data:image/png;base64,aGVsbG8="}),
    "structured caption": ("caption", {"structuredData": {"age": 31}}),
    "caption": ("caption", {"text": "a fox in the snow"}),
    "files of 3D": ("3dInference", {"outputs": {"files": [{"uuid": "f", "url": "https://a.example.test/a.glb"}]}}),
    "mask": ("imageMasking", {"maskImageUUID": "m", "maskImageBase64Data": "aGVsbG8="}),
    "guide": ("controlNetPreprocess", {"guideImageUUID": "g", "guideImageDataURI": "data:image/png;base64,aGVsbG8="}),
    "sound": ("audioInference", {"audioUUID": "a", "audioBase64Data": "aGVsbG8="}),
    "upload": ("imageUpload", {"imageUUID": "i"}),
}


@pytest.mark.parametrize("form", WITHOUT_URL)
def test_trap_08_a_result_without_a_url_is_a_result(server: ScriptedServer, runware: Runware, form: str) -> None:
    """Where a URL marks what is finished, inline results, captions, masks, guides and 3D never complete."""
    kind, result = WITHOUT_URL[form]
    server.answer = to_tasks(lambda peer, task: peer.send(address(task, **result)))

    (item,) = runware.raw({"taskType": kind}, retry=0)

    assert result == {name: item[name] for name in result}
    assert [] == received(server, "getResponse")


def test_trap_09_texts_of_one_task_are_not_one_by_its_uuid(server: ScriptedServer, runware: Runware) -> None:
    """Where the task's UUID stands in for a text's own, several texts collapse to one, and the call hangs."""

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        for text in ("red", "green", "blue"):
            peer.send(address(task, text=text))

    server.answer = answer

    texts = runware.prompt_enhance("a fox", prompt_versions=3, retry=0)

    assert ["red", "green", "blue"] == [str(text) for text in texts]


@pytest.mark.parametrize("frames", [(3,), (1, 1, 1), (2, 1)])
def test_trap_10_equal_texts_are_several(server: ScriptedServer, runware: Runware, frames: tuple[int, ...]) -> None:
    """Where texts are told apart by what they say, identical ones collapse: they are counted."""

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        for count in frames:
            peer.send(*[address(task, text="the same")] * count)

    server.answer = answer

    texts = runware.prompt_enhance("a fox", prompt_versions=3, retry=0)

    assert ["the same"] * 3 == [str(text) for text in texts]


def phases(*statuses: str) -> Any:
    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        for status in statuses:
            peer.send({"taskUUID": task["taskUUID"], "status": status, "air": "acme:77@1"})  # without a type

    return answer


def test_trap_11_the_first_phase_of_an_upload_is_not_its_result(server: ScriptedServer, runware: Runware) -> None:
    """Where the first frame is the result, a model upload returns when it has only been validated."""
    server.answer = phases("validated", "downloaded", "optimized", "stored", "ready")

    assert runware.model_upload(**MODEL).status == "ready"


@pytest.mark.parametrize("before", [(), ("validated", "downloaded")])
def test_trap_12_a_failed_upload_is_over(server: ScriptedServer, runware: Runware, before: tuple[str, ...]) -> None:
    """Where only `ready` is waited for, `failed` hangs until a timeout of an hour."""
    server.answer = phases(*before, "failed")

    with pytest.raises(ApiError) as caught:
        runware.model_upload(**MODEL)

    assert caught.value.attempts == 1
    assert len(received(server, "modelUpload")) == 1


@pytest.mark.parametrize("status", ["failed", "error"])
def test_trap_12_a_failed_item_of_a_poll_is_over(server: ScriptedServer, runware: Runware, status: str) -> None:
    """What has failed is not polled any more."""

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            failure = {"status": status, "error": {"code": "moderationFailed", "message": "no"}}
            peer.send({**address(task), "taskType": "videoInference", **failure})
        else:
            peer.send(address(task))

    server.answer = answer

    with pytest.raises(ApiError) as caught:
        runware.video_inference("waves", model="klingai:5@3", duration=5)

    assert caught.value.code == "moderationFailed"
    assert len(received(server, "getResponse")) == 1


@pytest.mark.parametrize("is_raw", [False, True])
def test_trap_13_prompt_versions_say_how_many_texts_are_due(
    server: ScriptedServer, runware: Runware, is_raw: bool
) -> None:
    """Where `numberResults` is the expected count, the first of several prompts ends the call."""

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        peer.send(address(task, **({"status": "processing"} if task["taskType"] in QUESTIONS else {"text": "one"})))

    server.answer = answer
    with ThreadPoolExecutor(1) as pool:
        if is_raw:
            call = pool.submit(lambda: len(runware.raw({"taskType": "promptEnhance", "promptVersions": 2})))
        else:
            call = pool.submit(lambda: len(runware.prompt_enhance("a fox", prompt_versions=2)))
        server.wait_for(lambda: server.paid)
        for _ in range(5):
            runware.get_response(ROOT)  # about another task; the first text has been read by now

        assert not call.done()
        server.peers[0].send(address(server.paid[0], text="two"))
        assert call.result(PATIENCE) == 2
    assert "numberResults" not in server.paid[0]


def test_trap_17_a_processing_item_answers_a_poll(server: ScriptedServer, runware: Runware) -> None:
    """Where a poll waits for results only, each one that finds the task at work waits its whole time for nothing."""
    polls = itertools.count()

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            status = {"status": "processing"} if next(polls) < 2 else {"status": "success", "imageUUID": "i"}
            peer.send({**address(task), "taskType": "imageInference", **status})
        else:
            peer.send(address(task))

    server.answer = answer
    runware._connection.exchange.session._inquiry.patience = 3600.0  # no poll is given up in this test

    images = runware.image_inference("a fox", delivery_method="async", **SMALL)

    assert len(images) == 1
    assert len(received(server, "getResponse")) == 3


@pytest.mark.parametrize("kind", ["imageInference", "promptEnhance"])
def test_trap_18_polls_repeat_what_they_told_before(server: ScriptedServer, runware: Runware, kind: str) -> None:
    """Where what a poll tells is appended, repetitions complete the call, and stand for results."""
    polls = itertools.count(1)

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            told = [{"text": "t"} if kind == "promptEnhance" else {"imageUUID": f"i{n}"} for n in range(next(polls))]
            items: list[Item] = [{"status": "success", **one} for one in told[:3]]
            items += [{"status": "processing"}] * (len(items) < 3)
            peer.send(*[{**address(task), "taskType": kind, **item} for item in items])
        else:
            peer.send(address(task))

    server.answer = answer

    items = runware.raw({"taskType": kind, "deliveryMethod": "async", "numberResults": 3})

    assert len(items) == 3
    assert len({item.get("imageUUID") for item in items}) == (1 if kind == "promptEnhance" else 3)
    assert len(received(server, "getResponse")) == 3
