"""Row 7: acknowledged, to be asked for later."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from server import Item, Peer, ScriptedServer, instantly
from till import PATIENCE, ROOT, SMALL, bought, client_of, hasty, questions, sent

from runware_sync import ContentPolicyError, Image, Runware, TaskTimeoutError
from runware_sync.sandbox import Fault, Sandbox


def test_async_delivery_is_acknowledged_and_polled() -> None:
    """Sent once, asked until it is there."""
    with Sandbox(latency=1.2) as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", number_results=2, delivery_method="async", **SMALL)

        assert len(images) == 2
        assert sandbox.tasks[0].asynchronous
        assert questions(sandbox) >= 1
        assert len(bought(sandbox)) == 1
        assert sandbox.purchases == 2


@pytest.mark.parametrize("ack_status", [True, False])
def test_async_delivery_survives_a_drop(ack_status: bool) -> None:
    """An acknowledged task is never sent again."""
    with (
        Sandbox(latency=2.0, ack_status=ack_status) as sandbox,
        client_of(sandbox) as runware,
        ThreadPoolExecutor(1) as pool,
    ):
        call = pool.submit(lambda: runware.image_inference("a fox", delivery_method="async", **SMALL))
        sandbox.wait_for(lambda: sandbox.tasks and sandbox.connections[0].sent >= 2, PATIENCE)
        sandbox.drop()

        assert len(call.result(PATIENCE)) == 1
        sent = [task for task in sandbox.received if task["taskType"] == "imageInference"]
        assert len(sent) == 1
        assert sandbox.purchases == 1


def test_async_delivery_that_is_cut_before_the_acknowledgement_is_billed_once() -> None:
    """Found by asking, like any other."""
    fault = Fault("drop", at=1, when="accepted")
    with Sandbox(latency=0.5, replay="none", faults=[fault]) as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", delivery_method="async", **SMALL)

        assert len(images) == 1
        assert sandbox.purchases == 1


def test_an_async_failure_is_the_typed_error() -> None:
    """It comes by asking, with or without what had been made."""
    fault = Fault("fail", results=1, code="moderationFailed")
    with Sandbox(faults=[fault], latency=0.3) as sandbox, client_of(sandbox) as runware:
        with pytest.raises(ContentPolicyError) as caught:
            runware.image_inference("a fox", number_results=2, delivery_method="async", **SMALL)

        assert [Image] == [type(result) for result in caught.value.results]
        assert sandbox.purchases == 1


def test_row_7_what_was_acknowledged_is_never_sent_again_whatever_is_said_of_it() -> None:
    """Taken on, and then denied: the service says that it does not know the task, and still nothing goes out again."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference":
            peer.send({"taskType": "imageInference", "taskUUID": task["taskUUID"]})
        elif task["taskType"] in {"getResponse", "getTaskDetails"}:
            peer.send(errors=[{"code": "taskNotFound", "taskUUID": task["taskUUID"], "taskType": task["taskType"]}])
        else:
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=1.5, max_retries=1) as runware:
        with pytest.raises(TaskTimeoutError, match="outcome is unknown") as caught:
            runware.image_inference("a fox", task_uuid=ROOT, delivery_method="async", **SMALL)

        assert f"client.job('{ROOT}').result()" in str(caught.value)
        assert len(server.paid) == 1


@pytest.mark.parametrize("max_retries", [0, 2])
def test_row_7_a_task_that_takes_longer_than_its_windows_is_bought_once_and_can_be_collected(max_retries: int) -> None:
    """Polled to the end of the last window; the error knows that it is under way, and its line brings the result."""
    fault = Fault("delay", at=1, seconds=3.0)
    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox, max_retries=max_retries) as runware:
        with pytest.raises(TaskTimeoutError, match="outcome is unknown"):
            runware.image_inference("a fox", task_uuid=ROOT, delivery_method="async", timeout=0.4, **SMALL)

        assert len(runware.job(ROOT).result(PATIENCE)) == 1
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 1


def test_a_webhook_implies_async_delivery_and_its_acknowledgement_is_the_answer() -> None:
    """The results go there; here the call is over with the acknowledgement, and nobody polls."""
    with Sandbox(latency=PATIENCE) as sandbox, client_of(sandbox) as runware:
        runware.image_inference("a fox", number_results=3, webhook_url="https://hook.example.test/a", **SMALL)

        (task,) = bought(sandbox)
        assert task["deliveryMethod"] == "async"
        assert questions(sandbox) == 0
        assert sandbox.purchases == 3


def test_a_webhook_s_acknowledgement_that_was_lost_is_had_by_asking() -> None:
    """The service says that the task is at work, which is all that there was to learn: it is not sent again."""
    fault = Fault("drop", at=1, when="accepted")
    with Sandbox(faults=[fault], latency=60 * PATIENCE, replay="none") as sandbox, hasty(sandbox) as runware:
        runware.image_inference("a fox", task_uuid=ROOT, webhook_url="https://hook.example.test/a", **SMALL)

        assert questions(sandbox, ROOT) >= 1
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 1
