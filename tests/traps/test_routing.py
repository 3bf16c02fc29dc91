"""Traps of giving each answer to whom it belongs: fast ones, nameless ones, foreign ones, several in a frame."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, eventually, image, instantly
from traps.scene import KEY, QUESTIONS, ROOT, SMALL, address, received, small_talk, to_tasks

from runware_sync import ConflictError, ImageInference, InvalidRequestError, Results, Runware, TaskDetails
from runware_sync.connection.connection import Connection
from runware_sync.protocol.slots import Slot
from runware_sync.sandbox import Sandbox

KIND = "imageInference"


def silent(peer: Peer, task: Item) -> None:
    small_talk(peer, task)


def named(server: ScriptedServer, prompt: str) -> Item:
    """Return the task with this prompt."""
    return next(task for task in server.paid if task["positivePrompt"] == prompt)


def begin(pool: ThreadPoolExecutor, runware: Runware, prompt: str) -> Future[Results[Any]]:
    return pool.submit(lambda: runware.image_inference(prompt, **SMALL))


@pytest.mark.parametrize("is_job", [False, True])
def test_trap_01_an_answer_may_come_before_anybody_waits_for_it(
    server: ScriptedServer, runware: Runware, monkeypatch: pytest.MonkeyPatch, is_job: bool
) -> None:
    """Where the waiter is registered after sending, a fast answer finds nobody and is lost."""
    real = Connection.open

    def opened(connection: Connection, slot: Slot, *others: Any) -> None:
        real(connection, slot, *others)
        connection.exchange.signal()
        eventually(lambda: slot.missing == 0)  # written and answered; only now its owner goes on, to wait

    monkeypatch.setattr(Connection, "open", opened)
    runware.connect()
    request = ImageInference("a fox", retry=0, **SMALL)

    images = runware.submit(request).result(PATIENCE) if is_job else runware.run(request)

    assert len(images) == 1
    assert len(server.received) == 2


def test_trap_19_each_task_gets_its_own_error_of_a_frame(server: ScriptedServer, runware: Runware) -> None:
    """Where the first error of a frame is taken, a call fails for another's reason."""
    codes = {"wide": "invalidWidth", "bold": "invalidModel", "long": "invalidPositivePromptLength"}

    def answer(peer: Peer, task: Item) -> None:
        if not small_talk(peer, task) and len(server.paid) == len(codes):
            errors = [address(named(server, prompt), code=code) for prompt, code in codes.items()]
            peer.send(errors=[{"code": "promptBlocked", "taskUUID": ROOT}, *errors])

    server.answer = answer
    with ThreadPoolExecutor(3) as pool:
        calls = {prompt: begin(pool, runware, prompt) for prompt in codes}
        errors = {prompt: call.exception(PATIENCE) for prompt, call in calls.items()}

    assert codes == {prompt: getattr(error, "code", error) for prompt, error in errors.items()}


def test_trap_20_one_call_s_error_is_no_other_call_s(server: ScriptedServer, runware: Runware) -> None:
    """Where there is one place for the last error, it rejects whoever looks there next."""
    server.answer = silent
    with ThreadPoolExecutor(2) as pool:
        good, bad = begin(pool, runware, "good"), begin(pool, runware, "bad")
        server.wait_for(lambda: len(server.paid) == 2)
        peer = server.peers[0]
        peer.send(errors=[address(named(server, "bad"), code="invalidWidth")])
        assert isinstance(bad.exception(PATIENCE), InvalidRequestError)

        assert not good.done()
        peer.send(image(named(server, "good")))
        assert len(good.result(PATIENCE)) == 1
    server.answer = instantly
    assert len(runware.image_inference("next", **SMALL)) == 1


def test_trap_21_an_error_without_a_name_fails_the_only_task_there_is(server: ScriptedServer, runware: Runware) -> None:
    """Where it is dropped, the call waits for its timeout; it can only be this one's."""
    server.answer = to_tasks(lambda peer, _task: peer.send(errors=[{"code": "invalidPositivePrompt"}]))

    with pytest.raises(InvalidRequestError) as caught:
        runware.image_inference("a fox", **SMALL)

    assert caught.value.code == "invalidPositivePrompt"
    assert caught.value.attempts == 1


