"""Connections, signing in, sessions with replay, keepalive, idle close."""

import threading
from typing import Any

import pytest
from sandbox_talk import dial, image, question, session_of, talk
from websockets.exceptions import ConnectionClosed, InvalidStatus

from runware_sync.sandbox import Fault, ManualClock, Sandbox

PING = {"taskType": "ping", "ping": True}
PONG = {"data": [{"taskType": "ping", "pong": True}]}


def test_any_query_is_accepted_and_no_key_is_kept() -> None:
    """The URL may carry any query; a sign-in gets a session's UUID, and the record masks the key."""
    with Sandbox() as sandbox, dial(sandbox, "?sdk=js&version=1.2.3&dryRun=0") as client:
        answer = client.sign_in()

        assert ["authentication"] == [item["taskType"] for item in answer["data"]]
        assert len(session_of(answer)) == 36
        assert {"taskType": "authentication", "apiKey": "***"} == sandbox.received[0]
        assert sandbox.connections[0].signed_in


def test_browsers_and_other_paths_are_refused() -> None:
    """An Origin header is answered with 403, another path with 404."""
    with Sandbox() as sandbox:
        with pytest.raises(InvalidStatus, match="403"), dial(sandbox, origin="https://page.example.test"):
            pass
        with pytest.raises(InvalidStatus, match="404"), dial(sandbox, "/../files"):
            pass


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("A", ["errors"]),
        ("B", ["error"]),
        ("C", [0]),
        ("D", ["error", "errorId", "errorMessageContentId", "errorMessage"]),
        ("E", ["error", "errorId", "code", "message"]),
        ("F", ["error", "taskType"]),
        ("G", ["error"]),
        ("H", ["data", "errors"]),
    ],
)
def test_a_wrong_key_is_refused_in_each_shape(shape: str, expected: list[Any]) -> None:
    """The eight shapes of a failed sign-in differ in the keys of their frame."""
    with Sandbox(api_keys=["good"], auth_error=shape) as sandbox, dial(sandbox) as client:
        answer = client.sign_in(key="bad")

        keys = list(range(len(answer))) if isinstance(answer, list) else list(answer)
        assert expected == keys
        assert "bad" not in str(answer)
        assert PONG == client.ask(PING)


def test_a_wrong_key_in_the_current_shape_names_no_task() -> None:
    """Shape A has the code, the parameter and the task type of the sign-in."""
    with Sandbox(api_keys=["good"]) as sandbox, dial(sandbox) as client:
        error = client.sign_in(key="bad")["errors"][0]

        assert "invalidApiKey" == error["code"]
        assert "authentication" == error["taskType"]
        assert "taskUUID" not in error
        assert "missingApiKey" == client.sign_in(key="")["errors"][0]["code"]


def test_a_failed_sign_in_may_close_the_connection() -> None:
    """`auth_close` closes with a code and a reason, `auth_error="none"` without a word before."""
    switches: dict[str, Any] = {"auth_error": "none", "auth_close": 1008, "auth_reason": "no"}
    with (
        Sandbox(api_keys=["good"], **switches) as sandbox,
        dial(sandbox) as client,
        pytest.raises(ConnectionClosed, match=r"1008 .* no"),
    ):
        client.sign_in(key="bad")


def test_a_task_before_the_sign_in_is_turned_away() -> None:
    """It is answered with `missingApiKey`, with or without its UUID; pings are answered, or not."""
    with Sandbox() as sandbox, dial(sandbox) as client:
        task = image()
        error = client.ask(task)["errors"][0]
        assert ("missingApiKey", task["taskUUID"]) == (error["code"], error["taskUUID"])
        assert PONG == client.ask(PING)

        sandbox.change(unauthenticated_uuid=False, ping_before_auth=False)
        assert "taskUUID" not in client.ask(image())["errors"][0]
        client.say(PING)
        assert client.is_quiet()
        assert [] == sandbox.tasks


