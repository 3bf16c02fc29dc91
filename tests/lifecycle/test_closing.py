"""`close()`, from wherever and against whatever: what waits ends at once, it is bounded, and all is given back."""

import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import peers
import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, eventually, image, instantly

from runware_sync import ClientClosedError, ConnectionFailedError, ImageInference, Runware

KEY = "key-of-a-test-4711"
REQUEST = ImageInference("a fox", model="runware:101@1")
LARGE = ImageInference("a fox", model="runware:101@1", extra={"padding": "x" * 30_000_000})
SOON = 5.0
"""Seconds for what takes none; what waits for something in these tests waits for `PATIENCE`, four times as long."""


def silent(peer: Peer, task: Item) -> None:
    """Sign in, and say nothing more."""
    if task["taskType"] == "authentication":
        instantly(peer, task)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(silent) as server:
        yield server


def client(server: ScriptedServer, **settings: Any) -> Runware:
    return Runware(KEY, url=server.url, **{"timeout": PATIENCE, "max_retries": 0, **settings})


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "runware-reader"]


def sign_in(sock: socket.socket) -> None:
    """Take part in a handshake and a sign-in, byte by byte."""
    sock.sendall(peers.acceptance(peers.read_request(sock)))
    sock.recv(65536)
    sock.sendall(peers.framed(b'{"data": [{"taskType": "authentication", "connectionSessionUUID": "s"}]}'))


def saying_nothing(until: threading.Event) -> Callable[[socket.socket], None]:
    """Return the script of a peer that signs in and is silent then: it reads nothing, and answers no goodbye."""

    def script(sock: socket.socket) -> None:
        sign_in(sock)
        until.wait(PATIENCE)

    return script


