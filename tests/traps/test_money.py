"""Traps that cost money: what is sent again, under which name, and what nobody takes back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, image
from traps.scene import KEY, ROOT, SMALL, address, received, small_talk, to_tasks

from runware_sync import ClientClosedError, Image, ImageInference, Runware, TaskTimeoutError
from runware_sync.calls.retrying import Policy
from runware_sync.jobs.job import Job
from runware_sync.sandbox import Fault, Sandbox

KIND = "imageInference"
PRICE = 0.01


def client_of(sandbox: Sandbox, **settings: Any) -> Runware:
    return Runware(KEY, url=sandbox.url, **{"timeout": PATIENCE, **settings})


def uuids(sandbox: Sandbox) -> list[str]:
    """Return the UUID of each picture that was asked for, as often as it was."""
    return [task["taskUUID"] for task in sandbox.received if task["taskType"] == KIND]


@pytest.mark.parametrize("chosen", [None, ROOT])
def test_trap_24_a_conflict_after_sending_again_means_that_it_was_bought(
    server: ScriptedServer, runware: Runware, chosen: str | None
) -> None:
    """Where it is a failure, a task that was accepted and billed is given up: it is the proof, and it is polled."""

    def answer(peer: Peer, task: Item) -> None:
        if small_talk(peer, task):
            return
        if task["taskType"] == KIND:
            if len(server.paid) == 1:
                peer.reset()  # accepted; and then the line breaks
            else:
                peer.send(errors=[address(task, code="conflictTaskUUID", message="used")])
        elif len(server.paid) == 1:
            peer.send(errors=[address(task, code="taskNotFound")])  # its memory is late
        elif task["taskType"] == "getResponse":
            peer.send({**image(task), "taskType": KIND, "status": "success"})

    server.answer = answer

    images = runware.image_inference("a fox", task_uuid=chosen, **SMALL)

    assert len(images) == 1
    assert len(server.paid) == 2
    assert {images.task_uuid} == {task["taskUUID"] for task in server.paid}
    assert received(server, "getResponse")


@pytest.mark.parametrize("when", ["received", "accepted", "after"])
@pytest.mark.parametrize("memory", [{}, {"replay": "none"}, {"session_lifetime": 0.0, "unknown_session": "error"}])
def test_trap_25_a_lost_reply_is_not_paid_for_twice(when: Any, memory: dict[str, Any]) -> None:
    """Where a retry has a fresh UUID, the service cannot know that it is the same task, and bills it again."""
    fault = Fault("drop", at=1, when=when)
    with Sandbox(faults=[fault], price=PRICE, **memory) as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", number_results=2, **SMALL)

        assert len(images) == 2
        assert {images.task_uuid} == set(uuids(sandbox))
        assert sandbox.billed == pytest.approx(2 * PRICE)


@pytest.mark.parametrize("kind", ["lose", "ignore"])
def test_trap_25_a_timeout_is_not_paid_for_twice(kind: Any) -> None:
    """The line lives, the reply never comes: the same UUID, whether or not the task was read."""
    with Sandbox(faults=[Fault(kind, at=1)], price=PRICE) as sandbox, client_of(sandbox, timeout=0.5) as runware:
        images = runware.image_inference("a fox", **SMALL)

        assert {images.task_uuid} == set(uuids(sandbox))
        assert sandbox.billed == pytest.approx(PRICE)


def refuse_first(server: ScriptedServer, code: str | None) -> None:
    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        if code is not None and len(server.paid) == 1:
            peer.send(errors=[address(task, code=code, retryAfter=0)])
        else:
            peer.send(image(task))

    server.answer = answer


@pytest.mark.parametrize(("code", "purchases"), [(None, 1), ("rateLimitExceeded", 2)])
@pytest.mark.parametrize("by", ["a call", "a job", "map"])
def test_trap_26_a_call_that_has_succeeded_is_over(
    server: ScriptedServer, runware: Runware, code: str | None, purchases: int, by: str
) -> None:
    """Where the loop of retries forgets to return, it goes round again after a success, and pays for each round."""
    refuse_first(server, code)
    request = ImageInference("a fox", retry=5, **SMALL)
    ways = {
        "a call": lambda: runware.run(request),
        "a job": lambda: runware.submit(request).result(PATIENCE),
        "map": lambda: next(iter(runware.map([request]))),
    }

    assert len(ways[by]()) == 1

    runware.close(wait=True)  # whatever were still to come has come
    assert purchases == len(server.paid)


@pytest.mark.parametrize("failures", range(3))
def test_trap_26_a_window_that_succeeds_is_the_last(failures: int) -> None:
    """However many windows may follow, and however many have failed before it."""
    opened: list[int] = []

    def window(number: int) -> str:
        opened.append(number)
        if number <= failures:
            raise TaskTimeoutError("late", retryable=True)
        return "done"

    assert Policy(retries=5).run(window, rest=lambda _seconds: None) == "done"

    assert list(range(1, failures + 2)) == opened


def test_trap_45_leaving_cancels_nothing_and_says_so() -> None:
    """A client that aborts un-bills nothing: the job goes on, the error and the documentation tell how to collect."""
    with Sandbox(latency=1.0, price=PRICE) as sandbox, client_of(sandbox) as runware, ThreadPoolExecutor(1) as pool:
        job = runware.submit(ImageInference("a hare", **SMALL))
        call = pool.submit(lambda: runware.image_inference("a fox", task_uuid=ROOT, **SMALL))
        sandbox.wait_for(lambda: len(sandbox.tasks) == 2, PATIENCE)

        assert not job.cancel()
        runware.close()
        error = call.exception(PATIENCE)

        assert isinstance(error, ClientClosedError)
        assert f"client.job('{ROOT}').result()" in str(error)
        assert sandbox.billed == pytest.approx(2 * PRICE)
        runware.connect()
        assert [[Image], [Image]] == [
            [type(one) for one in runware.job(uuid).result(PATIENCE)] for uuid in (ROOT, job.task_uuid)
        ]
        assert sandbox.billed == pytest.approx(2 * PRICE)
    for method in (Job.cancel, Runware.close):
        assert "billed" in str(method.__doc__)
