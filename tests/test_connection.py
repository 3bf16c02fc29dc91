"""Real sockets: loss while waiting, silent peers, sign-in in every shape, close from another thread."""

import gc
import json
import logging
import os
import socket
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, eventually, image, instantly

from runware_sync.calls.call import Call
from runware_sync.calls.orders import Order, Outcome
from runware_sync.connection import lifecycle
from runware_sync.connection.connection import Connection
from runware_sync.connection.exchange import State
from runware_sync.connection.waker import Waker
from runware_sync.errors import (
    AuthenticationError,
    ClientClosedError,
    ConnectionFailedError,
    ConnectionLostError,
    ConnectTimeoutError,
    ServerError,
)
from runware_sync.options import Secret, Settings

BODY = {"taskType": "imageInference", "positivePrompt": "a fox"}


def connection_to(url: str, **settings: Any) -> Connection:
    return Connection(Settings(api_key=Secret("key-1234"), url=url, **settings), lambda url: url)


def buy(connection: Connection, *, expected: int = 1, **facts: Any) -> Outcome:
    return Call(connection, Order(body={**BODY, "numberResults": expected}, expected=expected, **facts)).run()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def connection(server: ScriptedServer) -> Iterator[Connection]:
    connection = connection_to(server.url, timeout=PATIENCE)
    yield connection
    connection.close(1.0)


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "runware-reader"]


def test_a_call_brings_what_was_asked_for(server: ScriptedServer, connection: Connection) -> None:
    """Connect, sign in, send, receive: on the first call."""
    outcome = buy(connection, expected=3)

    assert len(outcome.items) == 3
    assert [] == outcome.surplus
    assert connection.state is State.OPEN
    assert ["authentication", "imageInference"] == [task["taskType"] for task in server.received]
    assert [] == connection.waiting


def test_many_threads_share_one_connection(server: ScriptedServer, connection: Connection) -> None:
    """Each gets its own result."""
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda _: buy(connection), range(200)))

    assert len({outcome.items[0]["imageUUID"] for outcome in outcomes}) == 200
    assert len(server.peers) == 1
    assert len(server.paid) == 200
    assert len(readers()) == 1


def test_connecting_from_many_threads_is_one_connection(server: ScriptedServer, connection: Connection) -> None:
    """Single flight."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: connection.connect(), range(8)))

    assert len(server.peers) == 1


def test_partial_results_come_in_the_calling_thread(server: ScriptedServer, connection: Connection) -> None:
    """Each new list as it arrives."""
    go_on = threading.Event()

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] != "imageInference":
            instantly(peer, task)
            return
        peer.send(image(task, 1))
        go_on.wait(PATIENCE)
        peer.send(image(task, 2))

    server.answer = answer
    seen: list[tuple[int, int]] = []

    def on_partial(items: list[Item]) -> None:
        seen.append((len(items), threading.get_ident()))
        go_on.set()

    buy(connection, expected=2, on_partial=on_partial)

    assert [(1, threading.get_ident())] * 2 == seen


def test_what_a_callback_raises_is_the_caller_s(server: ScriptedServer, connection: Connection) -> None:
    """The call ends with it, and the client lives on."""

    def on_partial(_: list[Item]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        buy(connection, expected=2, on_partial=on_partial)

    assert [] == connection.waiting
    assert "client.job(" in caught.value.__notes__[0]
    assert buy(connection).items


def test_a_reset_after_sending_is_resumed_and_not_bought_again(server: ScriptedServer, connection: Connection) -> None:
    """The next connection signs in under the session's UUID and takes what is replayed."""
    kept: list[Item] = []

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference":
            kept.append(task)
            peer.reset()
            return
        instantly(peer, task)
        if task["taskType"] == "authentication":
            for lost in kept:
                peer.send(image(lost))

    server.answer = answer
    outcome = buy(connection)

    assert len(outcome.items) == 1
    assert len(server.paid) == 1
    sign_ins = [task for task in server.received if task["taskType"] == "authentication"]
    assert "connectionSessionUUID" not in sign_ins[0]
    assert sign_ins[1]["connectionSessionUUID"] == "session-1"


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1012])
def test_a_clean_close_is_a_loss_like_any_other(server: ScriptedServer, connection: Connection, code: int) -> None:
    """The close code does not influence whether to reconnect."""
    buy(connection)

    server.peers[0].close(code)

    server.wait_for(lambda: len(server.peers) == 2 and server.peers[1].tasks)
    assert len(buy(connection).items) == 1


