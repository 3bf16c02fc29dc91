"""Asking before sending: `getResponse`, then `getTaskDetails`; and what counts as evidence."""

from typing import Any

import pytest
from server import Item, Peer, ScriptedServer, image, instantly
from till import PATIENCE, QUESTIONS, ROOT, SMALL, SPEECHLESS, client_of, hasty, questions, sent

from runware_sync import ProviderError, Runware, TaskTimeoutError
from runware_sync.sandbox import Fault, Sandbox


def test_asking_is_the_answer_first_and_the_record_next() -> None:
    """What the first question does not bring, the second does; neither is billed, and nothing is sent between them."""
    fault = Fault("lose", at=1)
    with (
        Sandbox(faults=[fault], sync_questions="unknown") as sandbox,
        client_of(sandbox, timeout=0.5) as runware,
    ):
        assert len(runware.image_inference("a fox", task_uuid=ROOT, **SMALL)) == 1

        order = [task["taskType"] for task in sandbox.received if task.get("taskUUID") == ROOT]
        assert ["imageInference", "getResponse", "getTaskDetails"] == order
        assert sandbox.purchases == 1


@pytest.mark.parametrize("kind", sorted(QUESTIONS))
def test_a_question_that_is_lost_is_asked_again_and_nothing_is_sent_for_it(kind: str) -> None:
    """The line breaks once more while the service is asked: that says nothing about the task."""
    faults = [Fault("drop", at=1, when="accepted"), Fault("drop", at=1, types=kind)]
    with (
        Sandbox(faults=faults, replay="none", sync_questions="unknown") as sandbox,
        client_of(sandbox) as runware,
    ):
        assert len(runware.image_inference("a fox", task_uuid=ROOT, **SMALL)) == 1

        assert len(sandbox.connections) == 3
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 1


def test_one_question_is_in_flight_for_each_uuid() -> None:
    """However many want to know: the call itself, and those who ask by hand share the question that is on its way."""
    with Sandbox(faults=[Fault("lose", at=1)], **SPEECHLESS) as sandbox, client_of(sandbox, timeout=1.0) as runware:
        with pytest.raises(TaskTimeoutError):
            runware.image_inference("a fox", task_uuid=ROOT, retry=0, **SMALL)
        jobs = [runware.job(ROOT) for _ in range(4)]
        for job in jobs:
            assert isinstance(job.exception(PATIENCE), TaskTimeoutError)

        asked = [task["taskType"] for task in sandbox.received if task["taskType"] in QUESTIONS]
        assert asked.count("getResponse") <= 3 * len(jobs)
        assert [ROOT] == sent(sandbox)


@pytest.mark.parametrize(
    "error",
    [
        {"code": "somethingNobodyHasSeen"},
        {"code": "internalServerError"},
        {"code": "providerError", "taskType": "its own"},
        {"code": "invalidTaskUUID", "taskType": "its own"},
        {"code": "rateLimitExceeded"},
    ],
    ids=lambda error: "-".join(error.values()),
)
def test_the_question_s_own_error_is_no_evidence(error: dict[str, str]) -> None:
    """An unknown code, no status, its own type: the task has neither failed nor been forgotten, and nothing is sent."""
    told = iter([True])

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference":
            peer.send()  # heard, and not about the task
        elif task["taskType"] in QUESTIONS:
            if task["taskType"] == "getTaskDetails" or next(told, False):
                own = {"taskType": task["taskType"]} if "taskType" in error else {}
                peer.send(errors=[{"message": "no", "taskUUID": task["taskUUID"], **error, **own}])
            else:
                peer.send(image({**task, "taskType": "imageInference"}, status="success"))
        else:
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=1.0, max_retries=9) as runware:
        assert len(runware.image_inference("a fox", **SMALL)) == 1
        assert len(server.paid) == 1


@pytest.mark.parametrize("where", ["errors", "data"])
def test_a_terminal_error_of_the_task_is_evidence_wherever_it_stands(where: str) -> None:
    """With its status, or with the task's own type, an error that a question brings is the task's."""
    switches: dict[str, Any] = {"failures_in_data": where == "data"}
    fault = Fault("fail", at=1, results=1)
    with Sandbox(faults=[fault], **switches) as sandbox, client_of(sandbox, max_retries=0) as runware:
        with pytest.raises(ProviderError) as caught:
            runware.image_inference("a fox", number_results=2, delivery_method="async", **SMALL)

        assert len(caught.value.results) == 1
        assert sandbox.purchases == 1


def test_asking_is_free_and_changes_nothing() -> None:
    """A hundred questions about one task, and the bill is that of the task."""
    with Sandbox() as sandbox, hasty(sandbox) as runware:
        runware.image_inference("a fox", task_uuid=ROOT, **SMALL)
        for _ in range(50):
            runware.get_response(ROOT)
            runware.get_task_details(ROOT)

        assert questions(sandbox, ROOT) == 100
        assert sandbox.purchases == 1
