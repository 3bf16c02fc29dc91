"""`close()` against whatever, and how often: what waits ends at once, it is bounded, and all is given back."""

import gc
import socket
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import peers
import pytest
from lifecycle.closing import KEY, REQUEST, SOON, client, readers, saying_nothing, sign_in, silent, took
from server import PATIENCE, ScriptedServer, eventually, instantly

from runware_sync import ClientClosedError, ConnectionFailedError, ImageInference, Runware

LARGE = ImageInference("a fox", model="runware:101@1", extra={"padding": "x" * 30_000_000})


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(silent) as server:
        yield server


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