def test_an_error_while_resuming_signs_in_plainly_once(server: ScriptedServer, connection: Connection) -> None:
    """A session that is not known any more is no reason to fail."""

    def answer(peer: Peer, task: Item) -> None:
        if "connectionSessionUUID" in task:
            peer.send(errors=[{"code": "sessionUnknown", "taskType": "authentication"}])
        else:
            instantly(peer, task)

    server.answer = answer
    buy(connection)
    server.peers[0].reset()
    server.wait_for(lambda: len(server.peers) >= 3)

    assert len(buy(connection).items) == 1
    sign_ins = [task for task in server.received if task["taskType"] == "authentication"]
    assert [False, True, False] == ["connectionSessionUUID" in task for task in sign_ins]


SHAPES = {
    "A": {"errors": [{"code": "invalidApiKey", "message": "no", "taskType": "authentication"}]},
    "B": {"error": {"code": "invalidApiKey", "message": "no"}},
    "C": [{"errors": [{"code": "invalidApiKey", "message": "no"}]}],
    "D": {"error": True, "errorId": 19, "errorMessage": "no"},
    "E": {"error": "no", "errorId": "x", "code": "invalidApiKey", "message": "no", "taskUUID": "u"},
    "F": {"error": {"code": "invalidApiKey", "message": "no"}, "taskUUID": "u", "taskType": "authentication"},
    "G": {"error": [{"code": "invalidApiKey", "message": "no"}]},
    "H": {"data": [], "errors": [{"code": "invalidApiKey", "message": "no"}]},
}


