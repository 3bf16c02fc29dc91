"""`close()` from wherever: callbacks, log handlers on the reader, finalisers, and signal handlers at any line."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import FrameType
from typing import Any

import pytest
from lifecycle.closing import REQUEST, SOON, client, readers, silent, took
from server import PATIENCE, Item, Peer, ScriptedServer, eventually, image, instantly

from runware_sync import ClientClosedError, Runware


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(silent) as server:
        yield server


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
        self.reached = 0  # lines, when it was done
        self.since = 0.0
        self.begun = threading.Event()

    def __call__(self, frame: FrameType, event: str, _arg: object) -> Any:
        if event == "call":
            return self if any(part in frame.f_code.co_filename for part in self.WHERE) else None
        if event == "line":
            self.lines += 1
            if self.lines == self.number:
                self.act()
        return self

    def act(self) -> None:
        """Do it, and take note of the time."""
        if not self.begun.is_set():
            self.begun.set()
            self.since = time.monotonic()
            self.reached = self.lines
            self.action()


WAYS: dict[str, Callable[[Runware], object]] = {
    "run": lambda runware: runware.run(REQUEST),
    "submit": lambda runware: runware.submit(REQUEST).result(PATIENCE),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.skipif(sys.gettrace() is not None, reason="something else traces this thread")
def test_a_signal_handler_may_close_at_any_line_of_a_call(server: ScriptedServer, way: str) -> None:
    """Inside of a lock, between a look and its wait: the call ends at once, and nothing is bought twice."""
    _closed(server, WAYS[way])  # loads what is needed
    lines, _ = _closed(server, WAYS[way])
    late: list[int] = []

    for number in range(1, lines + 1, 1 if way == "run" else 3):
        _, seconds = _closed(server, WAYS[way], number)
        if seconds > SOON:
            late.append(number)

    assert lines > 50
    assert [] == late
    uuids = [task["taskUUID"] for task in server.paid]
    assert len(set(uuids)) == len(uuids)
    eventually(lambda: not readers())


def _is_closed(runware: Runware) -> bool:
    return runware._connection.is_closed


def _closed(server: ScriptedServer, way: Callable[[Runware], object], number: int = 0) -> tuple[int, float]:
    """Close while a call is made: at some line; or, if none is named or it waits before it comes there, while it waits.

    Returns:
        How many lines it had run by then, and how many seconds it went on.
    """
    runware = client(server)
    tracer = Interruption(number, partial(runware.close, timeout=0.5))
    sent = len(server.paid)

    def close_at_last() -> None:
        lines = -1
        while not tracer.begun.wait(0.2):
            if len(server.paid) > sent and lines == tracer.lines:  # it runs no more
                tracer.act()
            lines = tracer.lines

    thread = threading.Thread(target=close_at_last)
    thread.start()
    error: BaseException | None = None
    sys.settrace(tracer)
    try:
        way(runware)
    except ClientClosedError as closed:
        error = closed
    finally:
        sys.settrace(None)
        seconds = time.monotonic() - tracer.since
        tracer.begun.set()
        thread.join()
    assert isinstance(error, ClientClosedError), f"line {number}: {error!r}"
    eventually(partial(_is_closed, runware))
    return tracer.reached, seconds
