"""Collecting what a call has bought, whatever ended it: at once, read-only, and billed once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from runware_sync import (
    AuthenticationError,
    ClientClosedError,
    ContentPolicyError,
    Runware,
    RunwareError,
    TaskTimeoutError,
)
from runware_sync.sandbox import Fault, Sandbox

PATIENCE = 20.0
LONG = 600.0  # seconds of a window that no test waits for: what comes has been asked for at once
SMALL: dict[str, Any] = {"model": "runware:101@1", "width": 128, "height": 128}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


def uuid_of(error: RunwareError) -> str:
    assert error.task_uuid is not None
    return error.task_uuid


def test_what_is_collected_is_equal_to_what_was_delivered() -> None:
    """One picture, the same for whoever has it; billed once."""
    with Sandbox() as sandbox, Runware("key-of-a-test", url=sandbox.url, timeout=LONG) as runware:
        delivered = runware.image_inference("a fox", **SMALL)

        with Runware("key-of-a-test", url=sandbox.url, timeout=LONG) as another:
            collected = another.job(str(delivered.task_uuid)).result(PATIENCE)

        assert delivered == collected
        assert hash(delivered[0]) == hash(collected[0])
        assert sandbox.purchases == 1


def test_what_a_sign_in_that_lapsed_has_ended_is_collected() -> None:
    """The error belongs to the call that ended, and not to whoever collects it; a connection is made for it."""
    faults = [
        Fault("delay", seconds=1.0, types="imageInference"),
        Fault("auth_error", types="imageUpload", count=2),
    ]
    with (
        Sandbox(faults=faults) as sandbox,
        Runware("key-of-a-test", url=sandbox.url, timeout=LONG) as runware,
        ThreadPoolExecutor(1) as pool,
    ):
        call = pool.submit(lambda: runware.image_inference("a fox", number_results=2, **SMALL))
        sandbox.wait_for(lambda: sandbox.tasks, PATIENCE)
        with pytest.raises(AuthenticationError):
            runware.image_upload(PIXEL)
        with pytest.raises(AuthenticationError) as caught:
            call.result(PATIENCE)

        images = runware.job(uuid_of(caught.value)).result(PATIENCE)

        assert len(images) == 2
        assert ["imageInference"] == [task.task_type for task in sandbox.tasks]
        assert sandbox.purchases == 2


def test_what_was_left_is_asked_about_at_once_though_its_connection_was_lost_since() -> None:
    """Nothing is replayed to a session that the service has forgotten, and nobody waits for a window to end."""
    fault = Fault("delay", seconds=0.8)
    with Sandbox(faults=[fault]) as sandbox, Runware("key-of-a-test", url=sandbox.url, timeout=LONG) as runware:
        runware.connect()
        with pytest.raises(TaskTimeoutError) as caught:
            runware.image_inference("a fox", timeout=0.1, retry=0, **SMALL)
        sandbox.forget_sessions()
        sandbox.drop()
        sandbox.wait_for(lambda: len(sandbox.connections) > 1 and sandbox.connections[1].signed_in, PATIENCE)

        images = runware.job(uuid_of(caught.value)).result(PATIENCE)

        assert len(images) == 1
        assert sandbox.purchases == 1


def test_a_closed_client_collects_nothing_until_it_is_opened_again() -> None:
    """It says so at once; then the service is asked."""
    fault = Fault("delay", seconds=0.8)
    with (
        Sandbox(faults=[fault]) as sandbox,
        Runware("key-of-a-test", url=sandbox.url, timeout=LONG) as runware,
        ThreadPoolExecutor(1) as pool,
    ):
        call = pool.submit(lambda: runware.image_inference("a fox", **SMALL))
        sandbox.wait_for(lambda: sandbox.tasks, PATIENCE)
        runware.close()
        with pytest.raises(ClientClosedError) as caught:
            call.result(PATIENCE)
        with pytest.raises(ClientClosedError):
            runware.job(uuid_of(caught.value)).result(PATIENCE)

        images = runware.connect().job(uuid_of(caught.value)).result(PATIENCE)

        assert len(images) == 1
        assert sandbox.purchases == 1


def test_silence_about_a_task_that_nobody_bought_is_no_obstacle() -> None:
    """What was not bought anew is not asked for where nothing had failed; where something had, silence means no."""
    fault = Fault("fail", code="moderationFailed", results=1, at=2)
    with (
        Sandbox(faults=[fault], unknown_task="silence") as sandbox,
        Runware("key-of-a-test", url=sandbox.url) as runware,
    ):
        whole = runware.image_inference("a fox", **SMALL)
        with pytest.raises(ContentPolicyError) as caught:
            runware.image_inference("a hare", number_results=2, **SMALL)
        sandbox.wait_for(lambda: len(sandbox.tasks) == 2, PATIENCE)

        with Runware("key-of-a-test", url=sandbox.url, timeout=1.0, max_retries=0) as other:
            assert len(other.job(str(whole.task_uuid)).result(PATIENCE)) == 1
            asked_about = {task["taskUUID"] for task in sandbox.received if task["taskType"] == "getTaskDetails"}
            with pytest.raises(ContentPolicyError) as again:
                other.job(uuid_of(caught.value)).result(PATIENCE)

        assert {whole.task_uuid} == asked_about
        assert len(again.value.results) == 1
        assert sandbox.purchases == 2


def test_what_was_sent_in_another_form_is_found_by_the_first_uuid() -> None:
    """The service has never accepted that one: what it bought has the next."""
    with Sandbox(legacy_types=False) as sandbox, Runware("key-of-a-test", url=sandbox.url) as runware:
        picture = runware.image_inference("a fox", **SMALL)[0]
        root = "0a3f9d52-5f0e-4f0c-9d6a-0c9d3a1b7e21"
        larger = runware.upscale(picture, model="runware:101@1", upscale_factor=2, task_uuid=root)

        with Runware("key-of-a-test", url=sandbox.url) as other:
            found = other.job(root).result(PATIENCE)

        assert larger.image_uuid == found.image_uuid
        assert sandbox.purchases == 2