@pytest.mark.parametrize("close", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_wrong_key_is_a_typed_error_at_once(shape: str, close: bool) -> None:
    """Whatever shape it has, and whether or not the server closes after it; never a reconnect loop."""

    def answer(peer: Peer, task: Item) -> None:
        peer.say(json.dumps(SHAPES[shape]))
        if close:
            peer.close()

    with ScriptedServer(answer) as server:
        connection = connection_to(server.url)

        with pytest.raises(AuthenticationError) as caught:
            buy(connection)

        assert len(server.peers) == 1
        assert caught.value.attempts == 1
        assert "key-1234" not in repr(caught.value)
        assert connection.state is State.IDLE
        with pytest.raises(AuthenticationError):
            connection.connect()
        connection.close(1.0)


def test_a_server_that_only_closes_is_a_failed_connection() -> None:
    """Close without an error: nothing was sent, and that is what the error says."""

    def answer(peer: Peer, _task: Item) -> None:
        peer.close(1011)

    with ScriptedServer(answer) as server:
        connection = connection_to(server.url)

        with pytest.raises(ConnectionFailedError, match=r"1011"):
            buy(connection, retries=0)

        connection.close(1.0)


def test_a_refused_sign_in_that_is_no_key_may_be_tried_again() -> None:
    """An overloaded server is not a wrong key."""
    refusals = iter([1, 2])

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "authentication" and next(refusals, None):
            peer.send(errors=[{"code": "serviceUnavailable"}])
        else:
            instantly(peer, task)

    with ScriptedServer(answer) as server:
        connection = connection_to(server.url)

        assert len(buy(connection).items) == 1
        assert len(server.peers) == 3
        connection.close(1.0)


def test_a_silent_server_ends_the_sign_in_in_time() -> None:
    """One bound for everything from DNS to the reply."""
    with ScriptedServer(lambda _peer, _task: None) as server:
        connection = connection_to(server.url, connect_timeout=0.5)

        with pytest.raises(ConnectTimeoutError):
            connection.connect()

        connection.close(1.0)


def test_an_interrupted_connect_waits_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the reader would make haste for somebody who has left."""
    with ScriptedServer(lambda _peer, _task: None) as server:
        connection = connection_to(server.url)

        def interrupted(*_: Any) -> None:
            assert len(connection.exchange.arrivals) == 1
            raise KeyboardInterrupt

        monkeypatch.setattr(lifecycle, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            connection.connect()

        assert [] == connection.exchange.arrivals
        connection.close(1.0)


def test_nobody_there_is_a_failed_connection_that_sent_nothing() -> None:
    """A refused connection is tried in every window, and then told."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        connection = connection_to(f"ws://127.0.0.1:{unused.getsockname()[1]}/v1")

        with pytest.raises(ConnectionFailedError) as caught:
            buy(connection, retries=1)

    assert caught.value.attempts == 2
    assert caught.value.task_uuid is not None
    assert connection.state is State.IDLE
    eventually(lambda: not readers())
    connection.close(1.0)


def test_the_next_window_connects_again(server: ScriptedServer) -> None:
    """A server that comes up between two windows serves the call."""
    port = server.port
    connection = connection_to(f"ws://127.0.0.1:{port}/v1")
    refuse = iter([1])
    real = server.answer

    def answer(peer: Peer, task: Item) -> None:
        if next(refuse, None):
            peer.reset()
        else:
            real(peer, task)

    server.answer = answer

    assert len(buy(connection).items) == 1
    connection.close(1.0)


@pytest.mark.parametrize("waiting", [True, False])
def test_a_half_open_connection_is_found_by_the_heartbeat(server: ScriptedServer, waiting: bool) -> None:
    """Idle or with a call waiting: nothing is heard, so it is dead, and a new one takes over."""
    silent = {1}

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "authentication" or peer.number not in silent:
            instantly(peer, task)

    server.answer = answer
    connection = connection_to(server.url, heartbeat=0.2)
    connection.connect()

    if waiting:
        assert len(buy(connection).items) == 1
    else:
        server.wait_for(lambda: len(server.peers) == 2)

    assert len(server.peers) == 2
    assert any(task["taskType"] == "ping" for task in server.peers[0].tasks)
    connection.close(1.0)


def test_a_busy_connection_is_not_pinged(server: ScriptedServer) -> None:
    """Any sign of life will do."""
    connection = connection_to(server.url, heartbeat=0.5)
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        buy(connection)

    assert not any(task["taskType"] == "ping" for task in server.received)
    assert len(server.peers) == 1
    connection.close(1.0)


def test_an_idle_connection_is_kept_by_pings(server: ScriptedServer) -> None:
    """A ping after each span of silence, and a pong is a sign of life."""
    connection = connection_to(server.url, heartbeat=0.1)
    connection.connect()

    server.wait_for(lambda: sum(task["taskType"] == "ping" for task in server.received) >= 3)

    assert len(server.peers) == 1
    connection.close(1.0)


@pytest.mark.skipif(sys.platform != "linux", reason="counts the context switches of one thread")
def test_an_idle_client_does_not_wake_up(server: ScriptedServer, connection: Connection) -> None:
    """Between heartbeats the reader sleeps; it has no tick."""
    buy(connection)
    (reader,) = readers()

    def switches() -> int:
        status = Path(f"/proc/self/task/{reader.native_id}/status").read_text(encoding="ascii")
        return sum(int(line.split()[1]) for line in status.splitlines() if "ctxt_switches" in line)

    before = switches()
    assert not threading.Event().wait(1.0)

    assert switches() - before <= 1


def test_close_ends_waiting_calls_at_once(server: ScriptedServer, connection: Connection) -> None:
    """From another thread, also when the server never answers."""
    server.answer = lambda peer, task: instantly(peer, task) if task["taskType"] == "authentication" else None
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(buy, connection) for _ in range(4)]
        server.wait_for(lambda: len(server.paid) == 4)

        started = time.monotonic()
        connection.close(1.0)
        errors = [call.exception(PATIENCE) for call in calls]

    assert time.monotonic() - started < 3.0
    assert all(isinstance(error, ClientClosedError) for error in errors)
    with pytest.raises(ClientClosedError):
        buy(connection)
    assert [] == connection.waiting
    connection.close(1.0)  # twice is nothing


def test_connect_opens_a_closed_client_again(server: ScriptedServer, connection: Connection) -> None:
    """With a session of its own."""
    buy(connection)
    connection.close(1.0)

    connection.connect()

    assert len(buy(connection).items) == 1
    assert "connectionSessionUUID" not in server.peers[1].tasks[0]


def test_close_is_bounded_with_a_silent_peer() -> None:
    """A server that does not even answer the close frame is given its time, and no more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connection = connection_to(f"ws://127.0.0.1:{listener.getsockname()[1]}/v1")
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(buy, connection)
            peer, _ = listener.accept()

            started = time.monotonic()
            connection.close(0.2)

            assert time.monotonic() - started < 2.0
            assert isinstance(call.exception(PATIENCE), ClientClosedError)
        eventually(lambda: not readers())
        peer.close()


def test_without_reconnecting_a_loss_fails_what_waits(server: ScriptedServer) -> None:
    """And the next call raises until connect()."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference" and peer.number == 1:
            peer.reset()
        else:
            instantly(peer, task)

    server.answer = answer
    connection = connection_to(server.url, should_reconnect=False)

    with pytest.raises(ConnectionLostError):
        buy(connection)
    eventually(lambda: connection.state is State.IDLE)
    with pytest.raises(ConnectionFailedError, match=r"call connect\(\); nothing was sent"):
        buy(connection)
    assert len(server.peers) == 1
    connection.connect()

    assert len(buy(connection).items) == 1
    connection.close(1.0)


