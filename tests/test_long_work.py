"""Work that takes long: acknowledged, asked for until it is done, through drops and closes; and work in phases."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, eventually, image, instantly

from runware_sync import ApiError, ClientClosedError, ImageInference, ProviderError, Results, Runware

KEY = "key-of-a-test-4711"
VIDEO: Item = {"taskType": "videoInference", "model": "m:1@1", "deliveryMethod": "async"}
UPLOAD: Item = {"taskType": "modelUpload", "air": "acme:7@1"}
PHASES = ("validated", "downloaded", "optimized", "stored")


class Late:
    """A service that acknowledges paid tasks, and answers each question with the next of its answers."""

    def __init__(self, *answers: dict[str, list[Item]], silent: bool = False) -> None:
        self.answers = list(answers)
        self.silent = silent
        self.asked: list[float] = []
        self.dropped = 0

    def __call__(self, peer: Peer, task: Item) -> None:
        if task["taskType"] in {"authentication", "ping"}:
            instantly(peer, task)
        elif task["taskType"] == "getResponse":
            self.asked.append(time.monotonic())
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if answer.get("drop"):
                self.dropped += 1
                peer.reset()
                return
            uuid = {"taskUUID": task["taskUUID"]}
            items = [{"taskType": "videoInference", **uuid, **item} for item in answer.get("data", [])]
            errors = [{**uuid, **error} for error in answer.get("errors", [])]
            peer.send(*items, errors=errors or None)
        elif task["taskType"] != "getTaskDetails" and not self.silent:
            peer.send({"taskType": task["taskType"], "taskUUID": task["taskUUID"]})


RUNNING: dict[str, list[Item]] = {"data": [{"status": "processing", "progress": 35}]}
DONE: dict[str, list[Item]] = {
    "data": [{"status": "success", "videoUUID": "v", "videoURL": "https://vm.example.test/v"}]
}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def runware(server: ScriptedServer) -> Iterator[Runware]:
    with Runware(KEY, url=server.url, timeout=PATIENCE) as runware:
        yield runware


def test_what_is_ready_is_returned_on_the_first_poll(server: ScriptedServer, runware: Runware) -> None:
    """A second after the acknowledgement."""
    server.answer = late = Late(DONE)

    assert [item["videoUUID"] for item in runware.raw(VIDEO)] == ["v"]
    assert len(late.asked) == 1
    assert len(server.paid) == 1


def test_what_is_ready_a_second_after_the_first_poll_comes_within_three(
    server: ScriptedServer, runware: Runware
) -> None:
    """The pauses grow, and begin small; progress is told on the way."""
    server.answer = late = Late(RUNNING, DONE)
    told: list[int] = []
    runware.connect()
    begin = time.monotonic()
    runware.raw(VIDEO, on_progress=told.append)

    assert time.monotonic() - begin < 3.0
    assert late.asked[1] - late.asked[0] < 2.0
    assert told == [35]


def test_answers_are_cumulative(server: ScriptedServer, runware: Runware) -> None:
    """Each holds all that there is; it replaces what was known, and nothing counts twice."""
    first = {"status": "success", "videoUUID": "a", "videoURL": "https://vm.example.test/a"}
    second = {**first, "videoUUID": "b"}
    server.answer = Late({"data": [first, {"status": "processing"}]}, {"data": [first, second]})
    parts: list[Item] = []

    items = runware.raw({**VIDEO, "numberResults": 2}, on_partial=parts.extend)

    assert [item["videoUUID"] for item in items] == ["a", "b"]
    assert [item["videoUUID"] for item in parts] == ["a", "b"]


def test_a_result_in_the_place_of_the_acknowledgement_is_taken(server: ScriptedServer, runware: Runware) -> None:
    """Nothing is asked then."""
    server.answer = instantly

    assert runware.raw({**VIDEO, "taskType": "imageInference"})
    assert [task["taskType"] for task in server.received] == ["authentication", "imageInference"]


@pytest.mark.parametrize(
    "answer",
    [
        {"errors": [{"code": "invalidDuration", "message": "too long", "status": "error"}]},
        {"data": [{"status": "error", "error": {"code": "invalidDuration", "message": "too long"}}]},
    ],
    ids=["in errors", "as an item"],
)
def test_failures_are_understood_in_both_places(
    server: ScriptedServer, runware: Runware, answer: dict[str, list[Item]]
) -> None:
    """And end the call, with nothing bought anew."""
    server.answer = Late(RUNNING, answer)

    with pytest.raises(ApiError, match="too long"):
        runware.raw(VIDEO)
    assert len(server.paid) == 1


def test_a_part_that_failed_is_bought_anew_once_that_is_certain(server: ScriptedServer, runware: Runware) -> None:
    """One of two has come; the other one is bought under a child UUID, as one."""
    first = {"status": "success", "videoUUID": "a", "videoURL": "https://vm.example.test/a"}
    failed = {"code": "timeoutProvider", "message": "no answer", "status": "error"}
    server.answer = Late({"data": [first], "errors": [failed]}, {"data": [{**first, "videoUUID": "b"}]})

    items = runware.raw({**VIDEO, "numberResults": 2})

    assert [item["videoUUID"] for item in items] == ["a", "b"]
    assert [task["numberResults"] for task in server.paid] == [2, 1]


def test_without_windows_nothing_is_bought_anew(server: ScriptedServer, runware: Runware) -> None:
    """The error carries what has come."""
    failed = {"code": "timeoutProvider", "message": "no answer", "status": "error"}
    server.answer = Late({"data": [], "errors": [failed]})

    with pytest.raises(ProviderError):
        runware.raw(VIDEO, retry=0)
    assert len(server.paid) == 1


def test_a_drop_while_polling_is_survived(server: ScriptedServer, runware: Runware) -> None:
    """What was acknowledged is never sent again."""
    server.answer = late = Late({"drop": [{}]}, RUNNING, DONE)

    assert runware.raw(VIDEO)
    assert late.dropped == 1
    assert len(server.paid) == 1


def test_closing_ends_the_waiting_at_once(server: ScriptedServer, runware: Runware) -> None:
    """Also between two polls."""
    server.answer = late = Late(RUNNING)
    caught: list[BaseException] = []

    def call() -> None:
        try:
            runware.raw(VIDEO)
        except ClientClosedError as error:
            caught.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    eventually(lambda: late.asked)
    begin = time.monotonic()
    runware.close()
    thread.join(PATIENCE)

    assert time.monotonic() - begin < 1.0
    assert "client.job(" in str(caught[0])


def test_an_acknowledgement_that_does_not_come_is_asked_after(
    server: ScriptedServer, runware: Runware, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window of a film lasts twenty minutes; nobody waits that long to learn that it was lost."""
    monkeypatch.setattr("runware_sync.protocol.tasks.ACKNOWLEDGED_WITHIN", 0.2)
    server.answer = late = Late(DONE, silent=True)

    assert runware.raw(VIDEO)
    assert len(late.asked) == 1
    assert len(server.paid) == 1


