"""Misfortunes of the line's other direction, of questions, and of a service that forgets."""

import threading

import pytest
from sandbox_talk import PATIENCE, image, question, talk
from websockets.exceptions import ConnectionClosed

from runware_sync.sandbox import Fault, ManualClock, Sandbox
from runware_sync.sandbox.faults import FaultBook

PING = {"taskType": "ping", "ping": True}


def test_a_stalled_reader_goes_on_sending_and_reads_again_when_its_time_is_over() -> None:
    """The client's writes come to a halt, though the result of the task that met it arrives."""
    clock = ManualClock()
    stall = Fault("stall", seconds=30, at=1)
    with Sandbox(clock=clock, faults=[stall]) as sandbox, talk(sandbox) as client:
        assert "data" in client.ask(image())
        done = threading.Event()

        def write() -> None:
            client.say({**PING, "padding": "x" * 30_000_000})
            done.set()

        thread = threading.Thread(target=write)
        thread.start()
        clock.advance(29)
        assert not done.wait(0.3)
        clock.advance(2)

        assert done.wait(PATIENCE)
        assert "pong" in client.hear()["data"][0]
        thread.join()
        assert [stall] == sandbox.met


def test_a_stall_outlives_its_connection_without_harm() -> None:
    """Reading is taken up again on a connection that has gone."""
    clock = ManualClock()
    faults = [Fault("stall", seconds=30, at=1), Fault("drop", when="after", how="eof", at=1)]
    with Sandbox(clock=clock, faults=faults) as sandbox:
        with talk(sandbox) as client:
            assert "data" in client.ask(image())
            with pytest.raises(ConnectionClosed):
                client.hear()
        sandbox.wait_for(lambda: sandbox.connections[0].closed)
        clock.advance(31)

        with talk(sandbox) as client:
            assert "data" in client.ask(image())


def test_a_task_that_is_not_read_can_meet_no_stall() -> None:
    """It would never happen, so it is refused."""
    with pytest.raises(ValueError, match="accepted"):
        Fault("stall", when="received")


def test_questions_meet_only_faults_that_name_them() -> None:
    """A fault without types, or of other types, does not count them; one that is of results is none for them."""
    book = FaultBook([Fault("ignore"), Fault("ignore", types="caption"), Fault("delay", types="getResponse")])
    assert book.asked("getResponse") is None

    book.add(ignored := Fault("ignore", types="getResponse", at=2))
    assert [None, ignored, None] == [book.asked("getResponse") for _ in range(3)]
    assert book.asked("getTaskDetails") is None
    assert [ignored] == book.met


def test_a_question_can_be_ignored_or_cost_the_connection() -> None:
    """It is free and changes nothing, so it may be put again."""
    faults = [Fault("ignore", types="getResponse", at=1), Fault("drop", types="getTaskDetails", how=1011)]
    task = image()
    with Sandbox(faults=faults) as sandbox:
        with talk(sandbox) as client:
            assert "data" in client.ask(task)
            client.say(question(task["taskUUID"]))
            assert client.is_quiet()
            assert "data" in client.ask(question(task["taskUUID"]))
            client.say(question(task["taskUUID"], "getTaskDetails"))
            with pytest.raises(ConnectionClosed):
                client.hear()
        sandbox.wait_for(lambda: "close 1011" == sandbox.connections[0].closed)
        assert faults == sandbox.met
        assert 1 == sandbox.purchases


def test_a_question_can_be_refused_for_a_key_that_went_bad() -> None:
    """The error is that of a sign-in: it says nothing of the task."""
    with Sandbox(faults=[Fault("auth_error", types="getResponse")]) as sandbox, talk(sandbox) as client:
        task = image()
        assert "data" in client.ask(task)

        (error,) = client.ask(question(task["taskUUID"]))["errors"]

        assert ("invalidApiKey", "authentication") == (error["code"], error["taskType"])
        assert "taskUUID" not in error


def test_what_tasks_have_met_is_remembered_in_order() -> None:
    """Each as often as it happened."""
    slow, fail = Fault("delay", seconds=0.0), Fault("fail", at=2)
    with Sandbox(faults=[slow, fail]) as sandbox, talk(sandbox) as client:
        client.ask(image())
        client.ask(image())

        assert [slow, slow, fail] == sandbox.met


def test_a_service_that_forgets_uuids_bills_a_second_submission() -> None:
    """The same results, made and paid for once more."""
    task = image()
    with Sandbox(reuse="again") as sandbox, talk(sandbox) as client:
        first = client.ask(task)
        second = client.ask(task)

        assert first["data"][0]["imageUUID"] == second["data"][0]["imageUUID"]
        assert [task["taskUUID"]] * 2 == [accepted.task_uuid for accepted in sandbox.tasks]
        assert 2 == sandbox.purchases
