"""Children, and who finds them: `job` of a client that did not buy the task, as another process would use it."""

import uuid as uuids
from concurrent.futures import ThreadPoolExecutor

import pytest
from server import Item, Peer, ScriptedServer, image, instantly
from till import PATIENCE, ROOT, SMALL, SPEECHLESS, bought, client_of, hasty, questions

from runware_sync import NotFoundError, RateLimitError, Runware, TaskTimeoutError
from runware_sync.sandbox import Fault, Sandbox
from runware_sync.uuids import child_uuid


def test_a_task_of_another_client_is_collected() -> None:
    """Another process would do the same: only the UUID is needed."""
    with Sandbox(latency=1.0) as sandbox, client_of(sandbox) as other:
        with client_of(sandbox) as runware, pytest.raises(TaskTimeoutError):
            runware.image_inference("a fox", number_results=2, task_uuid=ROOT, timeout=0.3, retry=0, **SMALL)

        images = other.job(ROOT).result(PATIENCE)

        assert len(images) == 2
        assert len(bought(sandbox)) == 1
        assert sandbox.purchases == 2


def test_a_task_of_another_client_is_collected_with_its_children() -> None:
    """What was bought anew belongs to it."""
    fault = Fault("fail", at=1, results=1)
    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox) as other:
        with client_of(sandbox) as runware:
            images = runware.image_inference("a fox", number_results=3, seed=5, task_uuid=ROOT, **SMALL)

        collected = other.job(ROOT).result(PATIENCE)

        assert {image.image_uuid for image in images} == {image.image_uuid for image in collected}
        assert sandbox.purchases == 3


def test_a_task_that_nobody_bought_is_not_found() -> None:
    """And nothing is bought by looking for it."""
    with Sandbox() as sandbox, client_of(sandbox) as runware:
        with pytest.raises(NotFoundError):
            runware.job(ROOT).result(PATIENCE)

        assert sandbox.purchases == 0


def test_a_child_s_uuid_is_shaped_like_version_4_and_follows_from_root_and_ordinal() -> None:
    """Nothing but the root and a count goes into it, so that any process finds what was bought under it."""
    faults = [Fault("fail", count=2)]
    with Sandbox(faults=faults) as sandbox, client_of(sandbox) as runware:
        runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        uuid, *children = [task["taskUUID"] for task in bought(sandbox)]
        assert ROOT == uuid
        assert [child_uuid(ROOT, 1), child_uuid(ROOT, 2)] == children
        assert {4} == {uuids.UUID(child).version for child in children}


def test_a_child_is_found_behind_purchases_that_left_no_trace() -> None:
    """The root and its first child were turned away and are on no record; another process finds the second child."""
    log: dict[str, Item] = {}

    def answer(peer: Peer, task: Item) -> None:
        uuid = task.get("taskUUID", "")
        if task["taskType"] == "imageInference" and len(server.paid) <= 2:
            peer.send(errors=[{"code": "rateLimitExceeded", "taskUUID": uuid, "retryAfter": 0}])
        elif task["taskType"] == "imageInference":
            log[uuid] = task
            peer.send(image(task, 0), image(task, 1))
        elif task["taskType"] in {"getResponse", "getTaskDetails"} and uuid not in log:
            peer.send(errors=[{"code": "taskNotFound", "taskUUID": uuid, "taskType": task["taskType"]}])
        elif task["taskType"] == "getResponse":
            peer.send(*[image(log[uuid], number, status="success") for number in range(2)])
        elif task["taskType"] == "getTaskDetails":
            peer.send({**task, "request": [log[uuid]], "response": {"data": [image(log[uuid], n) for n in range(2)]}})
        else:
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=PATIENCE) as other:
        with Runware("k", url=server.url) as runware:
            images = runware.image_inference("a fox", number_results=2, task_uuid=ROOT, **SMALL)

        collected = other.job(ROOT).result(PATIENCE)

        assert [child_uuid(ROOT, 2)] == list(log)
        assert {image.image_uuid for image in images} == {image.image_uuid for image in collected}
        assert len(server.paid) == 3


@pytest.mark.parametrize("unknown_task", ["error", "empty", "silence"])
def test_a_complete_task_is_collected_without_looking_for_children(unknown_task: str) -> None:
    """It has brought everything, so there are none; what the service says to unknown UUIDs does not matter."""
    with Sandbox(unknown_task=unknown_task) as sandbox, client_of(sandbox) as other:
        with client_of(sandbox) as runware:
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        assert len(other.job(ROOT).result(PATIENCE)) == 1
        assert questions(sandbox) == questions(sandbox, ROOT)
        assert sandbox.purchases == 1


@pytest.mark.parametrize("unknown_task", ["error", "empty", "silence"])
def test_children_are_found_whatever_is_said_to_unknown_uuids(unknown_task: str) -> None:
    """Also by a service that says nothing about those that it does not know: silence counts as no child."""
    fault = Fault("fail", at=1, results=1)
    with Sandbox(faults=[fault], unknown_task=unknown_task) as sandbox, hasty(sandbox) as other:
        with client_of(sandbox) as runware:
            images = runware.image_inference("a fox", number_results=3, seed=5, task_uuid=ROOT, **SMALL)

        collected = other.job(ROOT).result(PATIENCE)

        assert {image.image_uuid for image in images} == {image.image_uuid for image in collected}
        assert sandbox.purchases == 3


def test_collecting_a_failure_buys_nothing() -> None:
    """Read-only: the error is the task's own, with what it had brought, and no child is bought for the rest."""
    fault = Fault("fail", code="rateLimitExceeded", results=1)
    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox) as other:
        with client_of(sandbox, max_retries=0) as runware, pytest.raises(RateLimitError):
            runware.image_inference("a fox", number_results=2, task_uuid=ROOT, **SMALL)
        with pytest.raises(RateLimitError) as caught:
            other.job(ROOT).result(PATIENCE)

        assert len(caught.value.results) == 1
        assert len(bought(sandbox)) == 1
        assert sandbox.purchases == 1


def test_collecting_from_a_service_that_says_nothing_ends_with_what_is_not_known() -> None:
    """It ends after its windows, with an error that claims nothing, and buys nothing."""
    with Sandbox(**SPEECHLESS) as sandbox, hasty(sandbox, timeout=0.5, max_retries=1) as other:
        with client_of(sandbox) as runware:
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)
        with pytest.raises(TaskTimeoutError, match=ROOT):
            other.job(ROOT).result(PATIENCE)

        assert sandbox.purchases == 1


def test_two_that_collect_the_same_task_share_it() -> None:
    """Neither takes the other's results away."""
    with Sandbox(latency=1.5) as sandbox, client_of(sandbox) as other, ThreadPoolExecutor(2) as pool:
        with client_of(sandbox, max_retries=0) as runware, pytest.raises(TaskTimeoutError):
            runware.image_inference("a fox", task_uuid=ROOT, timeout=0.2, **SMALL)

        found = list(pool.map(lambda _: other.job(ROOT).result(PATIENCE), range(2)))

        assert found[0][0].image_uuid == found[1][0].image_uuid
        assert sandbox.purchases == 1