def test_trap_21_an_error_without_a_name_fails_none_of_several(server: ScriptedServer, runware: Runware) -> None:
    """Where it is broadcast, unrelated tasks fail; here all are asked about, and what was bought is collected."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            peer.send({**image(task), "taskType": KIND, "status": "success"})
        elif not small_talk(peer, task) and len(server.paid) == 3:
            peer.send(errors=[{"code": "invalidPositivePrompt"}])

    server.answer = answer
    with ThreadPoolExecutor(3) as pool:
        calls = [begin(pool, runware, prompt) for prompt in ("one", "two", "three")]

        assert [1, 1, 1] == [len(call.result(PATIENCE)) for call in calls]
    assert len(server.paid) == 3
    assert {task["taskUUID"] for task in server.paid} == {t["taskUUID"] for t in received(server, "getResponse")}


@pytest.mark.parametrize("code", ["internalServerError", "invalidWidth", "rateLimitExceeded", "taskNotFound"])
def test_trap_22_an_error_for_an_unknown_task_is_nobody_s(server: ScriptedServer, runware: Runware, code: str) -> None:
    """Where it is broadcast, every call fails for a task that nobody here has sent."""
    other = "00000000-0000-4000-8000-000000000000"

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            peer.send(address(task, status="processing"))

    server.answer = answer
    with ThreadPoolExecutor(1) as pool:
        call = begin(pool, runware, "a fox")
        server.wait_for(lambda: server.paid)

        server.peers[0].send(errors=[{"code": code, "taskUUID": ROOT}])
        for _ in range(5):
            runware.get_response(other)  # whose answer comes after the error: it has been read

        assert not call.done()
        server.peers[0].send(image(server.paid[0]))
        assert len(call.result(PATIENCE)) == 1
    assert {other} == {task["taskUUID"] for task in received(server, *QUESTIONS)}
    assert len(server.paid) == 1


def test_trap_22_the_next_call_does_not_inherit_a_late_error(server: ScriptedServer, runware: Runware) -> None:
    """An error for a task that is over finds nobody, and waits for nobody."""

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        peer.send(image(task))
        peer.send(errors=[address(task, code="internalServerError")])

    server.answer = answer

    outcomes = [runware.image_inference("a fox", retry=0, **SMALL) for _ in range(3)]

    assert [1, 1, 1] == [len(outcome) for outcome in outcomes]
    assert len(server.paid) == 3


@pytest.mark.parametrize("place", range(4))
def test_trap_23_a_pong_may_share_a_frame_with_results(server: ScriptedServer, runware: Runware, place: int) -> None:
    """Where a frame with a pong is swallowed whole, or a pong is looked for in front only, results are lost."""

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        items = [image(task, number) for number in range(3)]
        items.insert(place, {"taskType": "ping", "pong": True})
        peer.send(*items)

    server.answer = answer

    images = runware.image_inference("a fox", number_results=3, retry=0, **SMALL)

    assert len(images) == 3
    assert () == images.surplus


def test_trap_27_a_uuid_cannot_wait_twice() -> None:
    """Where a second registration overwrites the first, the first caller waits for ever, or gets the other's result."""
    with (
        Sandbox(latency=0.5) as sandbox,
        Runware(KEY, url=sandbox.url, timeout=PATIENCE) as runware,
        ThreadPoolExecutor(1) as pool,
    ):
        first = pool.submit(lambda: runware.image_inference("a fox", task_uuid=ROOT, **SMALL))
        sandbox.wait_for(lambda: sandbox.tasks, PATIENCE)

        with pytest.raises(ConflictError, match=ROOT):
            runware.image_inference("a hare", task_uuid=ROOT, **SMALL)

        assert first.result(PATIENCE).task_uuid == ROOT
        assert ["a fox"] == [task["positivePrompt"] for task in sandbox.received if task["taskType"] == KIND]
        assert sandbox.purchases == 1


def test_trap_28_answers_to_questions_are_not_the_task_s(server: ScriptedServer, runware: Runware) -> None:
    """They share its UUID: where that alone is the key, whoever waits for the task gets the answer to a question."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            peer.send({**address(task), "taskType": KIND, "status": "processing"})
        elif task["taskType"] == "getTaskDetails":
            peer.send(address(task, request=[server.paid[0]], response={}))
        else:
            small_talk(peer, task)

    server.answer = answer
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(lambda: runware.image_inference("a fox", task_uuid=ROOT, **SMALL))
        server.wait_for(lambda: server.paid)

        details = runware.get_task_details(ROOT)
        items = runware.get_response(ROOT)

        assert isinstance(details, TaskDetails)
        assert ["processing"] == [item["status"] for item in items]
        assert not call.done()
        assert not runware._connection.waiting[0].tasks[0].acknowledged, "it would be polled from now on"
        server.peers[0].send(image(server.paid[0], 7))
        assert [f"{ROOT}-7"] == [one.image_uuid for one in call.result(PATIENCE)]


def test_trap_28_results_are_not_the_answer_to_a_question_about_details(
    server: ScriptedServer, runware: Runware
) -> None:
    """The other way round: what is pushed while the details are asked for goes to the call."""
    server.answer = silent
    with ThreadPoolExecutor(2) as pool:
        call = pool.submit(lambda: runware.image_inference("a fox", task_uuid=ROOT, **SMALL))
        server.wait_for(lambda: server.paid)
        details = pool.submit(runware.get_task_details, ROOT)
        server.wait_for(lambda: received(server, "getTaskDetails"))

        server.peers[0].send(image(server.paid[0]))

        assert len(call.result(PATIENCE)) == 1
        assert not details.done()
        server.peers[0].send(address(received(server, "getTaskDetails")[0], request=[server.paid[0]], response={}))
        assert details.result(PATIENCE).task_uuid == ROOT