def test_any_operation_may_be_asked_for_later(server: ScriptedServer, runware: Runware) -> None:
    """With `delivery_method`."""
    found = {**image({"taskType": "imageInference", "taskUUID": "u"}), "status": "success"}
    found.pop("taskUUID")
    server.answer = Late({"data": [found]})
    images = runware.image_inference("a fox", model="m:1@1", delivery_method="async")

    assert isinstance(images, Results)
    assert server.paid[0]["deliveryMethod"] == "async"


def test_a_job_polls_without_a_thread_of_its_own(server: ScriptedServer, runware: Runware) -> None:
    """The crew keeps its times."""
    found = {**image({"taskType": "imageInference", "taskUUID": "u"}), "status": "success"}
    found.pop("taskUUID")
    server.answer = late = Late(RUNNING, {"data": [found]})
    told: list[int] = []
    request = ImageInference("a fox", model="m:1@1", delivery_method="async", on_progress=told.append)
    jobs = [runware.submit(request), runware.submit(request)]

    assert all(len(job.result(PATIENCE)) == 1 for job in jobs)
    assert len(late.asked) >= 3
    assert told
    assert len(server.paid) == 2


# -- phases -----------------------------------------------------------------------------------------------------------


def phase(task: Item, status: str, **facts: Any) -> Item:
    return {"taskUUID": task["taskUUID"], "status": status, "air": "acme:7@1", **facts}  # without its type, as allowed


def test_each_phase_is_told_and_the_last_one_ends_it(server: ScriptedServer, runware: Runware) -> None:
    """A status that comes twice is told once; that each carries the model's identifier ends nothing."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "modelUpload":
            for status in (*PHASES, "stored", "ready"):
                peer.send(phase(task, status))
        else:
            instantly(peer, task)

    server.answer = answer
    told: list[str] = []
    items = runware.raw(UPLOAD, on_partial=lambda items: told.extend(item["status"] for item in items))

    assert [item["status"] for item in items] == ["ready"]
    assert told == [*PHASES, "ready"]
    assert {task["taskType"] for task in server.received} == {"authentication", "modelUpload"}


def test_a_phase_that_fails_ends_it_at_once(server: ScriptedServer, runware: Runware) -> None:
    """With what the service says of it; nothing is sent again."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "modelUpload":
            peer.send(phase(task, "validated"), phase(task, "failed", message="the file is no model"))
        else:
            instantly(peer, task)

    server.answer = answer
    with pytest.raises(ApiError, match="the file is no model"):
        runware.raw(UPLOAD)
    assert len(server.paid) == 1


def test_phases_go_on_after_a_drop(server: ScriptedServer, runware: Runware) -> None:
    """The connection is made anew, the task is asked about, and never sent again."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "modelUpload":
            peer.send(phase(task, "validated"), phase(task, "downloaded"))
            peer.reset()
        elif task["taskType"] == "getResponse":
            peer.send(*[phase(task, status) for status in (*PHASES, "ready")])
        else:
            instantly(peer, task)

    server.answer = answer
    told: list[str] = []
    items = runware.raw(UPLOAD, on_partial=lambda items: told.extend(item["status"] for item in items))

    assert [item["status"] for item in items] == ["ready"]
    assert told == [*PHASES, "ready"]
    assert len(server.paid) == 1


def test_an_answer_of_fields_of_its_own_is_complete(server: ScriptedServer, runware: Runware) -> None:
    """That of the account, which carries no output of a usual name."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "accountManagement":
            peer.send({**task, "balance": 7.5, "organizationName": "Acme"})
        else:
            instantly(peer, task)

    server.answer = answer

    assert runware.raw({"taskType": "accountManagement", "operation": "getDetails"})[0]["balance"] == 7.5
