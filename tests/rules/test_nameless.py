"""Errors that name no task, or one that nobody knows (section 7)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from server import Item, Peer, ScriptedServer, image, instantly
from till import PATIENCE, ROOT, SMALL, bought, client_of

from runware_sync import (
    ContentPolicyError,
    ImageInference,
    InvalidRequestError,
    Runware,
    RunwareError,
    TaskTimeoutError,
)
from runware_sync.sandbox import Fault, Sandbox

NAMELESS = {"code": "invalidPositivePrompt", "message": "too much at once"}


def test_a_failure_without_a_name_fails_the_one_task_that_waits() -> None:
    """There is nobody else whom it could mean."""
    fault = Fault("fail", nameless=True, code="moderationFailed")
    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox, timeout=3.0, max_retries=1) as runware:
        with pytest.raises(ContentPolicyError):
            runware.image_inference("a fox", **SMALL)

        assert len(bought(sandbox)) == 1


def test_with_several_candidates_it_fails_none_and_all_are_asked_about() -> None:
    """One of two failed, and the error does not say which: the answers do, and the other one is done."""
    fault = Fault("fail", at=1, nameless=True, code="moderationFailed")
    with Sandbox(faults=[fault], latency=0.5) as sandbox, client_of(sandbox) as runware:
        jobs = [runware.submit(ImageInference(animal, **SMALL)) for animal in ("a fox", "a hare")]
        ends = [job.exception(PATIENCE) for job in jobs]

        failed = [end for end in ends if end is not None]
        assert [ContentPolicyError] == [type(end) for end in failed]
        assert len(bought(sandbox)) == 2
        assert sandbox.purchases == 1


def test_its_text_goes_into_whatever_error_follows() -> None:
    """Nobody says any more what it was about, so that whoever has to find out reads it."""
    both: list[Item] = []

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference":
            both.append(task)
            if len(both) == 2:
                peer.send(errors=[NAMELESS])
        elif not task["taskType"].startswith("get"):
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=1.0, max_retries=0) as runware:
        jobs = [runware.submit(ImageInference("a fox", **SMALL)) for _ in range(2)]
        ends = [job.exception(PATIENCE) for job in jobs]

        assert all(isinstance(end, TaskTimeoutError) and "too much at once" in str(end) for end in ends)
        assert len(server.paid) == 2


def test_a_task_whose_caller_has_left_is_a_candidate_too() -> None:
    """It may be about the one that was left: the one that waits is asked about, and done; it is not failed by it."""
    waiting: list[tuple[Peer, Item]] = []

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference":
            waiting.append((peer, task))
            if len(waiting) == 2:
                peer.send(errors=[NAMELESS])
        elif task["taskType"] == "getResponse":
            running = {"taskType": "imageInference", "taskUUID": task["taskUUID"], "status": "processing"}
            peer.send(running)
            peer.send(image(waiting[1][1]))
        elif task["taskType"] != "getTaskDetails":
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        with pytest.raises(TaskTimeoutError):
            runware.image_inference("a fox", timeout=0.2, retry=0, **SMALL)

        assert len(runware.image_inference("a hare", **SMALL)) == 1
        assert len(server.paid) == 2


def test_an_error_for_an_unknown_task_fails_nobody() -> None:
    """Two results and an error of a stranger, before the own ones: the call gets its own, and no error."""
    with Sandbox(faults=[Fault("unknown_task")]) as sandbox, client_of(sandbox) as runware:
        assert len(runware.image_inference("a fox", task_uuid=ROOT, **SMALL)) == 1

        assert sandbox.purchases == 1


def test_one_task_s_failure_disturbs_no_other() -> None:
    """Every second of forty fails; the others are done, and billed, once each."""
    fault = Fault("fail", every=2, code="moderationFailed")

    def call(runware: Runware, number: int) -> bool:
        try:
            return len(runware.image_inference(f"fox {number}", **SMALL)) == 1
        except RunwareError:
            return False

    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox) as runware, ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda number: call(runware, number), range(40)))

        assert sum(done) == 20
        assert sandbox.purchases == 20


def test_an_unnamed_refusal_names_the_only_task_there_is() -> None:
    """The error that follows carries the UUID, though the service did not tell it."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference":
            peer.send(errors=[NAMELESS])
        else:
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url) as runware:
        with pytest.raises(InvalidRequestError) as caught:
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        assert ROOT == caught.value.task_uuid
        assert len(server.paid) == 1