def test_results_that_could_not_be_delivered_are_replayed() -> None:
    """After a drop, the session's next connection gets the answer to its sign-in, then what was missed."""
    clock = ManualClock()
    with Sandbox(latency=10, clock=clock) as sandbox:
        with talk(sandbox) as client:
            client.say(task := image())
            sandbox.wait_for(lambda: sandbox.tasks)
            sandbox.drop()
            with pytest.raises(ConnectionClosed):
                client.hear()
        session = sandbox.connections[0].session
        sandbox.wait_for(lambda: sandbox.connections[0].closed)
        clock.advance(10)

        with dial(sandbox) as client:
            assert session == session_of(client.sign_in(session))
            assert [task["taskUUID"]] == [item["taskUUID"] for item in client.hear()["data"]]
            assert client.is_quiet()
        assert sandbox.connections[1].resumed
        assert "reset" == sandbox.connections[0].closed
        assert 1 == sandbox.purchases


def lost(sandbox: Sandbox, *tasks: dict[str, Any]) -> str:
    """Let the results of tasks be missed; return the session."""
    with talk(sandbox) as client:
        sandbox.add_fault(Fault("drop", count=1))
        client.say(*tasks)
        sandbox.wait_for(lambda: sandbox.connections[-1].closed and len(sandbox.tasks) >= len(tasks))
    return str(sandbox.connections[-1].session)


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        ({}, ["session", "result"]),
        ({"replay_first": True}, ["result", "session"]),
        ({"replay": "twice"}, ["session", "result", "result"]),
        ({"replay": "none"}, ["session"]),
    ],
)
def test_how_the_replay_comes_is_a_switch(switches: dict[str, Any], expected: list[str]) -> None:
    """Missed frames come after the sign-in's answer, before it, twice, or not at all."""
    with Sandbox(**switches) as sandbox:
        session = lost(sandbox, image())
        with dial(sandbox) as client:
            frames = [client.sign_in(session)]
            frames += [client.hear() for _ in expected[1:]]

            kinds = ["session" if "connectionSessionUUID" in frame["data"][0] else "result" for frame in frames]
            assert expected == kinds
            assert client.is_quiet()


def test_a_resumed_session_may_get_another_uuid() -> None:
    """With `resume="new"`, the missed frames come all the same, and the old UUID is unknown from then on."""
    with Sandbox(resume="new") as sandbox:
        session = lost(sandbox, image())
        with dial(sandbox) as client:
            fresh = session_of(client.sign_in(session))
            assert fresh != session
            assert "imageUUID" in client.hear()["data"][0]
        assert sandbox.connections[-1].resumed


@pytest.mark.parametrize("forget", [True, False])
def test_a_session_ends_after_120_seconds_or_when_it_is_forgotten(forget: bool) -> None:
    """An unknown or expired session is answered with a fresh one, and nothing is replayed."""
    clock = ManualClock()
    with Sandbox(clock=clock) as sandbox:
        session = lost(sandbox, image())
        if forget:
            sandbox.forget_sessions()
        else:
            clock.advance(121)
        with dial(sandbox) as client:
            assert session != session_of(client.sign_in(session))
            assert client.is_quiet()
        assert not sandbox.connections[-1].resumed


def test_an_unknown_session_may_be_an_error() -> None:
    """With `unknown_session="error"` the sign-in fails; without the UUID it succeeds."""
    with Sandbox(unknown_session="error") as sandbox, dial(sandbox) as client:
        assert "errors" in client.sign_in("c2a94e17-5b60-4d3f-a8e2-0f71d9b35c48")
        assert "data" in client.sign_in()


def test_errors_and_acknowledgements_may_be_left_out_of_the_replay() -> None:
    """With `buffered="results"`, a missed acknowledgement does not come."""
    with Sandbox(buffered="results") as sandbox:
        session = lost(sandbox, image(deliveryMethod="async"))
        with dial(sandbox) as client:
            client.sign_in(session)
            assert client.is_quiet()