def took(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


# -- against whom ---------------------------------------------------------------------------------------------------


def test_close_is_bounded_when_the_peer_says_nothing() -> None:
    """It neither answers the goodbye nor ends the connection."""
    heard = threading.Event()

    with peers.peer(saying_nothing(heard)) as peer:
        runware = Runware(KEY, url=f"ws://127.0.0.1:{peer.port}/v1", timeout=PATIENCE).connect()
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(runware.run, REQUEST)
            eventually(runware.pending)

            seconds = took(lambda: runware.close(timeout=0.5))
            error = call.exception(SOON)

        assert isinstance(error, ClientClosedError)
        assert 0.4 < seconds < SOON
        assert not runware.connected
        heard.set()
    eventually(lambda: not readers())


def test_what_waits_does_not_wait_for_the_goodbye() -> None:
    """The calls end at once, the closing when its time is over."""
    heard = threading.Event()

    with peers.peer(saying_nothing(heard)) as peer, ThreadPoolExecutor(2) as pool:
        runware = Runware(KEY, url=f"ws://127.0.0.1:{peer.port}/v1", timeout=PATIENCE).connect()
        call = pool.submit(runware.run, REQUEST)
        eventually(runware.pending)

        closing = pool.submit(runware.close, timeout=PATIENCE)
        error = call.exception(SOON)

        assert isinstance(error, ClientClosedError)
        assert not closing.done()
        heard.set()
        closing.result(SOON)


@pytest.mark.parametrize("where", ["the TCP connection", "the handshake", "the sign-in"])
def test_close_ends_a_connection_that_is_being_made(where: str) -> None:
    """At whatever the peer falls silent; the call that waits for it was not sent."""
    reached, enough = threading.Event(), threading.Event()

    def script(sock: socket.socket) -> None:
        if where != "the TCP connection":
            request = peers.read_request(sock)
            if where == "the sign-in":
                sock.sendall(peers.acceptance(request))
                sock.recv(65536)
        reached.set()
        enough.wait(PATIENCE)

    with peers.peer(script) as peer, ThreadPoolExecutor(1) as pool:
        runware = Runware(KEY, url=f"ws://127.0.0.1:{peer.port}/v1", timeout=PATIENCE)
        call = pool.submit(runware.run, REQUEST)
        assert reached.wait(PATIENCE)

        seconds = took(runware.close)

        assert isinstance(call.exception(SOON), ClientClosedError)
        assert seconds < SOON
        assert not [thread for thread in readers() if thread.is_alive()]
        enough.set()


def test_close_is_bounded_when_a_large_message_is_stuck() -> None:
    """The peer has stopped reading in the midst of it; the goodbye behind it will never be written."""
    begun, enough = threading.Event(), threading.Event()

    def script(sock: socket.socket) -> None:
        sign_in(sock)
        sock.recv(65536)
        begun.set()
        enough.wait(PATIENCE)

    with peers.peer(script) as peer, ThreadPoolExecutor(1) as pool:
        runware = Runware(KEY, url=f"ws://127.0.0.1:{peer.port}/v1", timeout=PATIENCE)
        call = pool.submit(runware.run, LARGE)
        assert begun.wait(PATIENCE)

        seconds = took(lambda: runware.close(timeout=0.5))

        assert isinstance(call.exception(SOON), ClientClosedError)
        assert seconds < SOON
        assert not [thread for thread in readers() if thread.is_alive()]
        enough.set()


# -- from where -----------------------------------------------------------------------------------------------------


def test_a_callback_may_close(server: ScriptedServer) -> None:
    """The call that called it ends as all others do; what had come is in the error."""
    server.answer = lambda peer, task: peer.send(image(task)) if "model" in task else instantly(peer, task)
    runware = client(server)

    with pytest.raises(ClientClosedError) as caught:
        runware.image_inference(
            "a fox", model="runware:101@1", number_results=2, on_partial=lambda _images: runware.close()
        )

    assert len(caught.value.results) == 1
    assert "client.job(" in str(caught.value)
    assert not readers()


def test_a_function_of_a_job_may_close_and_may_wait(server: ScriptedServer) -> None:
    """On a worker; other jobs end, and the worker that closes is not waited for."""
    server.answer = instantly
    runware = client(server)
    closed = threading.Event()

    def close(_job: object) -> None:
        runware.close(wait=True)
        closed.set()

    job = runware.submit(REQUEST)
    job.add_done_callback(close)

    assert closed.wait(SOON)
    assert len(job.result(SOON)) == 1
    assert not runware.connected


class Closing(logging.Handler):
    """A user's log handler, which runs wherever something is logged: on the reader, too."""

    def __init__(self, runware: Runware) -> None:
        super().__init__()
        self.runware = runware
        self.threads: list[str] = []
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.threads.append(threading.current_thread().name)
        self.seen.append(f"{self.runware!r} {self.runware.pending()}")
        self.runware.close(timeout=0.5)


def test_a_log_handler_on_the_reader_may_look_and_close(server: ScriptedServer) -> None:
    """Also where the reader logs in the midst of routing: an answer that nobody waits for."""
    runware = client(server)
    handler = Closing(runware)
    logger = logging.getLogger("runware_sync")
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(runware.run, REQUEST)
        server.wait_for(lambda: server.paid)
        logger.addHandler(handler)
        try:
            server.peers[0].send({"taskType": "imageInference", "taskUUID": "nobody's", "imageUUID": "x"})
            error = call.exception(SOON)
        finally:
            logger.removeHandler(handler)

    assert isinstance(error, ClientClosedError)
    assert handler.threads[0] == "runware-reader"
    assert "1 in flight" in handler.seen[0]
    eventually(lambda: not readers())
    assert len(server.paid) == 1


def test_a_finaliser_may_close(server: ScriptedServer) -> None:
    """The garbage collector runs it in any thread, at any moment: also in one that is routing, under the lock."""
    runware = client(server).connect()

    class Owner:
        def __del__(self) -> None:
            runware.close(timeout=0.5)

    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(runware.run, REQUEST)
        server.wait_for(lambda: server.paid)

        def collected() -> None:
            with runware._connection.exchange.lock, runware._agenda.crew.lock:
                owner = Owner()
                del owner

        seconds = took(collected)

        assert isinstance(call.exception(SOON), ClientClosedError)
        assert seconds < SOON
    eventually(lambda: not readers())


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system sends no signal to a thread")
def test_a_signal_handler_may_close(server: ScriptedServer) -> None:
    """While the main thread waits in a call, which then ends."""
    runware = client(server)

    def answer(peer: Peer, task: Item) -> None:
        silent(peer, task)
        if "model" in task:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)

    server.answer = answer
    before = signal.signal(signal.SIGUSR1, lambda *_: runware.close())
    try:
        with pytest.raises(ClientClosedError):
            runware.run(REQUEST)
    finally:
        signal.signal(signal.SIGUSR1, before)

    assert not runware.connected