def test_a_lapsed_sign_in_is_renewed_once(server: ScriptedServer, connection: Connection) -> None:
    """An authentication error on a good connection: signed in anew without the session, and the call comes through."""
    lapsed = iter([1])

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference" and peer.number == 1 and next(lapsed, None):
            peer.send(errors=[{"code": "invalidApiKey", "taskUUID": task["taskUUID"]}])
        else:
            instantly(peer, task)

    server.answer = answer

    assert len(buy(connection).items) == 1
    assert len(server.peers) == 2
    assert "connectionSessionUUID" not in server.peers[1].tasks[0]
    assert len({task["taskUUID"] for task in server.paid}) == 1


@pytest.mark.parametrize("named", [True, False])
def test_a_lapse_that_comes_back_is_believed(server: ScriptedServer, connection: Connection, named: bool) -> None:
    """Only then, and without a loop."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "authentication":
            instantly(peer, task)
        else:
            name = {"taskUUID": task["taskUUID"]} if named else {}
            peer.send(errors=[{"code": "invalidApiKey", **name}])

    server.answer = answer

    with pytest.raises(AuthenticationError):
        buy(connection)

    assert len(server.peers) <= 3


def test_malformed_frames_disturb_nobody(
    server: ScriptedServer, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    """No JSON, unknown tasks, unknown statuses, binary frames: logged, and the call comes through."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference":
            for noise in ("{", "7", '{"data": 3}', '{"data": [{"taskUUID": "who"}]}', b"\xff\xfe", "[[]]"):
                peer.say(noise)
            peer.send({**image(task), "imageUUID": None, "imageURL": None, "status": "dreaming"})
            peer.say(json.dumps({"data": [image(task)]}).encode())
        else:
            instantly(peer, task)

    server.answer = answer
    with caplog.at_level(logging.WARNING, "runware_sync"):
        outcome = buy(connection)

    assert len(outcome.items) == 1
    assert "who" in caplog.text
    assert "cannot be read" in caplog.text
    assert len(server.peers) == 1


def test_a_failing_server_is_told_as_it_is(server: ScriptedServer, connection: Connection) -> None:
    """A server error that asking cannot confirm is the error in the end."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference":
            peer.send(errors=[{"code": "internalServerError", "taskUUID": task["taskUUID"]}])
        elif task["taskType"].startswith("get"):
            peer.send(errors=[{"code": "odd", "taskUUID": task["taskUUID"], "taskType": task["taskType"]}])
        else:
            instantly(peer, task)

    server.answer = answer

    with pytest.raises(ServerError) as caught:
        buy(connection, timeout=0.3, retries=1)

    assert len(server.paid) == 1
    assert caught.value.attempts == 2


def test_a_client_that_nobody_holds_ends_its_reader(server: ScriptedServer) -> None:
    """The reader knows no client, so the client can be collected; and then nobody needs the reader."""
    connection = connection_to(server.url)
    buy(connection)
    gone = weakref.ref(connection)

    del connection
    gc.collect()

    assert gone() is None
    eventually(lambda: not readers())


def test_an_upload_on_a_slow_line_does_not_keep_results_from_being_read() -> None:
    """While a large frame is being written, the answers to others come in."""
    hold = threading.Event()
    slow = threading.Event()

    def answer(peer: Peer, task: Item) -> None:
        if task.get("positivePrompt") == "first":
            slow.set()
            hold.wait(PATIENCE)  # this peer reads nothing meanwhile
        instantly(peer, task)

    with ScriptedServer(answer) as server:
        connection = connection_to(server.url)
        with ThreadPoolExecutor(3) as pool:
            first = pool.submit(Call(connection, Order(body={**BODY, "positivePrompt": "first"})).run)
            assert slow.wait(PATIENCE)
            upload = pool.submit(Call(connection, Order(body={**BODY, "seedImage": "x" * 30_000_000})).run)
            eventually(lambda: any(slot.sent for slot in connection.waiting[1:]))
            server.peers[0].send(image({**BODY, "taskUUID": connection.waiting[0].root}))

            assert len(first.result(PATIENCE).items) == 1
            assert not upload.done()
            hold.set()
            assert len(upload.result(PATIENCE).items) == 1
        connection.close(1.0)


def test_the_key_is_in_no_log_and_no_repr(server: ScriptedServer, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is told about a connection, the key is not."""
    with caplog.at_level(logging.DEBUG):
        connection = connection_to(server.url)
        buy(connection)
        connection.close(1.0)

    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("websockets")]
    assert "key-1234" not in " ".join(ours)
    assert "key-1234" not in repr(connection)
    assert "connecting to ws://127.0.0.1" in caplog.text