def test_pings_are_answered_exactly() -> None:
    """The pong is the documented one; control pings are answered too; both can be swallowed."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        assert PONG == client.ask(PING)
        assert client.socket.ping().wait(5)

        sandbox.change(answer_pings=False)
        client.say(PING)
        assert client.is_quiet()


def test_an_idle_connection_is_closed_after_120_seconds() -> None:
    """A message starts the time anew; the results that the server sends do not."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_close=1001) as sandbox, talk(sandbox) as client:
        clock.advance(119)
        assert PONG == client.ask(PING)
        clock.advance(119)
        assert PONG == client.ask(PING)
        clock.advance(121)
        with pytest.raises(ConnectionClosed, match="1001"):
            client.hear()


def test_silence_is_a_half_open_connection() -> None:
    """Nothing is heard and nothing is said, control pongs neither; results are kept until `speak`."""
    clock = ManualClock()
    with Sandbox(latency=1, clock=clock) as sandbox, talk(sandbox) as client:
        client.say(image())
        sandbox.wait_for(lambda: sandbox.tasks)
        sandbox.silence()
        clock.advance(1)
        pong = client.socket.ping()
        client.say(PING)
        assert not pong.wait(0.1)
        assert client.is_quiet()

        with talk(sandbox) as other:
            assert PONG == other.ask(PING)
        sandbox.speak()
        assert "imageUUID" in client.hear()["data"][0]


def test_new_connections_may_be_silent_too() -> None:
    """With `silence(new=True)`, a sign-in is never answered."""
    with Sandbox() as sandbox:
        sandbox.silence(new=True)
        with dial(sandbox) as client:
            client.say({"taskType": "authentication", "apiKey": "k"})
            assert client.is_quiet()
            sandbox.speak()
            assert "data" in client.sign_in()


def test_reading_can_be_stopped() -> None:
    """While the sandbox holds, a client's large writes come to a halt; afterwards they arrive."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        sandbox.hold()
        done = threading.Event()

        def write() -> None:
            client.say({**PING, "padding": "x" * 30_000_000})
            done.set()

        thread = threading.Thread(target=write)
        thread.start()
        assert not done.wait(0.3)
        sandbox.release()
        assert done.wait(10)
        assert PONG == client.hear()
        thread.join()


@pytest.mark.parametrize(("how", "closed"), [("reset", "reset"), ("eof", "eof"), ("close", "close 1000")])
def test_connections_can_be_cut_in_several_ways(how: str, closed: str) -> None:
    """`drop` cuts by a reset, without a word, or with a close code; the record tells how."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        sandbox.drop(how)
        with pytest.raises(ConnectionClosed):
            client.hear()
        sandbox.wait_for(lambda: sandbox.connections[0].closed == closed)


@pytest.mark.parametrize("code", [1001, 1009, 1011, 1012])
def test_connections_can_be_closed_with_a_code(code: int) -> None:
    """The client sees the code and the reason."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        sandbox.drop(code, "because")
        with pytest.raises(ConnectionClosed, match=f"{code} .* because"):
            client.hear()


def test_anything_can_be_pushed() -> None:
    """Objects go as JSON, strings as they are, bytes as a binary message."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        sandbox.push({"data": []})
        sandbox.push("[nothing")
        sandbox.push(b"\x00")

        assert ['{"data":[]}', "[nothing", b"\x00"] == [client.socket.recv(5) for _ in range(3)]


def test_a_sandbox_can_be_stopped_and_started_again() -> None:
    """It listens on the same port, and remembers its tasks."""
    sandbox = Sandbox()
    with sandbox, talk(sandbox) as client:
        url, task = sandbox.url, image()
        client.say(task)
        client.items(1)
    sandbox.stop()
    with sandbox, talk(sandbox) as client:
        assert url == sandbox.url
        assert "conflictTaskUUID" == client.ask(task)["errors"][0]["code"]
        assert "success" == client.ask(question(task["taskUUID"]))["data"][0]["status"]