class Interruption:
    """Does something once, at the n-th line that this thread runs inside of the client, as a signal handler can."""

    WHERE = (f"runware_sync{os.sep}", f"concurrent{os.sep}futures", "threading.py")

    def __init__(self, number: int, action: Callable[[], object]) -> None:
        self.number = number
        self.action = action
        self.lines = 0

    def __call__(self, frame: FrameType, event: str, _arg: object) -> Any:
        if event == "call":
            return self if any(part in frame.f_code.co_filename for part in self.WHERE) else None
        if event == "line":
            self.lines += 1
            if self.lines == self.number:
                self.action()
        return self


WAYS: dict[str, Callable[[Runware], object]] = {
    "run": lambda runware: runware.run(REQUEST),
    "submit": lambda runware: runware.submit(REQUEST).result(PATIENCE),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.skipif(sys.gettrace() is not None, reason="something else traces this thread")
def test_a_signal_handler_may_close_at_any_line_of_a_call(server: ScriptedServer, way: str) -> None:
    """Inside of a lock, between a look and its wait: the call ends at once, and nothing is bought twice."""
    _closed_while_waiting(server, WAYS[way])  # loads what is needed
    lines = _closed_while_waiting(server, WAYS[way])
    late: list[int] = []

    for number in range(1, lines + 1, 1 if way == "run" else 3):
        runware = client(server)
        close = partial(runware.close, timeout=0.5)
        began = time.monotonic()
        error = _traced(Interruption(number, close), partial(WAYS[way], runware))
        if time.monotonic() - began > SOON:
            late.append(number)
        assert isinstance(error, ClientClosedError), f"line {number}: {error!r}"
        eventually(partial(_is_closed, runware))

    assert lines > 50
    assert [] == late
    uuids = [task["taskUUID"] for task in server.paid]
    assert len(set(uuids)) == len(uuids)
    eventually(lambda: not readers())


def _is_closed(runware: Runware) -> bool:
    return runware._connection.is_closed


def _closed_while_waiting(server: ScriptedServer, way: Callable[[Runware], object]) -> int:
    """Return how many lines run until a call waits for its answer."""
    runware = client(server)
    counting = Interruption(0, lambda: None)
    lines: list[int] = []
    sent = len(server.paid)

    def close() -> None:
        server.wait_for(lambda: len(server.paid) > sent)
        pause = threading.Event()
        while not lines or lines[-1] != counting.lines:  # until it runs no more
            lines.append(counting.lines)
            pause.wait(0.2)
        runware.close(timeout=0.5)

    thread = threading.Thread(target=close)
    thread.start()
    error = _traced(counting, partial(way, runware))
    thread.join()
    assert isinstance(error, ClientClosedError)
    return lines[-1]


def _traced(tracer: Interruption, work: Callable[[], object]) -> BaseException | None:
    sys.settrace(tracer)
    try:
        work()
    except ClientClosedError as error:
        return error
    finally:
        sys.settrace(None)
    return None


# -- how often ------------------------------------------------------------------------------------------------------


def test_many_threads_may_close_at_once(server: ScriptedServer) -> None:
    """Each returns when it is closed, and all that waits ends once."""
    runware = client(server)
    with ThreadPoolExecutor(10) as pool:
        calls = [pool.submit(runware.run, REQUEST) for _ in range(4)]
        server.wait_for(lambda: len(server.paid) == 4)
        gate = threading.Barrier(6)

        def close() -> bool:
            gate.wait(PATIENCE)
            runware.close()
            return runware.connected

        closings = [pool.submit(close) for _ in range(6)]

        assert [False] * 6 == [closing.result(SOON) for closing in closings]
        assert all(isinstance(call.exception(SOON), ClientClosedError) for call in calls)
    assert not readers()
    assert took(runware.close) < 1.0


def test_what_is_queued_is_not_bought(server: ScriptedServer) -> None:
    """Those jobs that were sent can be collected; those that were not say so."""
    runware = client(server, max_in_flight=2)
    jobs = [runware.submit(REQUEST) for _ in range(5)]
    server.wait_for(lambda: len(server.paid) == 2)

    runware.close()

    errors = [job.exception(SOON) for job in jobs]
    assert [ClientClosedError] * 5 == [type(error) for error in errors]
    assert [True, True, False, False, False] == ["client.job(" in str(error) for error in errors]
    assert all("not bought" in str(error) for error in errors[2:])
    assert len(server.paid) == 2


def test_a_client_that_was_closed_connects_again(server: ScriptedServer) -> None:
    """Any number of times, also while the old connection is saying goodbye; until then calls are refused."""
    server.answer = instantly
    runware = client(server)

    for _ in range(3):
        assert len(runware.connect().run(REQUEST)) == 1
        runware.close()
        with pytest.raises(ClientClosedError):
            runware.run(REQUEST)

    assert len(server.peers) == 3
    assert len(server.paid) == 3
    eventually(lambda: not readers())


def test_an_exception_does_not_wait_for_the_goodbye() -> None:
    """Ctrl-C in the body of `with` gives the prompt back, whatever the server does."""
    enough = threading.Event()

    def leave(runware: Runware) -> None:
        with suppress(KeyboardInterrupt), runware.connect():
            raise KeyboardInterrupt

    with peers.peer(saying_nothing(enough)) as peer:
        runware = Runware(KEY, url=f"ws://127.0.0.1:{peer.port}/v1")
        seconds = took(lambda: leave(runware))
        enough.set()

    assert seconds < 2.0  # close() by itself would give the server five
    assert not runware.connected


# -- giving back ----------------------------------------------------------------------------------------------------


def descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


@pytest.mark.parametrize("way", ["close", "collected", "collected while connecting"])
@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="this system does not list descriptors there")
def test_everything_is_given_back(server: ScriptedServer, way: str) -> None:
    """Thread, socket, selector, waker; twenty clients leave nothing."""
    server.answer = instantly
    enough = threading.Event()

    def script(_sock: socket.socket) -> None:
        enough.wait(PATIENCE)

    with peers.peer(script) as stuck:
        before = None
        for _ in range(20):
            if way == "collected while connecting":
                runware = Runware(KEY, url=f"ws://127.0.0.1:{stuck.port}/v1", timeout=0.01, max_retries=0)
                with pytest.raises(ConnectionFailedError):
                    runware.run(REQUEST)
            else:
                runware = client(server)
                runware.run(REQUEST)
            if way == "close":
                runware.close()
            gone = weakref.ref(runware)
            del runware
            gc.collect()
            assert gone() is None
            eventually(lambda: not readers())
            if before is None and way != "collected while connecting":
                eventually(lambda: len(server.peers[-1].tasks) >= 2)
                before = descriptors()
        enough.set()
    if before is not None:
        eventually(lambda: descriptors() <= before + 4)  # the server's own threads give theirs back a little later


def test_without_a_thread_there_is_no_connection(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system has no more of them: that is said, nothing is sent, and the client works when there are some again."""
    server.answer = instantly
    runware = client(server)
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name.startswith("runware"):
            raise RuntimeError("can't start new thread")
        start(thread)

    with monkeypatch.context() as exhausted:
        exhausted.setattr(threading.Thread, "start", refuse)
        with pytest.raises(ConnectionFailedError, match="can't start new thread"):
            runware.run(REQUEST)
        with pytest.raises((ConnectionFailedError, RuntimeError), match="can't start new thread"):
            runware.submit(REQUEST).result(SOON)
        assert [] == runware.pending()

    assert [] == server.paid
    assert len(runware.run(REQUEST)) == 1
    assert len(runware.submit(REQUEST).result(SOON)) == 1
    assert took(lambda: runware.close(wait=True)) < SOON