def test_connecting_again_while_open_is_nothing(server: ScriptedServer, connection: Connection) -> None:
    """It is there already."""
    connection.connect()
    connection.connect()

    assert len(server.peers) == 1


def test_a_wish_to_close_is_heard_whenever_it_comes(
    server: ScriptedServer, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in the moment in which the reader takes an earlier signal: it does not sleep on it."""
    assert buy(connection)
    exchange = connection.exchange
    reader = exchange.reader
    taken = Waker.clear

    def clear(waker: Waker) -> None:
        exchange.abandon()  # its signal is swallowed: there is one already
        taken(waker)

    monkeypatch.setattr(Waker, "clear", clear)
    exchange.signal()

    assert reader is not None
    reader.join(5.0)  # a heartbeat is fifteen
    assert not reader.is_alive()


def test_a_reader_that_breaks_ends_every_call(
    server: ScriptedServer, connection: Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug of ours is told as one, and leaves nobody waiting."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    server.answer = lambda peer, task: instantly(peer, task) if task["taskType"] == "authentication" else None
    connection.connect()
    monkeypatch.setattr("runware_sync.connection.reader.Reader._write", broken)

    with caplog.at_level(logging.CRITICAL), pytest.raises(ConnectionLostError) as caught:
        buy(connection, retries=0)

    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    eventually(lambda: not readers())


def test_a_reader_that_does_not_answer_is_cut(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing is bounded, whatever the reader is doing."""
    connection = connection_to(server.url)
    connection.connect()
    held = threading.Event()
    monkeypatch.setattr("runware_sync.connection.reader.Reader._say_goodbye", lambda *_: held.wait(PATIENCE))

    started = time.monotonic()
    connection.close(0.1)

    assert time.monotonic() - started < 5.0
    held.set()
    eventually(lambda: not readers())


def test_an_odd_frame_that_cannot_be_routed_ends_nothing(
    server: ScriptedServer, connection: Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug in routing costs one frame, not everybody's calls."""
    connection.connect()
    real = connection.exchange.session.receive
    failures = iter([1])

    def receive(frame: Any, now: float) -> Any:
        if next(failures, None):
            raise ZeroDivisionError
        return real(frame, now)

    session = connection.exchange.session
    monkeypatch.setattr(type(session), "receive", lambda _self, frame, now: receive(frame, now))

    def answer(peer: Peer, task: Item) -> None:
        peer.send({"noise": 1})
        peer.send(image(task))

    server.answer = answer

    with caplog.at_level(logging.CRITICAL):
        assert len(buy(connection).items) == 1


def test_a_close_frame_behind_a_result_does_not_keep_the_reader_busy(
    server: ScriptedServer, connection: Connection
) -> None:
    """The next call comes while the end has been read and not been told: it goes out on the next connection."""

    def answer(peer: Peer, task: Item) -> None:
        instantly(peer, task)
        if task["taskType"] == "imageInference" and peer.number <= 5:
            peer.close(1012)

    server.answer = answer

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: buy(connection, retries=8), range(40)))

    assert all(len(outcome.items) == 1 for outcome in outcomes)
    assert len(server.peers) == 6


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_real_child_leaves_its_parent_s_connection_alone(server: ScriptedServer, connection: Connection) -> None:
    """It makes a call of its own, on a connection of its own, and the parent's goes on."""
    buy(connection)

    pid = os.fork()
    if pid == 0:  # pragma: no cover - in another process
        status = 1
        try:
            status = 0 if len(buy(connection).items) == 1 else 1
        finally:
            os._exit(status)
    _, status = os.waitpid(pid, 0)

    assert status == 0
    assert len(buy(connection).items) == 1
    assert len(server.peers) == 2
    assert len(server.peers[0].tasks) == 3
